"""`edge-agent tune`: advice as a table and as JSON, written, drawn; and what is wrong with a recording, in one line."""

import json
import re
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from edge_agent import config, recording
from tests.tune.conftest import cycles, recorded, station_file


@pytest.fixture
def station(tmp_path):
    """The file of the station."""
    return station_file(tmp_path)


@pytest.fixture
def week(tmp_path):
    """3,000 cycles of a known spread, a reading with each."""
    readings = np.random.default_rng(9).normal(25.0, 0.004, size=3_000)
    return recorded(tmp_path / "week.jsonl", cycles(3_000), readings)


def test_the_table_has_every_detector(edge_agent, station, week):
    """Baseline, limit and its origin, delays, what was raised; for the others why nothing is proposed."""
    code, said, errors = edge_agent("tune", week, "--config", station, "--shift-cycles", "480")
    assert (0, "") == (code, errors)
    assert max(map(len, said.splitlines())) <= 100
    assert "one in 9,600 cycles" in said
    for words in ("cycle_overrun:press", "slow_drift:press (observe)", "run_rules:press", "reading_drift:bore_mm"):
        assert words in said
    assert "no_cycle:press" in said.partition("nothing proposed")[2]
    bad_parts = " ".join(said.partition("consecutive_defects:bore_mm")[2].split())
    assert "bad; exact, for bad parts that come independently of each other" in bad_parts


@pytest.mark.parametrize(("worst", "raised"), [(25.0, "raised never"), (25.5, "raised 1 x (at 2.2 h)")])
def test_where_nothing_is_proposed_it_is_still_told_what_would_have_been_raised(
    edge_agent, station, tmp_path, worst, raised
):
    """A limit that is a rule of the plant is not proposed; how often it was broken is a figure all the same."""
    day = recorded(tmp_path / "day.jsonl", cycles(300), [worst if number == 150 else 25.0 for number in range(300)])
    station.write_text(station.read_text() + '\n[[detect]]\nkind = "out_of_spec"\n')
    _, said, _ = edge_agent("tune", day, "--config", station)
    left = " ".join(said.partition("nothing proposed")[2].split())
    assert f"out_of_spec:bore_mm its limit is a rule of the plant, not of chance; {raised}" in left


def test_json_has_every_figure(edge_agent, station, week):
    """Limits near theory for the wanted rate, delays for each shift, raised by living through it again."""
    code, said, _ = edge_agent("tune", week, "--config", station, "--shift-cycles", "500", "--json")
    tuning = json.loads(said)
    assert 0 == code
    advice = {each["detector"].partition(":")[0]: each for each in tuning["advice"]}
    assert 7.36 == pytest.approx(advice["slow_drift"]["changed"]["h"], abs=0.011)
    assert 3.749 == pytest.approx(advice["reading_drift"]["changed"].get("limit", 3.749), abs=0.002)
    assert {"mode": "observe"} == advice["run_rules"]["changed"]
    assert [0.25, 0.5, 1.0, 1.5, 2.0, 3.0] == [delay["shift"] for delay in advice["slow_drift"]["delays"]]
    raised = advice["run_rules"]["raised_now"]
    assert 3 < raised["count"] < 150
    assert raised["at_s"] == sorted(raised["at_s"])
    assert 0.0 < raised["at_s"][0] < tuning["length_s"]


def test_the_settings_are_written_and_pass_check(edge_agent, station, week):
    """A copy beside the file, never over another one."""
    words = ("tune", week, "--config", station, "--shift-cycles", "500", "--write")
    code, _, errors = edge_agent(*words)
    assert 0 == code
    assert "station.tuned.toml" in errors
    tuned = station.with_name("station.tuned.toml")
    assert 0 == edge_agent("check", tuned)[0]
    assert 7.36 == pytest.approx(config.load(tuned).detectors[1].h, abs=0.011)
    code, _, errors = edge_agent(*words)
    assert 78 == code
    assert "--force" in errors
    assert 0 == edge_agent(*words, "--force")[0]
    code, said, _ = edge_agent("tune", week, "--config", tuned, "--shift-cycles", "500", "--json")
    assert all(not advice["changed"] for advice in json.loads(said)["advice"])  # what is tuned stays so


def test_the_picture_is_drawn(edge_agent, station, week, tmp_path):
    """Well-formed, with both panels."""
    assert 0 == edge_agent("tune", week, "--config", station, "--plot", tmp_path / "week.svg")[0]
    root = ET.parse(tmp_path / "week.svg").getroot()  # noqa: S314 - our own text
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"cycle times of 'press'", "bore_mm", "standard 55"} <= set(words)


def test_a_table_of_cycle_times_is_enough(edge_agent, station, tmp_path):
    """No agent need have run: a column from a spreadsheet."""
    code, said, _ = edge_agent("tune", table(tmp_path, cycles(160)), "--config", station)
    assert 0 == code
    assert "cycle_overrun:press\n  usual        160 cycles" in said
    assert "PROVISIONAL" not in said


def table(folder, durations_s):
    path = folder / "day.csv"
    path.write_text("cycle_s\n" + "\n".join(f"{length:.4f}" for length in durations_s) + "\n")
    return path


@pytest.mark.parametrize(
    ("durations_s", "why"),
    [
        ([50.0] * 200, "all 200 values are 50: there is no spread to measure by"),
        (([50.0] * 59 + [180.0]) * 5, "all 295 values are 50: there is no spread to measure by"),
        ([50.0, 50.002] * 100, "all 200 values vary by less than 0.1 %"),
        ([46.0, 47.0, 48.0, 49.0, 50.0] * 6, "30 cycles are too few for a limit: 100 are needed"),
        (cycles(99), "99 cycles are too few for a limit: 100 are needed"),
        (cycles(3_000) * np.linspace(1.0, 1.1, 3_000), "no quiet time, tune on another one"),
    ],
)
def test_what_supports_no_limit_proposes_none(edge_agent, station, tmp_path, durations_s, why):
    """Even cycles, a handful, a level that moves: why is said, and the file written has the settings of before."""
    code, said, _ = edge_agent("tune", table(tmp_path, durations_s), "--config", station, "--write")
    left = " ".join(said.partition("nothing proposed")[2].split())
    assert 0 == code
    assert "->" not in said
    for detector in ("cycle_overrun:press", "slow_drift:press", "run_rules:press"):
        assert re.search(rf"{detector} (its last third lies \S+ sigma from its first: )?{re.escape(why)}", left)
    assert config.load(station).detectors == config.load(station.with_name("station.tuned.toml")).detectors


BEGIN = recording.ENCODE(recording.Begin(0, "acme/plant1/assembly/line4/st07", "1")).decode()


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("day.jsonl", "", "0 cycles and 0 readings are too few: 20 are needed to say what is usual, 100 for a limit"),
        ("day.jsonl", BEGIN + "\n", "0 cycles and 0 readings are too few"),
        ("day.jsonl", "hello\n", "day.jsonl:1: "),
        ("day.csv", "cycle_s\n50\n", "1 cycles and 0 readings are too few"),
        ("day.csv", "cycle_s\n50\nnan\n", "day.csv:3: cycle_s is nan"),
    ],
)
def test_what_cannot_be_tuned_is_one_clear_line(edge_agent, station, tmp_path, name, text, complaint):
    """Exit code 1, the line and the remedy."""
    (tmp_path / name).write_text(text)
    code, said, errors = edge_agent("tune", tmp_path / name, "--config", station)
    assert (1, "") == (code, said)
    assert complaint in errors
    assert 1 == errors.count("\n")


def test_a_rate_that_is_none_is_a_matter_of_usage(edge_agent, station, week, capsys):
    """Exit code 2, and how to write it."""
    for words in (("--false-calls", "seldom"), ("--false-calls", "0 in 20 shifts"), ("--shift-cycles", "0")):
        with pytest.raises(SystemExit) as ended:
            edge_agent("tune", week, "--config", station, *words)
        assert 2 == ended.value.code
        assert "1 in 20 shifts" in (error := capsys.readouterr().err) or "number of cycles" in error
