"""A whole commissioning in a real terminal: a running station on simulated pins, a gauge on a pty, a real broker."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from edge_agent import cli, config
from edge_agent.commissioning import record
from edge_agent.commissioning.session import ASKED_S
from edge_agent.control import Request
from tests import bench_station
from tests.bench_station import BUZZER, CORD, CORD_OPEN, CYCLE, GREEN, LAMPS, RED, RESET, WHITE, YELLOW, BenchStation
from tests.commissioning.terminal import Terminal, written
from tests.mosquitto import broker, subscriber

PARTS = 5
BOUNCE_MS, HELD_S = 100, 0.15  # a busy machine may take its time between two edges of a bounce
EVENTS = "SELECT data FROM event WHERE type = 'andon.station.mode.v1' ORDER BY seq"


@pytest.fixture
def pty_port():
    """A gauge's end of a serial line, and its path."""
    gauge, port = os.openpty()
    yield gauge, os.ttyname(port)
    os.close(gauge)
    os.close(port)


def parts(station: BenchStation) -> None:
    """Five parts, whose contact bounces twice as it closes."""
    for _ in range(PARTS):
        station.drive(*[f"{CYCLE} {level}" for level in (0, 1, 0, 1, 0)])
        station.seen_nothing(HELD_S)
        station.drive(f"{CYCLE} 1")
        station.seen_nothing(HELD_S)


def pull(station: BenchStation) -> None:
    """The cord, pulled and let go."""
    station.drive(f"{CORD} 1", f"{CORD} 0")


def press(station: BenchStation) -> None:
    """The button that restores."""
    station.drive(f"{RESET} 0", f"{RESET} 1")


def modes(folder: Path) -> list[dict]:
    """What the journal has of the station's mode."""
    with closing(sqlite3.connect(folder / "st07.db")) as journal:
        return [json.loads(row[0]) for row in journal.execute(EVENTS)]


def test_every_wire_is_tested_and_the_sheet_says_ready(tmp_path, pty_port):
    """Lamps asked after, contacts heard, bytes shown, the broker read back; nobody called; then it is in service."""
    gauge, port = pty_port
    with broker(tmp_path) as running, subscriber(running.port, "andon/v1/#") as board:
        path = bench_station.written(tmp_path, standard_s=0.4, port=Path(port), mqtt=running.port, bounce_ms=30)
        written(path, 'pin = "GPIO27"', 'pin = "BOARD13"')  # the same pin, by its place
        written(path, 'pin = "GPIO17"', f'pin = "GPIO17"\ndebounce_ms = {BOUNCE_MS}')
        with bench_station.station(path) as station, bench_station.uplink(path):
            alone: list[bool] = []
            lamps = {"red lamp": RED, "yellow lamp": YELLOW, "green lamp": GREEN, "white lamp": WHITE, "buzzer": BUZZER}
            looks = {
                f"Is the {name} on": lambda pin=pin: alone.append(station.seen_alone(pin))
                for name, pin in lamps.items()
            }
            terminal = Terminal(
                ["all", str(path), "--wait", "15s"],
                ["y"] * len(LAMPS) + ["", "n"],
                {
                    **looks,
                    "make 5 parts": lambda: parts(station),
                    "pull cord": lambda: pull(station),
                    "press reset": lambda: press(station),
                    "let it send": lambda: os.write(gauge, b"01A+0025.004\r"),
                },
            )
            code = terminal.finish()
            assert 0 == code, terminal.text
            assert [True] * len(LAMPS) == alone
            assert "01A+0025.004<CR>" in terminal.text
            assert "-> reading 25.004" in terminal.text
            assert "READY: every wire of the configuration has passed." in terminal.text
            assert "GPIO23, header pin 16" in terminal.text
            assert "service" == station.status().state.mode
            assert 0 == len(station.status().state.calls)
            station.recorded(3)  # started, under test, and back
        said = [
            message.topic.rsplit("/", 1)[1]
            for message in list(board.messages.queue)
            if b'"mode":"test"' in message.payload
        ]
        assert {"status", "state", "event"} <= set(said)
    began, ended = modes(tmp_path)
    assert ("test", "service", "asked") == (began["mode"], ended["mode"], ended["ended"])
    assert (1, 1, PARTS) == (ended["seen"]["cord"], ended["seen"]["restore"], ended["seen"]["press"])
    kept = json.loads((tmp_path / "st07.commissioning.json").read_text())
    assert {"lamps", "inputs", "serial", "mqtt"} == kept["parts"].keys()
    bounce = next(each for each in kept["parts"]["inputs"]["results"] if each["name"] == "press")
    assert PARTS == bounce["figures"]["signals"] < bounce["figures"]["edges"]


def test_lamps_on_each_others_wires_are_swapped_back(tmp_path):
    """Green lights white and white green: the file is mended where somebody agrees, and must be tested again."""
    path = bench_station.written(tmp_path)
    with bench_station.station(path) as station:
        answers = ["y", "y", "o", "white", "o", "green", "y", "y"]
        terminal = Terminal(["lamps", str(path)], answers)
        assert 1 == terminal.finish()
        assert "GPIO25: the file says green lamp, the terminal has white lamp" in terminal.text
        mended = config.load(path)
        assert mended.stack is not None
        assert ("GPIO12", "GPIO25") == (mended.stack.green, mended.stack.white)
        sheet = " ".join(terminal.text.split())
        assert "Lamps: the file says something else since; restart the station and test again" in sheet
        assert "service" == station.status().state.mode


def test_a_loop_that_is_broken_is_seen_at_rest(tmp_path):
    """A cord whose wire is cut calls at the start; whoever is there says so, and the test names the loop."""
    path = bench_station.written(tmp_path)
    with bench_station.station(path, CORD_OPEN) as station:
        station.until(lambda status: len(status.state.calls) == 1)
        refused = Terminal(["inputs", str(path), "--only", "cord"], ["n"])
        assert 1 == refused.finish()
        assert "a test would hide it" in refused.text
        assert 1 == station.run("test", "inputs", str(path), "--yes").returncode
        assert "raised" == station.status().state.calls[0].state, "no script says that somebody is there"
        terminal = Terminal(["inputs", str(path), "--only", "cord"], ["y", ""])
        assert 1 == terminal.finish()
        assert "cord: failed: reads PULLED while nobody pulls" in terminal.text
        assert "normally_closed is written the wrong" in terminal.text
        call = station.status().state.calls[0]
        assert ("help", "attended") == (call.kind, call.state), "the call is kept"


def test_contacts_on_each_others_pins_are_found(tmp_path):
    """Asked for the button, the cord's pin is heard, and the other way round: swapped in the file."""
    path = bench_station.written(tmp_path)
    with bench_station.station(path) as station:
        deeds = {"pull cord": lambda: press(station), "press reset": lambda: pull(station), "make 5": lambda: None}
        terminal = Terminal(["inputs", str(path), "--wait", "2s"], ["", "y"], deeds)
        assert 1 == terminal.finish()
        assert "nothing was heard here, but reset: answers restore on GPIO22, header pin 15 was" in terminal.text
        mended = config.load(path)
        assert ["GPIO22", "GPIO27"] == [getattr(sensor, "pin", None) for sensor in mended.sensors[1:]]


def test_by_script_nothing_is_asked(tmp_path):
    """Each lamp is driven; what nobody saw is unconfirmed; one JSON object on stdout, and exit code 0."""
    path = bench_station.written(tmp_path)
    with bench_station.station(path) as station:
        ran = station.run("test", "lamps", str(path), "--yes", "--json", "--who", "anna")
        report = json.loads(ran.stdout)
        assert (0, False) == (ran.returncode, report["ready"])
        assert ["unconfirmed"] * 5 == [each["verdict"] for each in report["results"]]
        for lamp in LAMPS:
            station.seen(lamp, True)
        station.recorded(3)  # started, under test, and back
        assert ["anna", "anna"] == [each["who"] for each in modes(tmp_path)]
        terminal = Terminal(["lamps", str(path), "--only", "green"], ["y"])
        assert 0 == terminal.finish(), terminal.text
    found = config.load(path)
    kept = record.read(record.place(found), found).parts["lamps"]
    beside = {"green": "passed", "red": "unconfirmed"}
    assert beside.items() <= {each.name: each.verdict for each in kept.results}.items(), "one wire beside the others"


def test_a_broker_that_is_away_is_named(tmp_path):
    """The control of the read back: with nobody there it fails, and says what to look at."""
    with broker(tmp_path) as running:
        path = bench_station.written(tmp_path, mqtt=running.port)
    with bench_station.station(path) as station:
        ran = station.run("test", "mqtt", str(path), "--yes")
        assert 1 == ran.returncode
        assert "broker: failed: no connection (refused): nothing listens at 127.0.0.1" in ran.stdout


def test_a_broker_without_an_uplink_is_no_delivery(tmp_path):
    """The broker takes our connection, and still nothing of this station goes out: that is said."""
    with broker(tmp_path) as running:
        path = bench_station.written(tmp_path, mqtt=running.port)
        with bench_station.station(path) as station:
            ran = station.run("test", "mqtt", str(path), "--yes", "--wait", "1s")
            assert 1 == ran.returncode
            assert "the broker takes us, but the uplink says" in ran.stdout
            assert "systemctl start edge-agent-uplink@" in ran.stdout


@pytest.mark.parametrize(
    ("may_read", "code", "said"),
    [
        (
            "topic read andon/v1/+/+/+/+/+/status",
            0,
            "broker: passed: published by the uplink and read back from status",
        ),
        ("", 1, "broker: failed: the uplink is connected, and what it publishes did not come back"),
    ],
    ids=["its own status", "nothing"],
)
def test_a_broker_with_an_access_list(tmp_path, may_read, code, said):
    """The station reads what the plant lets it: `status` is enough; what does not come back was not read."""
    (tmp_path / "acl").write_text(f"topic write andon/v1/#\n{may_read}\n")
    with broker(tmp_path, f"user root\nacl_file {tmp_path}/acl") as running:
        path = bench_station.written(tmp_path, mqtt=running.port)
        with bench_station.station(path) as station, bench_station.uplink(path):
            ran = station.run("test", "mqtt", str(path), "--yes", "--wait", "8s")
    assert code == ran.returncode, ran.stdout
    assert said in ran.stdout


def test_a_terminal_that_dies_leaves_the_station_to_itself(tmp_path):
    """At Ctrl-C it is in service at once; after a kill, when the time that was asked for is over."""
    path = bench_station.written(tmp_path)
    with bench_station.station(path) as station:
        terminal = Terminal(["lamps", str(path)], [])
        terminal.until("Is the red lamp on")
        os.kill(terminal.pid, signal.SIGINT)
        assert 130 == terminal.finish()
        assert "service" == station.status().state.mode
        terminal = Terminal(["lamps", str(path), "--who", "anna"], [])
        terminal.until("Is the red lamp on")
        assert "test" == station.status().state.mode
        terminal.kill()
        second = station.run("test", "lamps", str(path), "--yes", "--who", "bert")
        assert (1, True) == (second.returncode, "anna tests this station" in second.stderr)
        left_s = station.client.ask(Request(do="test", who="anna", for_s=0.1, text="red")).left_s
        assert left_s is not None
        assert 0 < left_s <= ASKED_S
        station.client.ask(Request(do="test-end", who="bert"))
        assert station.client.ask(Request(do="test", who="bert", for_s=0.5)).ok
        station.until(lambda status: status.state.mode == "service")
        station.recorded(7)  # started, and three times under test and back
    assert ["asked", "asked", "time"] == [each["ended"] for each in modes(tmp_path) if each["ended"]]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["lamps", "{path}", "--only", "gren"], 2, "no wire is called 'gren'; did you mean 'green'?"),
        (["lamps", "{path}", "--pieces", "1"], 2, "'1' is no number from 2 to 100"),
        (["lamp", "{path}"], 2, "invalid choice: 'lamp'"),
        (["lamps", "{path}"], 69, "the station is not running"),
        (["sheet", "{path}"], 1, "Lamps: not tested"),
        (["lamps", "{path}", "--record", "{bad}"], 1, "is no commissioning record"),
        (["lamps", "{path}", "--record", "/nowhere/at/all.json"], 1, "cannot be written by this user"),
        (["lamps", "no.toml"], 78, "no such file"),
    ],
)
def test_bad_input_is_said(tmp_path, capsys, words, code, said):
    """What, where, what to write instead; and nothing is tested."""
    path = bench_station.written(tmp_path)
    bad = tmp_path / "bad.json"
    bad.write_text('{"parts": 3}')
    try:
        found = cli.main(["test", *(word.format(path=path, bad=bad) for word in words)])
    except SystemExit as usage:
        found = usage.code
    assert code == found
    assert said in "".join(capsys.readouterr())
