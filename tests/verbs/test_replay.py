"""`edge-agent replay`: a recording says again what the live station said, byte for byte, or what is wrong with it."""

import contextlib
import json
import signal
import sqlite3

import pytest

from edge_agent import recording
from edge_agent.control import Request
from edge_agent.journal import Reader
from edge_agent.observations import CycleEnd, Reading
from tests.bench_station import CORD, RESET, station, written
from tests.sensors.conftest import Port


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """The folder of a station that lived twice: cycles, an overrun, readings, calls, commands, deadlines, a kill."""
    folder = tmp_path_factory.mktemp("lived")
    port = Port(folder / "usb-gauge")
    path = written(
        folder,
        standard_s=0.5,
        acknowledge="0.3s",
        attend="0.6s",
        fixed_position="0.2s",
        escalate="0.6s",
        port=port.link,
    )
    with station(path) as bench:
        port.wait_opened()
        for _ in range(3):
            bench.cycle()
        port.send(b"01A+0025.010\r01A+0025.0314159\r#?!\r")
        bench.drive(f"{CORD} 1", f"{CORD} 0")
        escalated = bench.until(lambda status: len([call for call in status.state.calls if call.level]) == 3)
        assert {"cycle_overrun", "out_of_spec", "help"} == {call.kind for call in escalated.state.calls}
        bench.client.ask(Request(do="acknowledge", call=1, who="team leader"))
        bench.client.ask(Request(do="restore", via="remote"))
        bench.client.ask(Request(do="test-light"))
        bench.cycle()
        bench.drive(f"{RESET} 0", f"{RESET} 1", f"{CORD} 1")
        bench.until(lambda status: [call.kind for call in status.state.calls if call.line_stop] == ["help"])
        bench.recorded(19)  # up to the line stop: what is not recorded yet dies with the process
        bench.end(signal.SIGKILL)
    with station(path) as bench:
        port.unplug()
        bench.until(lambda status: status.state.sensors[3].state == "lost")
        bench.drive(f"{RESET} 0", f"{RESET} 1")
        bench.cycle()
        bench.until(lambda status: not status.state.calls)
        bench.end(signal.SIGTERM)
    return folder


def in_journal(folder):
    """What the live station recorded, as `--json` prints it."""
    with contextlib.closing(Reader(folder / "st07.db")) as reader:
        rows = reader.range(1, reader.last_seq(), 10_000)
    return "".join(f'{{"at_ns":{row.at_ns},"type":"{row.type}","data":{row.data.decode()}}}\n' for row in rows)


def exported(folder, tmp_path):
    """The recording as a file of JSON lines."""
    with contextlib.closing(Reader(folder / "st07.db")) as reader:
        (tmp_path / "day.jsonl").write_bytes(b"\n".join(reader.turns()) + b"\n")
    return tmp_path / "day.jsonl"


def test_a_journal_says_again_what_it_holds(edge_agent, lived):
    """Type, instant and data of every event of both lives, byte for byte."""
    code, said, errors = edge_agent("replay", lived / "st07.db", "--config", lived / "station.toml", "--json")
    assert (0, "") == (code, errors)
    assert in_journal(lived) == said
    types = {json.loads(line)["type"].split(".")[2] for line in said.splitlines()}
    assert {"started", "raised", "escalated", "line_stop", "acknowledged", "attended", "cleared", "lost"} <= types


def test_a_file_of_json_lines_says_the_same(edge_agent, lived, tmp_path):
    """The form is another, the answer is not."""
    day = exported(lived, tmp_path)
    assert in_journal(lived) == edge_agent("replay", day, "--config", lived / "station.toml", "--json")[1]


def test_for_people_each_event_is_a_line(edge_agent, lived):
    """Instant, type, data."""
    code, said, _ = edge_agent("replay", lived / "st07.db", "--config", lived / "station.toml")
    assert 0 == code
    assert len(in_journal(lived).splitlines()) == len(said.splitlines())
    assert "andon.agent.started.v1" in said.splitlines()[0]


def test_another_threshold_says_something_else(edge_agent, lived, tmp_path):
    """With wider limits the reading was good: the difference is printed, and the exit code is 1."""
    other = tmp_path / "other.toml"
    other.write_text((lived / "station.toml").read_text().replace("upper = 25.02", "upper = 25.05"))
    here = ("--config", lived / "station.toml")
    code, said, _ = edge_agent("replay", lived / "st07.db", *here, "--diff", other, "--json")
    assert 1 == code
    gone = [line for line in said.splitlines() if line.startswith("-{")]
    assert any('"kind":"out_of_spec"' in line for line in gone)
    assert (0, "") == edge_agent("replay", lived / "st07.db", *here, "--diff", lived / "station.toml")[:2]


def test_a_run_without_its_beginning_is_left_out(edge_agent, lived, tmp_path):
    """What was pruned is not guessed at: the replay begins with the next run."""
    day = exported(lived, tmp_path)
    lines = day.read_text().splitlines(keepends=True)
    day.write_text("".join(lines[1:]))
    said = edge_agent("replay", day, "--config", lived / "station.toml", "--json")[1]
    assert said
    assert in_journal(lived).endswith(said)
    assert json.loads(said.splitlines()[0])["type"] == "andon.agent.started.v1"


BEGIN = recording.ENCODE(recording.Begin(0, "acme/plant1/assembly/line4/st07", "1")).decode()
END = recording.ENCODE(recording.Turn(1, CycleEnd(1, "press"))).decode()
LATE = recording.ENCODE(recording.Turn(2**62)).decode()
ASTRAY = recording.ENCODE(recording.Turn(2, CycleEnd(2**63, "press"))).decode()
STRANGE = recording.ENCODE(recording.Turn(2, Reading(2, "scale", "weight_g", 1.0))).decode()


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        (["{"], "day.jsonl:1: "),
        ([BEGIN, END, '{"turn":"step","now_ns":"late"}'], "day.jsonl:3: "),
        ([BEGIN, "x" * 300_000], "day.jsonl:2: longer than"),
        ([BEGIN.replace("null", '{"calls":7}')], "day.jsonl:1: the memory of this run cannot be read"),
        ([BEGIN, LATE], "day.jsonl:2: more than 31 days after the step before it"),
        ([BEGIN, ASTRAY], "day.jsonl:2: seen more than 31 days before or after it was taken"),
        ([BEGIN, STRANGE], "day.jsonl:2: a reading of 'weight_g', and "),
    ],
)
def test_a_broken_recording_is_a_complaint_with_its_line(edge_agent, tmp_path, lines, complaint):
    """File, line and reason; no traceback."""
    (tmp_path / "day.jsonl").write_text("\n".join(lines) + "\n")
    code, _, why = edge_agent("replay", tmp_path / "day.jsonl", "--config", written(tmp_path), "--json")
    assert 1 == code
    assert complaint in why


@pytest.mark.parametrize("name", ["none.db", "."])
def test_a_recording_that_is_not_there_is_said(edge_agent, tmp_path, name):
    """The name, and what it should be."""
    code, _, why = edge_agent("replay", tmp_path / name, "--config", written(tmp_path))
    assert 1 == code
    assert "name a journal (.db) or a file of JSON lines" in why


def test_a_journal_whose_recording_is_damaged_is_said(edge_agent, lived, tmp_path):
    """The line of the recording, and what to do."""
    copy = tmp_path / "copy.db"
    with (
        contextlib.closing(sqlite3.connect(lived / "st07.db")) as source,
        contextlib.closing(sqlite3.connect(copy)) as target,
    ):
        source.backup(target)
        target.execute("UPDATE turn SET line = '?' WHERE number = 2")
        target.commit()
    code, _, why = edge_agent("replay", copy, "--config", lived / "station.toml", "--json")
    assert 1 == code
    assert f"{copy}: line 2 of the recording: " in why
