"""Resident memory, idle processor time and start-up of both processes, beside mqtt-io and a bare Python idling."""

from __future__ import annotations

import contextlib
import os
import pty
import re
import socket
import statistics
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from edge_agent import clock
from edge_agent.standard import to_s
from tests.bench import peer
from tests.bench.bed import PYTHON, WAIT_S, Bed, mosquitto, process, rest
from tests.bench.figures import ratio, say, spread, table
from tests.mosquitto import subscriber

REPEATS = 3
IDLE_S = 20.0
SETTLE_S = 5.0  # start-up, lamp test, first connection
STARTS = 7
MS = 1_000_000  # ns
KB_PER_MB = 1000
BARE = "import threading; threading.Event().wait()"
FLOOR_UP = f"print('up', flush=True); {BARE}"
STATION, UPLINK, PEER, FLOOR = "station", "uplink", "mqtt-io", "bare Python"
Costs = dict[str, dict[str, float]]
Took = tuple[float, float]
"""From exec until it is up: time on the wall and processor time, in ms."""


def memory_mb(pid: int) -> tuple[float, float]:
    """RSS and PSS, in MB of 10^6 bytes."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    kib = {name: int(number) for name, number in re.findall(r"^(Rss|Pss):\s+(\d+) kB", text, re.MULTILINE)}
    return kib["Rss"] * 1.024 / KB_PER_MB, kib["Pss"] * 1.024 / KB_PER_MB


def busy_ns(pid: int) -> int:
    """Processor time of all threads that live, as the scheduler counts it."""
    return sum(int((task / "schedstat").read_text().split()[0]) for task in Path(f"/proc/{pid}/task").iterdir())


def commands(bed: Bed, python: Path | None, tty: str) -> dict[str, list[str]]:
    """What is started, by name."""
    agent = [PYTHON, "-m", "edge_agent"]
    chosen = {STATION: [*agent, "station", str(bed.config)], UPLINK: [*agent, "uplink", str(bed.config)]}
    if python is not None:
        chosen[PEER] = [str(python), "-m", "mqtt_io", str(peer.configure(bed, tty))]
    return {**chosen, FLOOR: [PYTHON, "-c", BARE]}


@contextlib.contextmanager
def bed_and_port() -> Iterator[tuple[Bed, str]]:
    """A station's bed, and a second serial port for the peer."""
    near, far = pty.openpty()
    with tempfile.TemporaryDirectory() as folder:
        bed = Bed(Path(folder))
        try:
            yield bed, os.ttyname(far)
        finally:
            bed.close()
            os.close(near)
            os.close(far)


def idle_round(python: Path | None) -> Costs:
    """All of them idling at the same time, so that each has the same neighbours."""
    with bed_and_port() as (bed, tty), contextlib.ExitStack() as held:
        held.enter_context(mosquitto(bed))
        running: dict[str, subprocess.Popen[bytes]] = {}
        for name, command in commands(bed, python, tty).items():
            log = bed.folder / f"{name}.log"
            running[name] = held.enter_context(process(command, bed.environment(PYTHONPATH=""), log))
        rest(SETTLE_S)
        before_ns = {name: busy_ns(each.pid) for name, each in running.items()}
        began_ns = clock.now_ns()
        rest(IDLE_S)
        minutes = to_s(clock.now_ns() - began_ns) / 60
        costs: Costs = {}
        for name, each in running.items():
            rss, pss = memory_mb(each.pid)
            cpu = (busy_ns(each.pid) - before_ns[name]) / MS / minutes
            costs[name] = {"rss": rss, "pss": pss, "cpu": cpu}
        return costs


def station_start() -> Took:
    """From exec to READY, which is said right after the first lamp of the lamp test was lit."""
    with bed_and_port() as (bed, _), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(bed.folder / "notify"))
        told.settimeout(WAIT_S)
        environment = bed.environment(NOTIFY_SOCKET=str(bed.folder / "notify"), PYTHONPATH="")
        began_ns = clock.now_ns()
        command = [PYTHON, "-m", "edge_agent", "station", str(bed.config)]
        with process(command, environment, bed.folder / "log") as running:
            while b"READY=1" not in told.recv(4096):
                pass
            return (clock.now_ns() - began_ns) / MS, busy_ns(running.pid) / MS


def uplink_start(command: list[str], environment: dict[str, str], bed: Bed) -> Took:
    """From exec to `online` at a subscriber."""
    with subscriber(bed.port, "andon/v1/+/+/+/+/+/status") as listening:
        began_ns = clock.now_ns()
        with process(command, environment, bed.folder / "log") as running:
            listening.next(lambda message: b"online" in message.payload)
            return (clock.now_ns() - began_ns) / MS, busy_ns(running.pid) / MS


def printed(command: list[str], environment: dict[str, str], word: bytes) -> Took:
    """From exec to the line that contains `word`."""
    began_ns = clock.now_ns()
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as running:
        assert running.stdout is not None
        for line in running.stdout:
            if word in line:
                break
        took = ((clock.now_ns() - began_ns) / MS, busy_ns(running.pid) / MS)
        running.kill()  # mqtt-io takes its time to end when asked
        running.stdout.read()
    return took


def start_round(python: Path | None) -> dict[str, Took]:
    """One start of each, one after another."""
    took = {STATION: station_start()}
    with bed_and_port() as (bed, tty), mosquitto(bed):
        environment = bed.environment(PYTHONPATH="")
        chosen = commands(bed, python, tty)
        took[UPLINK] = uplink_start(chosen[UPLINK], environment, bed)
        if PEER in chosen:
            took[PEER] = printed(chosen[PEER], environment, b"Digital output")
        took[FLOOR] = printed([PYTHON, "-c", FLOOR_UP], environment, b"up")
    return took


def run() -> None:
    """Print memory, idle processor time and start-up, and whether the aims are met."""
    with tempfile.TemporaryDirectory() as folder:
        found = peer.install(Path(folder) / "mqtt-io")
        python = found if isinstance(found, Path) else None
        if python is None:
            say(f"Without the peer: {found}")
            say()
        idle = [idle_round(python) for _ in range(REPEATS)]
        starts = [start_round(python) for _ in range(STARTS)]
    told_idle(idle)
    told_starts(starts)
    told_aims(idle, starts)


def told_idle(idle: list[Costs]) -> None:
    """Print what each of them holds and uses."""
    rows = []
    for name in idle[0]:
        rss, pss, cpu = ([each[name][figure] for each in idle] for figure in ("rss", "pss", "cpu"))
        beside = ratio(cpu, [each[PEER]["cpu"] for each in idle]) if PEER in idle[0] else "no peer"
        rows.append((name, spread(rss), spread(pss), spread(cpu, 0), beside))
    table(("idle, min / median / max", "RSS MB", "PSS MB", "processor ms a minute", "x mqtt-io"), rows)


def told_starts(starts: list[dict[str, Took]]) -> None:
    """Print how long each needs to begin; processor time depends less on the neighbours than the wall's."""
    rows = []
    for name in starts[0]:
        wall, cpu = ([each[name][figure] for each in starts] for figure in (0, 1))
        rows.append((name, spread(wall, 0), spread(cpu, 0), ratio(cpu, [each[FLOOR][1] for each in starts])))
    table(("start, min / median / max", "ms", "processor ms", "x bare Python"), rows)


def told_aims(idle: list[Costs], starts: list[dict[str, Took]]) -> None:
    """Print each aim with what was measured, by the median."""

    def both(figure: str) -> float:
        return statistics.median(each[STATION][figure] + each[UPLINK][figure] for each in idle)

    station_mb = statistics.median(each[STATION]["rss"] for each in idle)
    ready_s = statistics.median(each[STATION][0] for each in starts) / 1000
    aims = [
        ("station under 45 MB (RSS)", f"{station_mb:.1f} MB", station_mb < 45),
        ("both under 75 MB (RSS added: what they share counts twice)", f"{both('rss'):.1f} MB", both("rss") < 75),
        ("both under 75 MB (PSS added: what they share counts once)", f"{both('pss'):.1f} MB", both("pss") < 75),
        ("ready within 1.0 s", f"{ready_s:.2f} s", ready_s < 1.0),
    ]
    if PEER in idle[0]:
        beside = statistics.median(each[PEER]["cpu"] for each in idle)
        figures = f"{both('cpu'):.0f} ms and {beside:.0f} ms a minute"
        aims.append(("idle processor time of both no more than mqtt-io's", figures, both("cpu") <= beside))
    table(("aim", "measured", "met"), [(aim, figure, "yes" if met else "**no**") for aim, figure, met in aims])
