"""Floods, garbage and absurd values from wires, ports and the control socket of a station: the lamp stays right."""

import contextlib
import json
import signal
import socket

from edge_agent.control import Request
from tests.bench_station import CORD, CYCLE, GREEN, YELLOW, station, written
from tests.sensors.conftest import Port
from tests.test_end_to_end import in_journal

BURST = 10_000


def test_a_burst_of_edges_on_every_wire_leaves_the_lamp_right(tmp_path):
    """Ten thousand edges on the cycle pin, then on the cord: no crash, no call twice; once it is calm, green again."""
    path = written(tmp_path, bounce_ms=30)
    path.write_text(path.read_text() + '\n[[detect]]\nkind = "chatter"\nwithin = "0.2s"\nmany = 2\n')
    with station(path) as bench:
        bench.drive(*(f"{CYCLE} {each % 2}" for each in range(BURST)), f"{CORD} 1")
        counted = bench.until(lambda status: bool(status.state.calls)).state
        assert ["help"] == [call.kind for call in counted.calls]
        assert 1 <= counted.cycles <= BURST / 2
        bench.blinks(YELLOW)
        bench.drive(*(f"{CORD} {each % 2}" for each in range(BURST)), f"{CORD} 0")
        bench.until(lambda status: all(sensor.state != "lost" for sensor in status.state.sensors))  # calm again
        bench.cycle()
        bench.until(lambda status: status.state.cycles == counted.cycles + 1)
        bench.client.ask(Request(do="restore"))
        bench.until(lambda status: status.state.sign == "running" and not status.degraded)
        assert [GREEN] == bench.lit()
        assert 0 == bench.end(signal.SIGTERM)
    raised = [json.loads(row.data)["call"] for row in in_journal(path) if row.type == "andon.call.raised.v1"]
    assert sorted(set(raised)) == raised


def test_a_gauge_may_say_what_it_likes(tmp_path):
    """A megabyte without an end, NaN, infinity, garbage: blind at worst, never green on it; a sound line heals."""
    port = Port(tmp_path / "usb-gauge")
    with station(written(tmp_path, port=port.link)) as bench:
        port.wait_opened()
        bench.cycle()
        bench.seen(GREEN, True)
        port.send(b"7" * 1_000_000 + b"\r" + b"01A+nan\r01A+inf\r01A+1e999\r\xff\x00\r01A\r" * 2)
        blind = bench.until(lambda status: status.state.sign == "blind").state
        assert "gauge" in blind.reason
        assert (0, 0) == (blind.good, blind.bad)
        port.send(b"01A+0025.000\r")
        bench.until(lambda status: status.state.sign == "running")
        port.send(b"01A+9999999999999999999999999999\r")
        assert "above the upper limit" in bench.until(lambda status: bool(status.state.calls)).state.reason
        bench.blinks(YELLOW)
    port.unplug()


def test_noise_on_the_control_socket_costs_nobody_else(tmp_path):
    """The lamp goes on, and the next one who asks is answered."""
    noises = [b"\xff" * 100_000, b"{" * 60_000 + b"\n", b'{"do":"restore","call":-1}\n' * 500, b"\n\n\0\n"]
    with station(written(tmp_path)) as bench:
        for noise in noises:
            with socket.socket(socket.AF_UNIX) as peer, contextlib.suppress(BrokenPipeError, ConnectionResetError):
                peer.connect(str(bench.client.path))
                peer.sendall(noise)
        bench.cycle()
        bench.seen(GREEN, True)
        assert (1, "running") == (bench.status().state.cycles, bench.status().state.sign)
