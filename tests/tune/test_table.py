"""Tables of cycle times or readings become the steps of a station; every slip is said with its line."""

import pytest

from edge_agent.observations import CycleEnd, CycleStart, Reading, Source
from edge_agent.recording import Begin, RecordingError
from edge_agent.standard import Characteristic, Standard, Workplace
from edge_agent.tune import table

BORE, WEIGHT = Characteristic(name="bore_mm"), Characteristic(name="weight_g")
PRESS, WORK = Source(name="press", sees="cycle"), Source(name="press", sees="work")


def workplace(*characteristics, sources=(PRESS,)):
    return Workplace(standard=Standard(standard_cycle_s=55.0), characteristics=characteristics, sources=sources)


def seen(tmp_path, text, place=None):
    (tmp_path / "day.csv").write_bytes(text.encode())
    steps = list(table.steps(tmp_path / "day.csv", place or workplace(BORE)))
    assert isinstance(steps[0], Begin)
    return [step.seen for step in steps[1:]]


@pytest.mark.parametrize("text", ["cycle_s\n50\n52.5\n", "\ufeffcycle_s;part\r\n50;a\r\n\r\n52,5;b\r\n"])
def test_cycle_times_follow_each_other(tmp_path, text):
    """A pulse at the start, and one at each end; marks, blank lines and decimal commas of other programs are read."""
    ends = [CycleEnd(0, "press"), CycleEnd(50_000_000_000, "press"), CycleEnd(102_500_000_000, "press")]
    assert ends == seen(tmp_path, text)


def test_a_sensor_of_work_begins_each_cycle(tmp_path):
    """Where starts and ends are seen apart, both are there."""
    observed = seen(tmp_path, "cycle_s\n50\n", workplace(sources=(WORK,)))
    assert [CycleStart(0, "press"), CycleEnd(50_000_000_000, "press")] == observed[:2]


@pytest.mark.parametrize(
    "text",
    [
        "at,bore_mm\n100.5,25.01\n102.5,25.02\n",
        "bore_mm\tat\n25,01\t100,5\n25,02\t102,5\n",
        "at,value\n2026-03-02T06:00:00,25.01\n2026-03-02T06:00:02+00:00,25.02\n",
    ],
)
def test_readings_keep_their_times(tmp_path, text):
    """Seconds or dates; the characteristic by its name, or `value` where there is one only."""
    first, second = Reading(0, "bore_mm", "bore_mm", 25.01), Reading(2_000_000_000, "bore_mm", "bore_mm", 25.02)
    assert [first, second] == seen(tmp_path, text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "day.csv:1: the columns are missing; a table has one column cycle_s"),
        ("time,length\n1,2\n", "day.csv:1: the columns are time, length; a table has one column cycle_s"),
        ("at,cycle_s\n1,2\n", "day.csv:1: the columns are at, cycle_s; a table has"),
        ("cycle_s\n50\nnan\n", "day.csv:3: cycle_s is nan; only finite numbers can be judged"),
        ("cycle_s\n50\nfast\n", "day.csv:3: cycle_s is 'fast', which is no number; correct or delete the line"),
        ("cycle_s\n50\n\n-1\n", "day.csv:4: cycle_s is -1; a cycle takes more than 0 s"),
        ("part,cycle_s\n1\n", "day.csv:2: there is no cycle_s; give it or delete the line"),
        ("at,bore_mm\n5,25\n4,25\n", "day.csv:3: at goes back; sort the table by time"),
        ("at,bore_mm\n5,inf\n", "day.csv:2: bore_mm is inf"),
        ("at,width\n5,25\n", "day.csv:1: the columns at, width do not say which characteristic was measured"),
        ("cycle_s\n" + "5" * 5000 + "\n", "day.csv:2: longer than 4096 characters"),
    ],
)
def test_a_slip_is_said_with_its_line(tmp_path, text, complaint):
    """File, line, what is wrong, what to write instead."""
    with pytest.raises(RecordingError) as told:
        seen(tmp_path, text)
    assert complaint in str(told.value)


def test_what_the_station_leaves_open_is_said(tmp_path):
    """Two characteristics and `value`; no sensor of cycles; no file; no text."""
    with pytest.raises(RecordingError, match="name one column after it: bore_mm, weight_g"):
        seen(tmp_path, "at,value\n1,2\n", workplace(BORE, WEIGHT))
    with pytest.raises(RecordingError, match="has 0 sensors of cycles"):
        seen(tmp_path, "cycle_s\n1\n", workplace(sources=()))
    with pytest.raises(RecordingError, match="name a journal"):
        list(table.steps(tmp_path / "none.csv", workplace()))
    (tmp_path / "bad.csv").write_bytes(b"cycle_s\n\xff\n")
    with pytest.raises(RecordingError, match="not UTF-8"):
        list(table.steps(tmp_path / "bad.csv", workplace()))
