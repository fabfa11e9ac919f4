"""The tables of attacks and requirements name what there is: each test exists, each attack is listed once."""

import ast
from pathlib import Path

import pytest

from tests.attacks.requirements import NONE_HERE, REQUIREMENTS
from tests.attacks.table import ATTACKS

TESTS = Path(__file__).parents[1]
SOUND = {"test_the_file_itself_is_sound", "test_certificates_made_as_the_readme_says"}
NAMED = sorted({row.test for row in (*ATTACKS, *REQUIREMENTS) if row.test})


def named_in(path):
    """Names of the tests in a file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.name for node in nodes if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


@pytest.mark.parametrize("test", NAMED)
def test_each_test_that_is_named_is_there(test):
    """A row without its test would be a claim."""
    file, _, name = test.partition("::")
    assert not name or name in named_in(TESTS / file)
    assert (TESTS / file).exists()


def test_each_attack_is_in_the_table():
    """Whatever is tried in this folder is listed, but for what shows that the attacked is sound."""
    listed = {attack.test for attack in ATTACKS} | {one.test for one in REQUIREMENTS}
    for path in TESTS.glob("attacks/test_*.py"):
        for name in named_in(path) if path != Path(__file__) else ():
            assert f"attacks/{path.name}::{name}" in listed or name in SOUND


def test_no_requirement_is_left_out():
    """Those of IEC 62443-4-2 to components (CR) and embedded devices (EDR), by their numbers.

    1.6, 1.13, 5.2 and 5.3 are to network devices, 2.3, 5.4 and 7.5 to systems or to none of ours.
    """
    last = {1: 14, 2: 13, 3: 14, 4: 3, 5: 1, 6: 2, 7: 8}
    elsewhere = {"1.6", "1.13", "2.3", "7.5"}
    wanted = {f"{part}.{number}" for part, most in last.items() for number in range(1, most + 1)} - elsewhere
    ids = [*(one.id for one in REQUIREMENTS), *NONE_HERE]
    assert sorted(wanted) == sorted(each.split()[1] for each in ids)
    devices = {"2.4", "2.13", "3.2", *(f"3.{number}" for number in range(10, 15))}
    assert devices == {each.split()[1] for each in ids if each.startswith("EDR")}


def test_what_is_met_has_a_test():
    """At least thirty attacks; a requirement that is called met, in part even, names what shows it."""
    assert len(ATTACKS) >= 30
    assert not [one.id for one in REQUIREMENTS if one.met != "not met" and not one.test]
