"""The shape of everything a station says, below the records themselves; and what it is when bytes are none of them."""

from __future__ import annotations

from typing import ClassVar

import msgspec

UNDECODABLE = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)
"""What decoding raises for bytes that are no record of ours; msgspec has no error of its own for broken UTF-8."""


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """The shape all records share; `KEPT` False is telemetry, sent at once or not at all."""

    TYPE: ClassVar[str]
    CAUSE: ClassVar[str]
    RESPONSE: ClassVar[str]
    KEPT: ClassVar[bool] = True
