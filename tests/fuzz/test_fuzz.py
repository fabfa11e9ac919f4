"""Every border for a moment with each test run: real inputs, inputs made of them by chance, and large ones."""

import tracemalloc

import pytest

from edge_agent.sensors import line_rule
from tests.fuzz.__main__ import NAMES
from tests.fuzz.devices import lines
from tests.fuzz.inputs import AWKWARD
from tests.fuzz.planted import PLANTED, PlantedError
from tests.fuzz.search import FoundError, by_hypothesis
from tests.fuzz.table import TARGETS

TRIED = 30  # inputs a target: some seconds together; `python -m tests.fuzz` takes its time
LARGEST = 8 * 1024  # bytes: under tracemalloc every step takes ten times as long
MOST_BYTES = 24 * 1024 * 1024  # for one input: numbers as objects, and what SQLite caches
every_target = pytest.mark.parametrize("target", TARGETS.values(), ids=lambda target: target.name)


def test_the_command_knows_every_target():
    """What is in the table is what is searched."""
    assert list(TARGETS) == list(NAMES)


@every_target
def test_real_inputs_pass(target):
    """Every seed is taken, and what has broken parsers before breaks none of ours."""
    for seed in (*target.seeds, *AWKWARD, b"".join(AWKWARD)):
        target.one(seed)


@every_target
def test_inputs_made_by_chance_pass(target):
    """The same inputs with each run: a failure here is everybody's."""
    by_hypothesis(target.one, target.seeds, seed=0, most=TRIED)


@every_target
def test_a_large_input_takes_bounded_memory(target):
    """8 kB of the same, of seeds and of brackets: no border makes much more of it than it was."""
    whole = max(target.seeds, key=len) or b"\0"
    target.one(whole)
    for seed in (whole * (LARGEST // len(whole)), whole[:2] + b"[" * LARGEST, whole[:2] + b"1\n" * (LARGEST // 2)):
        tracemalloc.start()
        try:
            target.one(seed[:LARGEST])
            assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
        finally:
            tracemalloc.stop()


def test_a_planted_bug_is_found_by_chance():
    """The control: the search without atheris finds it, and hands over an input that shows it."""
    with pytest.raises(FoundError) as found:
        by_hypothesis(PLANTED.one, PLANTED.seeds, seed=0, most=300)
    with pytest.raises(PlantedError):
        PLANTED.one(found.value.data)


def test_a_lamp_lit_by_garbage_is_found(monkeypatch):
    """The control of the invariant: where a line too long for a number is a number, the gauge calls for nothing."""
    monkeypatch.setattr(line_rule, "printable", lambda line: line.decode("latin-1"))
    with pytest.raises(AssertionError, match="more of a line passed on"):
        lines(b"\x00\xff" + b"\xff" * 100 + b"\r")
