"""What a sensor is: typed settings, and a wire that posts observations until it is closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, ClassVar, Protocol, runtime_checkable

import msgspec

from edge_agent.observations import Observation, Source

if TYPE_CHECKING:
    from gpiozero.pins import Factory

Post = Callable[[Observation], None]
"""Into the agent's inbox: never blocks, never raises, may be called from any thread."""


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Settings every sensor has."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9_.-]{1,32}$", description="how people call it")]

    PINS: ClassVar[tuple[str, ...]] = ()  # names of the fields that name a pin, for `check`

    def source(self) -> Source:
        """What the core may know of this sensor."""
        raise NotImplementedError

    def open(self, post: Post, pins: Factory) -> Wire:
        """Take the devices and begin to post; PinError (an OSError) where that cannot be."""
        raise NotImplementedError


class Wire(Protocol):
    """A sensor at work."""

    def close(self) -> None:
        """Stop posting and let go of the devices."""
        ...


@runtime_checkable
class Looking(Protocol):
    """A wire that wants to be asked now and then, by the thread that decides."""

    def look(self, now_ns: int) -> None:
        """Post what has become certain; quick, and without waiting."""
        ...
