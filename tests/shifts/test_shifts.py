"""Seeded shifts: a part of the thousand in each run of the tests; a seed that fails says how to see it again."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from edge_agent.andon.legend import Sign
from edge_agent.station import picture
from tests.shifts.campaign import campaign, lived
from tests.shifts.shift import Shift

SEEDS = 40  # some ten seconds of one processor; `./dev shifts` lives through a thousand


def test_no_shift_breaks_an_invariant():
    """The first of the thousand; together they have seen everything that a shift can bring."""
    outcomes = list(campaign(range(SEEDS)))
    assert [] == [outcome.failure for outcome in outcomes if outcome.failure]
    assert list(range(SEEDS)) == [outcome.seed for outcome in outcomes]
    said = sum((outcome.counts for outcome in outcomes), Counter())
    for name in ("call.raised", "call.escalated", "call.line_stop", "call.shelved", "sensor.lost", "pace.shift"):
        assert said[f"andon.{name}.v1"] > SEEDS // 10, said


def test_a_seed_is_the_same_shift_each_time():
    """What was found once can be looked at again."""
    assert Shift(7).run() == Shift(7).run()


def test_a_broken_invariant_prints_the_command_that_replays_it(monkeypatch):
    """A lamp that is green whatever is known: the first seed finds it, and says how to see it again."""
    monkeypatch.setattr(picture, "signs", lambda *_: iter([(Sign.RUNNING, "Running.")]))
    failure = lived(3).failure
    assert "InvariantError" in failure
    assert failure.endswith("replay it:  ./dev shifts --seed 3")


@pytest.mark.parametrize(("broken", "code"), [("", 0), ("picture.signs = lambda *_: iter([(Sign.RUNNING, '.')])", 1)])
def test_the_command_runs_one_seed(broken, code):
    """The command that is printed is one that works, and fails where the seed does."""
    script = f"""
import sys
from edge_agent.station import picture
from edge_agent.andon.legend import Sign
from tests.shifts.__main__ import main
{broken}
sys.exit(main(["--seed", "3"]))
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=100, check=False)
    assert code == ended.returncode, ended.stderr
    assert "1 shifts in" in ended.stdout
    assert (code == 1) == ("replay it:  ./dev shifts --seed 3" in ended.stdout)
