"""What else a station has to do while the benchmark measures: each load lasts for one row of a round."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from edge_agent import clock
from edge_agent.standard import to_ns
from tests.bench.bench_edge import JOURNALLED, LEFT, SUBSCRIBER, fill
from tests.bench_station import station as station_on_bench
from tests.bench_station import uplink, written
from tests.mosquitto import broker
from tests.vm.conftest import WAIT_S, pause
from tests.vm.station import Station
from tests.vm.wires import CORD

SPINNERS = 2  # processes that want the guest's one processor all the time
FILLS = 4  # times 10,000 events: a replay that a row does not outlast
BEGIN_S = 180.0  # for the first event of a replay to be confirmed: a start on a processor that everybody wants


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
    """Not a byte is left where the agent's journal is, and the station has said so."""
    ballast = station.path.with_name("ballast")
    with contextlib.suppress(OSError), ballast.open("wb", buffering=0) as file:
        while True:
            file.write(bytes(65_536) if file.tell() < 12 * 2**20 else bytes(512))
    try:
        station.process.send_signal(signal.SIGCONT)
        late_ns = clock.now_ns() + to_ns(WAIT_S)
        while "journal" not in station.status().degraded:
            assert clock.now_ns() < late_ns, "the disk is not full"
            for high in (True, False, True, False):  # a pull, and one that withdraws it: two events
                station.chip.drive(CORD, high=high)
                pause(0.05)
        station.process.send_signal(signal.SIGSTOP)
        yield
    finally:
        ballast.unlink()


@contextlib.contextmanager
def replay(_: Station) -> Iterator[None]:
    """Another station of this machine, whose uplink sends 40,000 events that waited; it must not come to its end."""
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
        late_ns = clock.now_ns() + to_ns(BEGIN_S)
        while not 0 < (began := second.status().depth) < FILLS * JOURNALLED:
            assert clock.now_ns() < late_ns, "the replay does not begin"
            pause(0.1)
        yield
        left = second.status().depth
        assert LEFT < left < began, f"{began} events waited at the begin, {left} at the end"


LOADS: dict[str, Callable[[Station], contextlib.AbstractContextManager[None]]] = {
    "idle": idle,
    "uplink replay": replay,
    "full disk": full_disk,
    "processor load": processor,
}
