"""The line map finds every key, whatever the TOML."""

import textwrap

import pytest
import tomli
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.config.lines import DEEPEST, line_map

CASES = {
    "dotted keys and tables": ("a.b = 1\n[c.d]\ne = 2", {("a",): 1, ("a", "b"): 1, ("c", "d"): 2, ("c", "d", "e"): 3}),
    "quoted keys": ('"a b" = 1\n\'c.d\' = 2\n"\\u00e9" = 3', {("a b",): 1, ("c.d",): 2, ("é",): 3}),
    "arrays of tables": ("[[s]]\nn = 1\n[[s]]\nn = 2", {("s",): 1, ("s", 0): 1, ("s", 0, "n"): 2, ("s", 1, "n"): 4}),
    "tables below arrays of tables": (
        "[[s]]\n[s.t]\nx = 1\n[[s]]\n[[s.u]]\ny = 1\n[[s.u]]\ny = 2",
        {("s", 0, "t", "x"): 3, ("s", 1, "u", 0, "y"): 6, ("s", 1, "u", 1, "y"): 8},
    ),
    "arrays over several lines": ("a = [\n1, # one\n  [2,\n3],\n]\nb = 1", {("a", 0): 2, ("a", 1, 1): 4, ("b",): 6}),
    "inline tables": ("a = {b = 1, c = {d = [\n{e = 1}]}}\nf = 1", {("a", "c", "d", 0, "e"): 2, ("f",): 3}),
    "strings over several lines": (
        "a = \"\"\"\n[x]\ny = 1\\\"\"\"\" # \"\nb = '''\n[z]'''''\nc = 1",
        {("a",): 1, ("b",): 4, ("c",): 6},
    ),
    "brackets in strings and comments": ("a = \"[[{#\" # [x]\nb = '}]'\nc = 1", {("b",): 2, ("c",): 3}),
    "dates and numbers with points": ("a = 1979-05-27 07:32:00.5\n1.5 = 2.5", {("a",): 1, ("1", "5"): 2}),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_each_form_of_key_has_its_line(text, expected):
    """Every way TOML has to write a key leads to the line it stands on."""
    tomli.loads(text)  # a case that is no TOML would prove nothing
    found = line_map(text)
    assert expected == {path: found.get(path) for path in expected}


def paths(value, path=()):
    """Every path of a document, as deep as the map goes."""
    if len(path) >= DEEPEST:
        return
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield (*path, key)
        yield from paths(each, (*path, key))


MARKS = list("[]{}=,.\n #\"'\\ab1é")
PIECES = ["[[", "]]", '"""', "'''", "a = 1\n", "[a]\n", "[[b]]\n", "b.c = [1, 2]\n", "c = {d = 1}\n"]
PIECES += ['"q" = """x\n"""\n', "e = [{a = 1},\n {a = 2}]\n"]
FRAGMENTS = st.sampled_from(MARKS + PIECES)


@settings(max_examples=300, deadline=None)
@given(st.lists(FRAGMENTS, max_size=30).map("".join))
def test_whatever_tomli_accepts_is_mapped(text):
    """For any text that tomli accepts, each path of the document has a line of the file, and nothing is raised."""
    try:
        document = tomli.loads(text)
    except (tomli.TOMLDecodeError, RecursionError):
        return
    found = line_map(text)
    last = text.count("\n") + 1
    assert [] == [path for path in paths(document) if not 1 <= found.get(path, 0) <= last]


def test_a_long_file_is_mapped_in_one_pass():
    """A file at the size limit takes a pass, not a search for each key."""
    text = textwrap.dedent("[[s]]\nname = 'x'\n") * 8000
    assert 16000 == line_map(text)["s", 7999, "name"]
