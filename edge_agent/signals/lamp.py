"""What a lamp driver is: typed settings, the tiers it has, and a level written every turn."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

import msgspec

from edge_agent.andon.legend import Tier

if TYPE_CHECKING:
    from gpiozero.pins import Factory

    from edge_agent.station.picture import Stack


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Settings every lamp driver has; `kind` may be left out for the first of the table."""

    PINS: ClassVar[tuple[str, ...]] = ()  # names of the fields that name a pin, for `check`

    def tiers(self) -> tuple[Tier, ...]:
        """The tiers that are wired, from the top."""
        raise NotImplementedError

    def open(self, pins: Factory) -> Lamps:
        """Take the outputs, all off; OSError with a remedy where that cannot be."""
        raise NotImplementedError


class Lamps(Protocol):
    """A stack light at work."""

    def show(self, stack: Stack, now_ns: int) -> str | None:
        """Write every output as `stack` says for `now_ns`; what could not be written is named, the rest is."""
        ...

    def due_ns(self, now_ns: int) -> int | None:
        """When it must be written again whatever the station shows; None for never."""
        ...

    def close(self) -> None:
        """All off, and let go."""
        ...


class NoLamps:
    """A station without a stack light: it judges, records and publishes all the same."""

    def show(self, stack: Stack, now_ns: int) -> str | None:  # noqa: ARG002 - part of the contract
        """Show nothing."""
        return None

    def due_ns(self, now_ns: int) -> int | None:  # noqa: ARG002 - part of the contract
        """Never."""
        return None

    def close(self) -> None:
        """Nothing to let go of."""
