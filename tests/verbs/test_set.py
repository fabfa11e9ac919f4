"""`edge-agent set` against a running station: set, shown, taken back; what it refuses, and how it is written."""

import json
import re
from pathlib import Path

import pytest

from edge_agent.control import Answer, FigureInForce
from edge_agent.events.upkeep import Change
from edge_agent.verbs.set import LIKE, done, shown
from tests import bench_station

ROOT = Path(__file__).parents[2]


@pytest.fixture
def put(edge_agent, bench, path):
    """Run `edge-agent set` with these words; afterwards green is earned anew, for whoever uses the station next."""
    yield lambda *words: edge_agent("set", "--config", path, *words)
    bench.cycle()
    bench.until(lambda status: status.state.sign == "running")


def test_a_figure_is_set_shown_and_taken_back(put):
    """With its revision, who and why; a second one that expects the old revision is refused."""
    code, said, _ = put("standard_cycle_s=590", "no_cycle:press", "after=500s", "--who", "planner", "--why", "new work")
    assert 0 == code
    *changed, revision = said.splitlines()
    assert ["no_cycle:press after: 600s to 500s", "standard_cycle_s: 600 to 590 s"] == changed
    assert (1, "") == put("standard_cycle_s=580", "--revision", "1")[:2]
    listed = {line.partition("  ")[0]: line for line in put("--show")[1].splitlines()}
    assert "590 s   file: 600; planner by control, " in listed["standard_cycle_s"]
    assert listed["standard_cycle_s"].endswith(": new work")
    assert "file" not in listed["cycle_overrun:press factor"]
    assert 0 == put("standard_cycle_s=600", "no_cycle:press after=600s")[0]
    assert "file" not in put("--show")[1]
    number = int(revision.split()[1])
    assert f"revision {number + 1} is in force, as before\n" == put("standard_cycle_s=600")[1]


def test_what_the_file_could_not_have_is_refused_as_check_would(put):
    """All that is wrong, a line each, and nothing is set."""
    code, said, why = put("takt_s=599", "planned_cycle_s=700")
    assert (1, "") == (code, said)
    assert "takt_s = 599 is below standard_cycle_s = 600: the station would always be behind" in why
    assert "planned_cycle_s = 700 is above takt_s = 599; plan below takt, to allow for loss" in why
    assert 2 == len(why.splitlines())


def test_for_programs_there_is_the_answer_itself(put):
    """Every figure by name."""
    answer = json.loads(put("--show", "--json")[1])
    figures = {each["what"]: each for each in answer["figures"]}
    assert {"what": "standard_cycle_s", "value": "600", "file": "600", "unit": "s"} == figures["standard_cycle_s"]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "--show what is in force"),
        (("takt_s",), "write takt_s=VALUE"),
        (("takt_s=1", "--show"), "name what to set"),
    ],
)
def test_what_is_left_out_is_said(put, words, says):
    """With how to write it."""
    code, _, why = put(*words)
    assert (2, True) == (code, says in why)


def test_a_figure_that_is_not_in_force_is_none():
    """And as which role it was set."""
    figure = FigureInForce(
        what="takt_s", value=None, file="60", unit="s", who="ann", role="leader", via="remote", at_ns=0
    )
    (line,) = shown((figure,), 0)
    assert line.startswith("takt_s  none   file: 60; ann as leader by remote, 1970-01-01") or "1969-12-31" in line
    answer = Answer(ok=True, revision=2, changes=(Change(what="takt_s", old="60", new=None, unit="s"),))
    assert ["takt_s: 60 to none", "revision 2 is in force"] == list(done(answer))


def test_what_the_readme_and_the_help_set_the_shipped_example_takes(tmp_path, edge_agent):
    """Word for word, at a station that runs examples/station.toml; nothing of it is refused."""
    path = tmp_path / "station.toml"
    example = (ROOT / "examples" / "station.toml").read_text(encoding="utf-8")
    example = example.replace("/var/lib/edge-agent/", f"{tmp_path}/").replace("/dev/serial/", f"{tmp_path}/")
    path.write_text(example, encoding="utf-8")
    written = re.findall(r"`(?:edge-agent )?set ([^`-]+)`", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert written
    with bench_station.station(path):
        for words in (*written, *LIKE):
            assert (0, "") == edge_agent("set", "--config", path, *words.split())[::2], words
