"""What a wire says before anybody judges it: edges with their bounce, bytes as they were read. For who tests it."""

from __future__ import annotations

import msgspec

from edge_agent.observations.seen import Seen


class RawEdge(Seen, tag="edge", frozen=True, kw_only=True):
    """An edge of a contact, bounce and all; `given` says whether its signal is given at the level after it."""

    sensor: str
    pin: str
    given: bool


class RawBytes(Seen, tag="bytes", frozen=True, kw_only=True):
    """Bytes as a port gave them in one read."""

    sensor: str
    data: bytes


class RawLine(Seen, tag="line", frozen=True, kw_only=True):
    """A line that was cut out of them, and what its rule made of it, in words."""

    sensor: str
    line: bytes
    made: str


Raw = RawEdge | RawBytes | RawLine


class Contact(msgspec.Struct, frozen=True, kw_only=True):
    """How a contact stands now; `given` says whether its signal is given, None where it cannot be read: then `why`."""

    sensor: str
    pin: str
    given: bool | None
    why: str = ""
