"""Settings of `[mqtt]`: where the broker is. Apart from the transport, so that the station loads no MQTT library."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec

FILE_ENDING = r"\.(?:password|passwd|pw|secret|txt|pem|crt|cer|key)"
FILE_NAME = re.compile(rf"[A-Za-z0-9_@.-]{{1,64}}{FILE_ENDING}|mqtt-password")  # nobody's secret has such an end


class Tls(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Files of the encrypted connection; `certificate` and `key` together prove who the station is.

    A name without a folder is looked for as that of `credential` is: `access.located`. Without `ca` the system's
    authorities count.
    """

    ca: str | None = None
    certificate: str | None = None
    key: str | None = None


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How the station reaches its broker. A secret is never here: `credential` names the file that holds it."""

    host: str
    port: Annotated[int, msgspec.Meta(ge=1, le=65535)] = 1883
    confirm: Annotated[
        Literal["puback", "ledger"],
        msgspec.Meta(description="who confirms an event: the broker (weaker: it can lose what it took) or a consumer"),
    ] = "puback"
    username: str | None = None
    credential: str | None = None
    tls: Tls | None = None
    cycle: Annotated[bool, msgspec.Meta(description="publish each finished cycle")] = False
    keepalive_s: Annotated[int, msgspec.Meta(ge=2, le=600)] = 15

    @property
    def where(self) -> str:
        """Host and port as one text."""
        return f"{self.host}:{self.port}"
