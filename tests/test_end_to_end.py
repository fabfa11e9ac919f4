"""From pin edges and pty lines over lamp and journal to a subscriber on a real broker, through kills of every part."""

import json
import signal
from itertools import pairwise
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from edge_agent.journal import Reader
from edge_agent.signals import contract
from tests import bench_station
from tests.bench_station import (
    AT_REST,
    BUZZER,
    CORD,
    CORD_OPEN,
    GREEN,
    RED,
    RESET,
    YELLOW,
    BenchStation,
    station,
    uplink,
    written,
)
from tests.mosquitto import broker, subscriber
from tests.sensors.conftest import Port

EVENTS = "andon/v1/acme/plant1/assembly/line4/st07/event"
STATUS = "andon/v1/acme/plant1/assembly/line4/st07/status"
HALF_BLINK_S = 0.625
LATE_S = 0.3  # half a blink; a machine shared by several test runs wakes a process that late at worst
SCHEMAS = {
    name: Draft202012Validator(schema, format_checker=FormatChecker()) for name, schema in contract.schemas().items()
}


def pull(bench):
    """Pull the cord."""
    bench.drive(f"{CORD} 1")


def let_go(bench):
    """The cord is as it was."""
    bench.drive(f"{CORD} 0")


def restore(bench):
    """Press the reset button."""
    bench.drive(f"{RESET} 0", f"{RESET} 1")


def event(listening, kind):
    """The next event of a type, schema-valid like every one before it."""
    while True:
        said = json.loads(listening.messages.get(timeout=bench_station.WAIT_S).payload)
        SCHEMAS["event"].validate(said)
        SCHEMAS[said["type"]].validate(said["data"])
        if said["type"] == f"andon.{kind}.v1":
            return said


def in_journal(path):
    """Every event the station recorded."""
    reader = Reader(path.with_name("st07.db"))
    try:
        return reader.range(1, reader.last_seq(), 10_000)
    finally:
        reader.close()


def test_a_cycle_earns_green_and_an_overrun_takes_it(tmp_path):
    """Edge on a pin, lamp on a pin, event at the subscriber: running, too long, and by itself running again."""
    with broker(tmp_path) as plant, subscriber(plant.port, EVENTS) as listening:
        path = written(tmp_path, standard_s=1.0, mqtt=plant.port)
        with station(path) as bench, uplink(path):
            event(listening, "agent.started")
            assert [] == bench.lit()
            bench.cycle()
            green_ns = bench.seen(GREEN, True)
            assert 1.5 == pytest.approx((bench.seen(GREEN, False) - green_ns) / 1e9, abs=LATE_S)
            raised = event(listening, "call.raised")["data"]
            assert ("cycle_overrun", "delay", "auto") == (raised["kind"], raised["family"], raised["trigger"])
            assert 1.5 == raised["measured"]["limit"]
            bench.blinks(YELLOW)
            bench.cycle()
            bench.seen(GREEN, True)
            assert "by_itself" == event(listening, "call.cleared")["data"]["how"]


def test_gauge_and_cord_call_and_a_restore_ends_the_calls(tmp_path):
    """A pty gauge out of specification; a cord not answered by the fixed position; each restored at the station."""
    port = Port(tmp_path / "usb-gauge")
    with broker(tmp_path) as plant, subscriber(plant.port, EVENTS) as listening:
        path = written(tmp_path, fixed_position="1s", port=port.link, mqtt=plant.port)
        with station(path) as bench, uplink(path):
            port.wait_opened()
            bench.cycle()
            bench.seen(GREEN, True)
            port.send(b"01A+0025.010\r01A+0025.031\r")
            bench.blinks(YELLOW)
            raised = event(listening, "call.raised")["data"]
            assert ("out_of_spec", 25.031, 25.02) == (
                raised["kind"],
                raised["measured"]["value"],
                raised["measured"]["limit"],
            )
            assert (1, 1) == (bench.status().state.good, bench.status().state.bad)
            restore(bench)
            bench.seen(GREEN, True)
            assert "restored" == event(listening, "call.cleared")["data"]["how"]
            pull(bench)
            pulled_ns = bench.seen(GREEN, False)
            stopped_s = (bench.seen(RED, True) - pulled_ns) / 1e9
            assert 1.0 - LATE_S < stopped_s < 1.0 + HALF_BLINK_S + LATE_S
            raised = event(listening, "call.raised")["data"]
            assert ("help", "operator") == (raised["kind"], raised["trigger"])
            assert 1.0 == pytest.approx(event(listening, "call.line_stop")["data"]["waited_s"])
            bench.blinks(RED)
            let_go(bench)
            restore(bench)
            bench.seen(GREEN, True)
            assert event(listening, "call.cleared")["data"]["line_stopped"]
            assert [GREEN] == bench.lit()
    port.unplug()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_broker_that_goes_and_comes_back_has_missed_nothing(tmp_path, how):
    """Ten events while it is away: all arrive afterwards, in order, each number once."""
    with broker(tmp_path) as plant, subscriber(plant.port, EVENTS) as listening:
        path = written(tmp_path, mqtt=plant.port)
        with station(path) as bench, uplink(path) as sender:
            first = event(listening, "agent.started")
            plant.stop(how)
            for number in range(5):
                pull(bench)
                bench.recorded(2 * number + 2)
                let_go(bench)
                restore(bench)
                bench.recorded(2 * number + 3)
            sender.process.send_signal(signal.SIGSTOP)  # so that the subscriber is back first
            plant.start()
            listening.wait()
            sender.process.send_signal(signal.SIGCONT)
            arrived = {first["id"]: first}
            while len(arrived) < 11:
                said = json.loads(listening.messages.get(timeout=2 * bench_station.WAIT_S).payload)
                arrived.setdefault(said["id"], said)
            rows = in_journal(path)
            assert [row.seq for row in rows] == [int(said["sequence"]) for said in arrived.values()]
            assert list(range(1, 12)) == [row.seq for row in rows]
            assert [json.loads(row.data) for row in rows] == [said["data"] for said in arrived.values()]


def same(bench):
    """What a restart must not change of the open calls; their level may, where a busy machine took long."""
    return [(call.call, call.kind, call.source, call.raised_ns) for call in bench.status().state.calls]


def test_a_killed_station_doubles_and_forgets_no_call(tmp_path):
    """SIGKILL while a call is open: it goes on with its number and its deadline; the cord found open is no new pull."""
    path = written(tmp_path, acknowledge="6s", attend="6s", escalate="6s")
    with station(path) as bench:
        pull(bench)
        bench.seen(YELLOW, True)
        bench.recorded(2)
        before = same(bench)
        assert -signal.SIGKILL == bench.end(signal.SIGKILL)
    with station(path, CORD_OPEN) as bench:
        assert before == same(bench)
        bench.recorded(5)  # both starts, the raise, the end of the response time, and the next level
        assert 1 == bench.status().state.calls[0].level
        let_go(bench)
        restore(bench)
        bench.recorded(6)
        pull(bench)
        bench.recorded(7)
    types = [row.type.removeprefix("andon.").removesuffix(".v1") for row in in_journal(path)]
    later = ["call.updated", "call.escalated", "call.cleared", "call.raised"]
    assert ["agent.started", "call.raised", "agent.started", *later] == types
    data = [json.loads(row.data) for row in in_journal(path)]
    assert ([1], [1, 1, 1, 1, 2]) == (data[2]["resumed_calls"], [data[place]["call"] for place in (1, 3, 4, 5, 6)])
    assert 6.0 == pytest.approx(data[4]["waited_s"], abs=1.0)


def children(number):
    """Processes a process has started: verb to number."""
    numbers = Path(f"/proc/{number}/task/{number}/children").read_text(encoding="ascii").split()
    words = {each: Path(f"/proc/{each}/cmdline").read_bytes().decode().split("\0") for each in numbers}
    return {("uplink" if "uplink" in line else "station"): int(each) for each, line in words.items()}


def test_run_starts_a_killed_uplink_again_and_the_lamp_does_not_notice(tmp_path):
    """The lamp blinks through the uplink's death, all events arrive, and SIGTERM ends both with everything dark."""
    with broker(tmp_path) as plant, subscriber(plant.port, EVENTS) as listening:
        path = written(tmp_path, mqtt=plant.port)
        running = BenchStation(path, AT_REST, module="tests.run_on_bench")
        try:
            running.tested()
            event(listening, "agent.started")
            pull(running)
            running.seen(YELLOW, True)
            event(listening, "call.raised")
            first = children(running.process.pid)
            bench_station.kill(first["uplink"], signal.SIGKILL)
            changes = [running.seen(YELLOW, level) for level in (False, True) * 3]
            pauses = [(after - before) / 1e9 for before, after in pairwise(changes)]
            assert [HALF_BLINK_S] * 5 == pytest.approx(pauses, abs=LATE_S)
            let_go(running)
            restore(running)
            event(listening, "call.cleared")
            second = children(running.process.pid)
            assert first["station"] == second["station"]
            assert first["uplink"] != second["uplink"]
            assert 0 == running.end(signal.SIGTERM)
            assert [] == running.lit()
            assert set(bench_station.LAMPS) <= running.levels.keys()
            assert not any(Path(f"/proc/{number}").exists() for number in second.values())
        finally:
            running.close()


def test_sigterm_ends_the_station_dark_and_says_so(tmp_path):
    """Whoever looks at a stopped station sees no lamp, and finds in the journal that it was stopped."""
    path = written(tmp_path)
    with station(path) as bench:
        pull(bench)
        bench.seen(BUZZER, True)
        assert 0 == bench.end(signal.SIGTERM)
        assert [] == bench.lit()
    assert ["andon.agent.stopping.v1", b'{"why":"SIGTERM"}'] == [in_journal(path)[-1].type, in_journal(path)[-1].data]
