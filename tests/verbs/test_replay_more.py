"""`edge-agent replay --steps` and `--plot`: the recording itself, and its picture."""

from xml.etree import ElementTree as ET

import pytest

from edge_agent.journal import Entry, Journal, Label, Settings
from tests.tune.conftest import cycles, recorded, station_file


@pytest.fixture
def station(tmp_path):
    """The file of the station."""
    return station_file(tmp_path)


@pytest.fixture
def day(tmp_path):
    """A recording as JSON lines: 100 cycles, one of them a stop, and readings, one outside its specification."""
    durations_s = cycles(100)
    durations_s[50] = 200.0
    return recorded(tmp_path / "day.jsonl", durations_s, [25.0, 25.03, 25.0])


def test_a_journal_becomes_a_file_of_steps(edge_agent, day, tmp_path):
    """Line by line what was recorded, without a configuration; the file says the same as the journal."""
    journal = Journal(Settings(path=str(tmp_path / "st07.db"), recording_days=1), "boot")
    journal.open()
    entries = [Entry(turn=line) for line in day.read_bytes().splitlines()]
    journal.write(entries, Label(now_ns=0, wall_ns=0, time_quality="unsynced"))
    journal.close()
    code, said, errors = edge_agent("replay", tmp_path / "st07.db", "--steps")
    assert (0, "") == (code, errors)
    assert day.read_text() == said
    assert day.read_text() == edge_agent("replay", day, "--steps")[1]


def test_a_recording_is_drawn(edge_agent, station, day, tmp_path):
    """Values, lines, and a sign in the lane of each kind that called."""
    assert (0, "") == edge_agent("replay", day, "--config", station, "--plot", tmp_path / "day.svg")[:2]
    root = ET.parse(tmp_path / "day.svg").getroot()  # noqa: S314 - our own text
    words = [element.text for element in root.iter("{http://www.w3.org/2000/svg}text")]
    assert {"cycle_overrun 1 x", "standard 55", "upper 25.02"} <= set(words)
    assert any("above the axis" in text for text in words)


def test_nothing_seen_is_nothing_to_draw(edge_agent, station, day, tmp_path):
    """One line, and no file."""
    day.write_text(day.read_text().splitlines()[0] + "\n")
    code, _, errors = edge_agent("replay", day, "--config", station, "--plot", tmp_path / "day.svg")
    assert 1 == code
    assert "nothing to draw" in errors
    assert not (tmp_path / "day.svg").exists()
