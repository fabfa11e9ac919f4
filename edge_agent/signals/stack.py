"""The stack light on output pins: a level, rewritten every turn."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, ClassVar, Literal

from edge_agent.andon.legend import ALIVE_NS, Tier, lit, next_switch_ns, on
from edge_agent.pins import OutputLine
from edge_agent.signals import lamp

if TYPE_CHECKING:
    from gpiozero.pins import Factory

    from edge_agent.station.picture import Stack


class Settings(lamp.Settings, tag="gpio", frozen=True, kw_only=True):
    """Which pin feeds which tier; a tier left out is not there, and its meanings move to patterns of the others.

    `active` says which level lights a lamp: `high` behind a ULN2803, `low` on most relay boards. `line_stop`
    is a *request* to the machine's control, no safety function. `alive` pulses for as long as the agent turns, for
    a relay outside that falls when the pulses end: whoever hangs or was killed holds a level, whichever.
    """

    red: str | None = None
    yellow: str | None = None
    green: str | None = None
    blue: str | None = None
    white: str | None = None
    buzzer: str | None = None
    line_stop: str | None = None
    alive: str | None = None
    active: Literal["high", "low"] = "high"

    PINS: ClassVar[tuple[str, ...]] = (*(str(tier) for tier in Tier), "buzzer", "line_stop", "alive")

    def tiers(self) -> tuple[Tier, ...]:
        """The tiers that have a pin, from the top."""
        return tuple(tier for tier in Tier if getattr(self, tier) is not None)

    def open(self, pins: Factory) -> StackLight:
        """Take the pins, all lamps off."""
        return StackLight(self, pins)


class StackLight:
    """The outputs of one stack, by what they feed."""

    def __init__(self, settings: Settings, pins: Factory) -> None:
        self.on = settings.active == "high"
        self.lines: dict[str, OutputLine] = {}
        try:
            for name in Settings.PINS:
                pin = getattr(settings, name)
                if pin is not None:
                    self.lines[name] = OutputLine(pins, pin, initial=not self.on)
        except OSError:
            self.close()
            raise

    def show(self, stack: Stack, now_ns: int) -> str | None:
        """Write every output, so that a disturbed one heals; one that fails does not keep the others from it."""
        failed = None
        for name, line in self.lines.items():
            try:
                line.write(self.on == wanted(name, stack, now_ns))
            except Exception as error:  # noqa: BLE001 - drivers raise what they like; the other lamps must go on
                failed = f"{name}: {error}"
        return failed

    def due_ns(self, now_ns: int) -> int | None:
        """When `alive` changes next; None where it is not wired."""
        return next_switch_ns(ALIVE_NS, now_ns) if "alive" in self.lines else None

    def close(self) -> None:
        """All off, and let go of the pins; one that fails is raised when the others are off."""
        with contextlib.ExitStack() as held:
            while self.lines:
                _, line = self.lines.popitem()
                held.callback(line.close)


def wanted(name: str, stack: Stack, now_ns: int) -> bool:
    """Whether the output called `name` is on at `now_ns`."""
    if name == "buzzer":
        return stack.sound is not None and lit(stack.sound, now_ns)
    if name == "line_stop":
        return stack.line_stop
    if name == "alive":
        return on(ALIVE_NS, now_ns)
    mode = stack.lamps.get(Tier(name))
    return mode is not None and lit(mode, now_ns)
