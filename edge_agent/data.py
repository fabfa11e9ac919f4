"""The shape of everything a station says, below the records themselves, so that those may stand in several files."""

from __future__ import annotations

from typing import ClassVar

import msgspec


class Data(msgspec.Struct, frozen=True, kw_only=True):
    """The shape all records share; `KEPT` False is telemetry, sent at once or not at all."""

    TYPE: ClassVar[str]
    CAUSE: ClassVar[str]
    RESPONSE: ClassVar[str]
    KEPT: ClassVar[bool] = True
