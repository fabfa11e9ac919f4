"""The command line: help that fits, exit codes that mean something, and no traceback for a mistake."""

import os
import subprocess
import sys

import pytest

from edge_agent import cli
from edge_agent.verbs import arguments
from tests.bench_station import surroundings, written


def edge_agent(*words, **how):
    """The program in a process of its own."""
    command = [sys.executable, "-m", "edge_agent", *map(str, words)]
    how = {"stdout": subprocess.PIPE, "env": surroundings() | {"COLUMNS": "100"}} | how
    return subprocess.run(command, check=False, stderr=subprocess.PIPE, text=True, timeout=30, **how)


def test_alone_it_says_how_to_use_it():
    """Usage, exit code 2."""
    done = edge_agent()
    assert (2, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("usage: edge-agent")


def test_an_unknown_verb_names_those_there_are():
    """Exit code 2, and the list."""
    done = edge_agent("stauts")
    assert 2 == done.returncode
    assert all(verb in done.stderr for verb in cli.VERBS)
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("words", [("--help",), *((verb, "--help") for verb in cli.VERBS)])
def test_every_help_fits_a_terminal(words, capsys, monkeypatch):
    """A sentence or two, no line beyond 100 columns, exit code 0."""
    monkeypatch.setenv("COLUMNS", "100")
    with pytest.raises(SystemExit) as ended:
        cli.main(list(words))
    said = capsys.readouterr().out
    assert 0 == ended.value.code
    assert said.startswith("usage: edge-agent")
    assert max(map(len, said.splitlines())) <= 100
    assert "." in said


def test_the_general_help_lists_verbs_and_exit_codes(capsys):
    """What there is, what the codes mean, and what andon is not."""
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    said = capsys.readouterr().out
    assert all(f"\n    {verb} " in said for verb in cli.VERBS)
    assert "78 configuration" in said.replace("\n", " ")
    assert "not a safety function" in said.replace("\n", " ")


@pytest.mark.parametrize("words", [("--help",), ("schema",), ("status", "--help")])
def test_a_reader_who_has_seen_enough_is_no_error(words):
    """`| head -1`: the pipe is broken, and nobody hears of it."""
    reader, writer = os.pipe()
    os.close(reader)
    done = edge_agent(*words, stdout=writer)
    os.close(writer)
    assert (0, "") == (done.returncode, done.stderr)


@pytest.mark.parametrize(
    ("words", "placed"),
    [
        ("set st.toml takt_s=4", "--config st.toml takt_s=4"),
        ("calls st.toml restore 3", "--config st.toml restore 3"),
        ("plan st.toml stop", "--config st.toml stop"),
        ("tune st.toml day.jsonl", "--config st.toml day.jsonl"),
        ("status --config st.toml --json", "--json st.toml"),
        ("test lamps --config st.toml", "lamps st.toml"),
        ("set takt_s=4", "takt_s=4"),
        ("init st.toml", "st.toml"),
    ],
)
def test_the_configuration_may_stand_first_or_be_an_option(words, placed):
    """With each verb that has one, whichever of the two is its own."""
    verb, *rest = words.split()
    assert placed.split() == arguments.placed(rest, cli.parsers([verb])[1][verb])


def test_a_configuration_that_is_named_first_is_used(tmp_path, capsys):
    """It is no figure without a value, but the file that is complained of."""
    file = tmp_path / "st.toml"
    file.write_text("x")
    assert os.EX_CONFIG == cli.main(["set", str(file), "takt_s=4"])
    assert f"{file}:1: not TOML" in capsys.readouterr().err


def test_a_file_that_may_not_be_read_is_77(tmp_path, monkeypatch, capsys):
    """Permission is another problem than a mistake in the file."""
    monkeypatch.setattr("edge_agent.verbs.status.loaded", refuse)
    assert 77 == cli.main(["status", str(written(tmp_path))])
    assert "edge-agent: [Errno 13]" in capsys.readouterr().err


def refuse(_arguments):
    """As the system does."""
    raise PermissionError(13, "Permission denied")


def test_a_fault_of_ours_is_not_hidden(tmp_path, monkeypatch):
    """What nobody foresaw keeps its trace."""
    monkeypatch.setattr("edge_agent.verbs.status.loaded", lambda _: 1 // 0)
    with pytest.raises(ZeroDivisionError):
        cli.main(["status", str(written(tmp_path))])
