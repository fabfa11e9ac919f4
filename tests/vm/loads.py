"""What else a station has to do while the benchmark measures: each load lasts for one row of a round.

What it yields is called between edges: it returns with the load under way, however long the row has taken so far.
"""

from __future__ import annotations

import contextlib
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from edge_agent import clock
from edge_agent.control import ControlError
from edge_agent.standard import to_ns
from tests.bench.bench_edge import JOURNALLED, LEFT, SUBSCRIBER, fill
from tests.bench_station import BenchStation, uplink, written
from tests.mosquitto import broker
from tests.vm.conftest import WAIT_S, pause
from tests.vm.station import Station
from tests.vm.wires import CORD

SPINNERS = 2  # processes that want the guest's one processor all the time
FILLS = 8  # times 10,000 events that wait when a replay begins
ENOUGH = 4 * JOURNALLED  # it begins anew with fewer left: as many as no few edges outlast, one that is lost among them
BEGIN_S = 600.0  # for the first event of a replay to be confirmed: a start on a processor that everybody wants
GoesOn = Callable[[], None]


@contextlib.contextmanager
def idle(_: Station) -> Iterator[GoesOn]:
    """Nothing."""
    yield lambda: None


@contextlib.contextmanager
def processor(_: Station) -> Iterator[GoesOn]:
    """Other programs that never rest."""
    spinning = [subprocess.Popen(["sh", "-c", "while :; do :; done"]) for _ in range(SPINNERS)]
    try:
        yield lambda: None
    finally:
        for one in spinning:
            one.kill()
            one.wait()


@contextlib.contextmanager
def full_disk(station: Station) -> Iterator[GoesOn]:
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
        yield lambda: None
    finally:
        ballast.unlink()


@contextlib.contextmanager
def replays(_: Station) -> Iterator[GoesOn]:
    """Another station of this machine, whose uplink sends events that waited; begun anew before it comes to its end."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as running:
        filled = Path(name) / "st07.db"
        for _ in range(FILLS):
            fill(filled)
        second = running.enter_context(replay(filled))

        def goes_on() -> None:
            nonlocal second
            if left(second) < ENOUGH:
                running.close()
                second = running.enter_context(replay(filled))

        yield goes_on
        left(second)


@contextlib.contextmanager
def replay(filled: Path) -> Iterator[BenchStation]:
    """A station and its uplink, which has begun to send what waits in a copy of this journal."""
    with tempfile.TemporaryDirectory() as name, contextlib.ExitStack() as held:
        folder = Path(name)
        shutil.copy(filled, folder)
        running = held.enter_context(broker(folder))
        path = written(folder, mqtt=running.port)
        hearer = held.enter_context(subprocess.Popen([sys.executable, "-c", SUBSCRIBER, str(running.port)]))
        held.callback(hearer.send_signal, signal.SIGKILL)
        second = BenchStation(path)
        held.callback(second.close)
        held.enter_context(uplink(path))
        late_ns = clock.now_ns() + to_ns(BEGIN_S)
        while not 0 < waiting(second) < FILLS * JOURNALLED:
            assert clock.now_ns() < late_ns, "the replay does not begin"
            pause(0.1)
        yield second


def left(second: BenchStation) -> int:
    """How many of its events wait; that there are some is what the edges measured up to now were promised."""
    while (found := waiting(second)) < 0:
        assert second.process.poll() is None, "the station that replays has ended"
    assert found > LEFT, f"edges were measured beside no replay: {found} events wait"
    return found


def waiting(second: BenchStation) -> int:
    """How many of its events are not confirmed; -1 where it does not answer, as at its start."""
    with contextlib.suppress(ControlError):
        return second.status().depth
    return -1


LOADS: dict[str, Callable[[Station], contextlib.AbstractContextManager[GoesOn]]] = {
    "idle": idle,
    "uplink replay": replays,
    "full disk": full_disk,
    "processor load": processor,
}
