"""From an edge on a mock pin to the lamp's pin written, beside plain gpiozero: idle, and while the uplink replays.

The measured process holds the real agent: its loop in a thread, journal writer and control socket in theirs.
The cord's pin is driven from another thread, as a pin driver does; the time ends with the change of the yellow
lamp's pin, stamped in the pin itself. Yellow blinks, so pulls are made in the lit half of its period only, where
the level changes at once. Uplink and broker are processes of their own.
"""

from __future__ import annotations

import contextlib
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from gpiozero import LED, Button
from gpiozero.pins.mock import MockFactory, MockPin

from edge_agent import clock, config
from edge_agent.agent import assembly
from edge_agent.agent.agent import Agent
from edge_agent.andon.legend import SLOW_PERIOD_NS
from edge_agent.events import AgentFault, Event
from edge_agent.journal import Entry, Journal, Label, Settings
from edge_agent.observations import Stopping
from edge_agent.standard import to_s
from edge_agent.station.picture import TEST_STEP_NS
from tests.bench.bed import PYTHON, WAIT_S, Bed, mosquitto, process, rest
from tests.bench.figures import percentile, ratio, say, spread, table

IDLE_ROUNDS = 5
EDGES = 240  # in an idle round, of each kind: 1,200 over the rounds
LOADED_EDGES = 1_000  # of each kind over all loaded rounds, a round lasts as long as its replay
MOST_ROUNDS = 40  # a replay so short that this is not enough is no load worth measuring
JOURNALLED = 10_000
LEFT = 200  # fewer unconfirmed events than this: the replay is as good as over
QUIET_S = 0.003  # between edges: longer than any turn, so that the loop sleeps when the edge comes
MARGIN_NS = 60_000_000  # before yellow goes dark by itself: longer than any edge measured here
SUBSCRIBER = """
import sys
from paho.mqtt import subscribe
subscribe.callback(lambda *_: None, "andon/v1/#", qos=1, hostname="127.0.0.1", port=int(sys.argv[1]))
"""  # somebody must hear the events: what nobody hears is not delivered, and the replay would never end
CORD, YELLOW = "GPIO27", "GPIO24"
US = 1_000  # ns
KINDS = ("agent", "hand-over", "gpiozero")


class StampedPin(MockPin):  # type: ignore[misc]  # gpiozero ships no types
    """A mock pin that stamps each change of its output."""

    def __init__(self, factory: Any, info: Any) -> None:
        super().__init__(factory, info)
        self.changes: queue.SimpleQueue[tuple[bool, int]] = queue.SimpleQueue()

    def _change_state(self, value: Any) -> Any:
        changed = super()._change_state(value)
        if changed and self._function == "output":
            self.changes.put((bool(value), clock.now_ns()))
            self.clear_states()  # gpiozero keeps every state for its own tests
        return changed

    def await_level(self, level: bool) -> int:
        """When the output changed to `level`, in ns; changes before that are passed over."""
        while True:
            changed, at_ns = self.changes.get(timeout=WAIT_S)
            if changed is level:
                return at_ns


class Switch:
    """An input and the output it switches; `on` and `off` drive the input and answer what that took, in ns."""

    def __init__(self, output: StampedPin, on: Callable[[], None], off: Callable[[], None]) -> None:
        self._output, self._on, self._off = output, on, off

    def measure(self) -> int:
        """From just before the edge to the output's change, in ns; then off again, and quiet."""
        began_ns = clock.now_ns()
        self._on()
        took_ns = self._output.await_level(True) - began_ns
        self._off()
        self._output.await_level(False)
        rest(QUIET_S)
        return took_ns


def cord(factory: MockFactory) -> Switch:
    """The agent: a pull lights yellow, the second pull withdraws the call. The cord is normally closed."""
    pin = factory.pin(CORD)

    def withdraw() -> None:
        pin.drive_low()
        pin.drive_high()
        pin.drive_low()

    return Switch(factory.pin(YELLOW), pin.drive_high, withdraw)


@contextlib.contextmanager
def plain(factory: MockFactory) -> Iterator[Switch]:
    """A button of gpiozero calls its LED in the thread that drove the pin. The floor without any thread."""
    button, led = Button(5, pin_factory=factory), LED(6, pin_factory=factory)
    button.when_pressed, button.when_released = led.on, led.off
    pin = factory.pin("GPIO5")
    try:
        yield Switch(factory.pin("GPIO6"), pin.drive_low, pin.drive_high)
    finally:
        button.close()
        led.close()


@contextlib.contextmanager
def handed_over(factory: MockFactory) -> Iterator[Switch]:
    """One thread between gpiozero's button and LED, fed by a queue: the floor of any design that decides apart."""
    button, led = Button(13, pin_factory=factory), LED(19, pin_factory=factory)
    orders: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
    button.when_pressed, button.when_released = lambda: orders.put(led.on), lambda: orders.put(led.off)

    def obey() -> None:
        while (order := orders.get()) is not None:
            order()

    thread = threading.Thread(target=obey)
    thread.start()
    pin = factory.pin("GPIO13")
    try:
        yield Switch(factory.pin("GPIO19"), pin.drive_low, pin.drive_high)
    finally:
        orders.put(None)
        thread.join()
        button.close()
        led.close()


@contextlib.contextmanager
def agent_at_work(bed: Bed, factory: MockFactory) -> Iterator[Agent]:
    """The real agent, turning in a thread, its lamp test over."""
    pin = factory.pin(CORD)
    pin.pull = "up"
    pin.drive_low()  # the cord hangs: closed
    with contextlib.ExitStack() as held:
        agent = assembly.assemble(config.load(bed.config), factory, held)
        thread = threading.Thread(target=agent.run)
        thread.start()
        rest(to_s(TEST_STEP_NS) * (len(agent.station.tiers) + 2))
        yellow = factory.pin(YELLOW).changes
        while not yellow.empty():  # the lamp test's own changes
            yellow.get()
        try:
            yield agent
        finally:
            agent.inbox.post(Stopping(clock.now_ns(), "the benchmark has ended"))
            thread.join()


def await_lit_half() -> None:
    """Wait until yellow, blinking, would be lit for a while."""
    phase_ns = clock.now_ns() % SLOW_PERIOD_NS
    if phase_ns > SLOW_PERIOD_NS // 2 - MARGIN_NS:
        rest(to_s(SLOW_PERIOD_NS - phase_ns))


def measured(factory: MockFactory, goes_on: Callable[[int], bool]) -> dict[str, list[float]]:
    """Edges of each kind in turn for as long as `goes_on(count)`, in microseconds."""
    took_us: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with plain(factory) as directly, handed_over(factory) as by_thread:
        switches = {"agent": cord(factory), "hand-over": by_thread, "gpiozero": directly}
        while goes_on(len(took_us["agent"])):
            await_lit_half()
            for kind, switch in switches.items():
                took_us[kind].append(switch.measure() / US)
    return took_us


def idle_round() -> dict[str, list[float]]:
    """A round with nothing else to do."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as held:
        bed = Bed(Path(folder), debounce=False)
        held.callback(bed.close)
        factory = MockFactory(pin_class=StampedPin)
        held.enter_context(agent_at_work(bed, factory))
        return measured(factory, lambda count: count < EDGES)


def loaded_round() -> dict[str, list[float]]:
    """A round as long as the uplink takes to send 10,000 journalled events to a real broker and tell the station."""
    with tempfile.TemporaryDirectory() as folder, contextlib.ExitStack() as held:
        bed = Bed(Path(folder), debounce=False)
        held.callback(bed.close)
        fill(bed.journal)
        factory = MockFactory(pin_class=StampedPin)
        agent = held.enter_context(agent_at_work(bed, factory))
        held.enter_context(mosquitto(bed))
        held.enter_context(process([PYTHON, "-c", SUBSCRIBER, str(bed.port)], {}, bed.folder / "subscriber.log"))
        uplink = [PYTHON, "-m", "edge_agent", "uplink", str(bed.config)]
        held.enter_context(process(uplink, bed.environment(), bed.folder / "uplink.log"))
        began_ns = clock.now_ns()
        while agent.depth in {0, JOURNALLED + 1} and to_s(clock.now_ns() - began_ns) < WAIT_S:
            rest(0.005)  # until the first confirmation shows that the replay is under way
        return measured(factory, lambda count: agent.depth > LEFT and count < LOADED_EDGES)


def fill(path: Path) -> None:
    """Write 10,000 events nobody has confirmed."""
    journal = Journal(Settings(path=str(path)), "a boot before this one")
    journal.open()
    now_ns, wall_ns = clock.now_ns(), clock.wall_ns()
    why = "An event of usual length, one of ten thousand that wait for the broker to come back."
    event = Event(now_ns, AgentFault(part="benchmark", why=why, over=False))
    label = Label(now_ns=now_ns, wall_ns=wall_ns, time_quality="unsynced")
    journal.write([Entry(events=(event,)) for _ in range(JOURNALLED)], label, [])
    journal.close()


def loaded_rounds() -> list[dict[str, list[float]]]:
    """As many loaded rounds as give the edges wanted."""
    rounds: list[dict[str, list[float]]] = []
    while sum(len(each["agent"]) for each in rounds) < LOADED_EDGES and len(rounds) < MOST_ROUNDS:
        rounds.append(loaded_round())
    return [each for each in rounds if each["agent"]]


def told(title: str, rounds: list[dict[str, list[float]]]) -> None:
    """Print one condition."""
    rows = []
    for kind in KINDS:
        each = [took_us[kind] for took_us in rounds]
        merged = [took for took_us in each for took in took_us]
        medians, floor = [percentile(one, 50) for one in each], [percentile(one["gpiozero"], 50) for one in rounds]
        figures = [f"{percentile(merged, percent):.0f}" for percent in (50, 99, 100)]
        rows.append((kind, str(len(merged)), *figures, spread(medians, 0), ratio(medians, floor)))
    columns = ("edges", "p50 µs", "p99 µs", "max µs", "p50 of rounds, min / median / max", "x gpiozero")
    table((title, *columns), rows)


def run() -> None:
    """Print both conditions, idle and loaded."""
    idle = [idle_round() for _ in range(IDLE_ROUNDS)]
    told("idle", idle)
    loaded = loaded_rounds()
    told("uplink replays 10,000 events", loaded)
    say(f"{len(loaded)} replays of {JOURNALLED} events were measured through.")
    say()
