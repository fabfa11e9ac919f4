"""Each write of a lamp's pin fails once: the others come when they should, it is said, and it is over by itself."""

from __future__ import annotations

import pytest
from gpiozero.pins.mock import MockFactory, MockPin

from edge_agent.agent.agent import Agent, made_inbox
from edge_agent.agent.time_signal import TimeSignal
from edge_agent.events import AgentFault
from edge_agent.journal import Entry
from edge_agent.observations import Pull
from edge_agent.signals import stack
from edge_agent.signals.watchdog import Watchdog
from edge_agent.standard import NS_PER_S
from tests.story_station import made

LAMPS = stack.Settings(red="GPIO23", yellow="GPIO24", green="GPIO25")
NAMES = (LAMPS.red, LAMPS.yellow, LAMPS.green)
HEALED = len(NAMES)  # writes that the same turn makes once more when something was seen: nobody could have noticed
MONDAY_NS = 1_795_392_000 * NS_PER_S  # 2026-11-23, 00:00 UTC


class Plan:
    """Which write of any pin fails, counted from when it was told."""

    def __init__(self) -> None:
        self.seen, self.at = 0, 0


def failing(plan: Plan) -> type[MockPin]:
    class Pin(MockPin):  # type: ignore[misc]  # gpiozero ships no types
        def _set_state(self, value: object) -> None:
            plan.seen += 1
            if plan.seen == plan.at:
                message = "Input/output error"
                raise OSError(message)
            super()._set_state(value)

    return Pin


class Run:
    """An agent through a pulled cord, on a clock of the test's own, with the n-th write of a pin failing."""

    def __init__(self, nth: int) -> None:
        self.now_ns = 100 * NS_PER_S
        self.entries: list[Entry] = []
        self.plan = Plan()
        self.pins = MockFactory(pin_class=failing(self.plan))
        inbox = made_inbox()
        self.agent = Agent(
            "acme/p/a/l/st",
            made(),
            LAMPS.open(self.pins),
            inbox,
            boot="boot-1",
            epoch=lambda: "epoch",
            record=self.entries.append,
            confirm=lambda *_: True,
            push=lambda _: None,
            watchdog=Watchdog(),
            loops=lambda: True,
            now_ns=lambda: self.now_ns,
            time_signal=TimeSignal(lambda: MONDAY_NS + self.now_ns, lambda: True),
        )
        self.agent.begin()
        self.lit = self._turns(10.0)
        inbox.post(Pull(self.now_ns, "cord", "help"))
        self.agent.wake_ns = self.now_ns
        self.plan.seen, self.plan.at = 0, nth
        self.lit |= self._turns(5.0)
        self.writes = self.plan.seen
        self.lit |= self._turns(5.0)

    def _turns(self, seconds: float) -> dict[int, list[bool]]:
        """Turn when the agent wants to; by instant, what is lit after the last turn then."""
        until_ns, found = self.now_ns + round(seconds * NS_PER_S), dict[int, list[bool]]()
        while self.agent.wake_ns <= until_ns:
            self.now_ns = max(self.now_ns, self.agent.wake_ns)
            self.agent.turn()
            found[self.now_ns] = [self.pins.pin(name).state for name in NAMES]
        self.now_ns = until_ns
        return found

    def faults(self) -> list[str]:
        """What was said of the lamp."""
        events = [event.data for entry in self.entries for event in entry.events]
        return [str(data) for data in events if isinstance(data, AgentFault) and data.part == "lamp"]


def test_each_write_of_a_lamp_fails_once():
    """For every n: no turn comes later, the lamps are what they would have been, and it is said as begun and over."""
    well = Run(0)
    assert well.writes >= 30
    assert [] == well.faults()
    for nth in range(1, well.writes + 1):
        run = Run(nth)
        assert well.lit == {now_ns: run.lit[now_ns] for now_ns in well.lit}, f"write {nth}"
        assert len(run.faults()) == (0 if nth <= HEALED else 2), f"write {nth}"
        assert "lamp" not in run.agent.degraded


def test_control_a_lamp_that_fails_for_good_is_seen():
    """The comparison has power: where yellow is not written again, what is lit differs and the fault is not over."""
    well, run = Run(0), Run(0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(stack.StackLight, "show", lambda *_: "yellow: gone")
        dark = Run(0)
    assert well.lit == run.lit != dark.lit
    assert "lamp" in dark.agent.degraded
