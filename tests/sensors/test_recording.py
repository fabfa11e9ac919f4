import msgspec
import pytest

from edge_agent import clock
from edge_agent.observations import Acknowledge, CycleEnd, CycleStart, Gone, Heard, Pull, Reading, Trouble
from edge_agent.recording import ENCODE, Begin, Turn
from edge_agent.sensors.recording import Recording

S = clock.NS_PER_S
BOOT = 500 * S
DAY = [
    Begin(BOOT, "st07", "0.1.0"),
    Turn(BOOT + 1 * S, CycleStart(BOOT + 1 * S, "press")),
    Turn(BOOT + 2 * S),
    Turn(BOOT + 3 * S, CycleEnd(BOOT + 3 * S, "press")),
    Turn(BOOT + 4 * S, Reading(BOOT + 4 * S, "gauge", "bore_mm", 25.0)),
    Turn(BOOT + 5 * S, CycleEnd(BOOT + 5 * S, "other")),
    Turn(BOOT + 6 * S, Pull(BOOT + 6 * S, "cord", "help")),
    Turn(BOOT + 7 * S, Acknowledge(BOOT + 7 * S)),
    Turn(BOOT + 8 * S, Trouble(BOOT + 8 * S, "journal", "full")),
    Turn(BOOT + 9 * S, Heard(BOOT + 9 * S, "gauge")),
]


@pytest.fixture
def play(tmp_path, inbox):
    """Plays turns and gives what was said, stamped from the beginning, in recorded seconds."""
    wires = []

    def play(turns, speed=1000.0, **settings):
        path = tmp_path / "day.jsonl"
        path.write_bytes(b"".join(ENCODE(turn) + b"\n" for turn in turns))
        before_ns = clock.now_ns()
        wires.append(Recording(path=str(path), speed=speed, **settings).open(inbox.post, None))
        said = []
        while not said or not isinstance(said[-1], Gone):
            said.append(inbox.next())
        stamped = [round((one.at_ns - before_ns) * speed / S) for one in said]
        assert sorted(stamped) == stamped
        return [msgspec.structs.replace(one, at_ns=0) for one in said], said

    yield play
    for wire in wires:
        wire.close()


END = "the recording has ended"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"name": "press", "sees": "work"}, [CycleStart(0, "press"), CycleEnd(0, "press")]),
        ({"name": "press", "sees": "cycle"}, [CycleEnd(0, "press")]),
        ({"name": "line", "of": "press", "sees": "cycle"}, [CycleEnd(0, "line")]),
        (
            {"name": "gauge", "sees": "reading", "characteristic": "d_mm"},
            [Reading(0, "gauge", "d_mm", 25.0), Heard(0, "gauge")],
        ),
        ({"name": "cord", "sees": "call"}, [Pull(0, "cord", "help"), Acknowledge(0)]),
    ],
)
def test_one_sensor_is_played(play, settings, said):
    """What the named sensor saw is seen again under this one's name; the rest of the file is not; then it is gone."""
    expected = [*said, Gone(0, settings["name"], END)]
    assert expected == play(DAY, **settings)[0]


def test_relative_times_are_kept(play):
    """The gap between two observations is the recorded one, divided by the speed, to the nanosecond."""
    start, end, _ = play(DAY, name="press", sees="work", speed=100.0)[1]
    assert end.at_ns - start.at_ns == 2 * S // 100
    assert start.at_ns <= clock.now_ns()


def test_next_run_follows_the_one_before(play):
    """A file of several runs, each with a clock of its own, plays on; no stamp goes back."""
    again = [Begin(3 * S, "st07", "0.1.0"), Turn(4 * S, CycleEnd(4 * S, "press"))]
    _, (first, second, _) = play([*DAY, *again], name="press", sees="cycle")
    assert second.at_ns - first.at_ns == S // 1000


def test_broken_line_is_named(inbox, tmp_path):
    """A line that cannot be read ends the playing with file, line and remedy."""
    path = tmp_path / "broken.jsonl"
    path.write_bytes(ENCODE(DAY[0]) + b"\n{\n")
    wire = Recording(name="press", sees="cycle", path=str(path)).open(inbox.post, None)
    assert "broken.jsonl:2" in inbox.next().why
    wire.close()


def test_missing_file_is_gone(inbox, tmp_path):
    """A file that is not there is told as gone, with its path, and nothing is raised."""
    path = str(tmp_path / "missing.jsonl")
    wire = Recording(name="press", sees="cycle", path=path).open(inbox.post, None)
    assert path in inbox.next().why
    wire.close()


def test_close_interrupts_a_long_gap(tmp_path, inbox):
    """An hour without observations does not hold the agent when it stops."""
    path = tmp_path / "night.jsonl"
    path.write_bytes(b"\n".join(map(ENCODE, [DAY[0], Turn(BOOT + 3600 * S, CycleEnd(BOOT + 3600 * S, "press"))])))
    wire = Recording(name="press", sees="cycle", path=str(path)).open(inbox.post, None)
    began_ns = clock.now_ns()
    wire.close()
    assert clock.now_ns() - began_ns < S // 2
    assert not wire._thread.is_alive()
    assert not inbox.all()


def test_reading_needs_its_characteristic():
    """A recording of readings says what was measured."""
    with pytest.raises(ValueError, match="needs characteristic"):
        Recording(name="gauge", sees="reading", path="day.jsonl")
