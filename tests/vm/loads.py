"""What else a station has to do while the benchmark measures: each load lasts for one round."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench.bench_edge import LEFT, SUBSCRIBER, fill
from tests.bench_station import station as station_on_bench
from tests.bench_station import uplink, written
from tests.mosquitto import broker
from tests.vm.station import Station

SPINNERS = 2  # processes that want the guest's one processor all the time
FILLS = 3  # times 10,000 events: a replay that a round does not outlast


@contextlib.contextmanager
def idle(_: Station) -> Iterator[None]:
    """Nothing."""
    yield


@contextlib.contextmanager
def processor(_: Station) -> Iterator[None]:
    """Other programs that never rest."""
    spinning = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(SPINNERS)]
    try:
        yield
    finally:
        for one in spinning:
            one.kill()
            one.wait()


@contextlib.contextmanager
def full_disk(station: Station) -> Iterator[None]:
    """Not a byte is left where the agent's journal is; in the end the station must have said so."""
    ballast = station.path.with_name("ballast")
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65_536) if file.tell() < 12 * 2**20 else bytes(512))
    try:
        yield
        station.process.send_signal(signal.SIGCONT)
        assert "journal" in station.status().degraded, "the disk was not full"
    finally:
        ballast.unlink()


@contextlib.contextmanager
def replay(_: Station) -> Iterator[None]:
    """Another station of this machine, whose uplink sends 30,000 events that waited; it must not come to its end."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as held:
        folder = Path(name)
        for _ in range(FILLS):
            fill(folder / "st07.db")
        running = held.enter_context(broker(folder))
        path = written(folder, mqtt=running.port)
        hearer = held.enter_context(subprocess.Popen([sys.executable, "-c", SUBSCRIBER, str(running.port)]))
        held.callback(hearer.send_signal, signal.SIGKILL)
        second = held.enter_context(station_on_bench(path))
        held.enter_context(uplink(path))
        began = second.until(lambda status: 0 < status.depth < FILLS * 10_000).depth
        yield
        left = second.status().depth
        assert LEFT < left < began, f"{began} events waited at the begin, {left} at the end"


LOADS: dict[str, Callable[[Station], contextlib.AbstractContextManager[None]]] = {
    "idle": idle,
    "uplink replay": replay,
    "full disk": full_disk,
    "processor load": processor,
}
