"""The shape of everything that can be seen, below the records themselves, so that those may stand in several files."""

from __future__ import annotations

from typing import Literal

import msgspec

Via = Literal["local", "control", "remote"]  # a wire at the station; its own terminal; the plant network


class Seen(msgspec.Struct, frozen=True, tag_field="saw"):
    """The shape all observations share: when it happened, in ns of CLOCK_MONOTONIC."""

    at_ns: int
