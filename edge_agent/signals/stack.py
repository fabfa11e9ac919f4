"""The stack light: settings of `[stack]`."""

from __future__ import annotations

from typing import Literal

import msgspec


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which pin feeds which tier; a tier left out is not there, and its meanings move to patterns of the others.

    `active` says which level lights a lamp: `high` behind a ULN2803, `low` on most relay boards. `line_stop`
    is a *request* to the machine's control, no safety function.
    """

    red: str | None = None
    yellow: str | None = None
    green: str | None = None
    blue: str | None = None
    white: str | None = None
    buzzer: str | None = None
    line_stop: str | None = None
    active: Literal["high", "low"] = "high"
