"""Why there is no connection: from what was raised or answered to a cause with a name, and what to do about it.

Pure: the same error gives the same cause. `kind` is for machines and for counting, `text` for whoever must act.
"""

from __future__ import annotations

import re
import socket
import ssl
from pathlib import Path
from typing import Literal

import msgspec

Kind = Literal[
    "connecting",
    "name",
    "refused",
    "unreachable",
    "timeout",
    "silent",
    "closed",
    "lost",
    "dead",
    "certificate_expired",
    "certificate_not_yet_valid",
    "certificate_name",
    "certificate_not_trusted",
    "certificate",
    "own_certificate",
    "tls_version",
    "tls_wanted",
    "tls_not_there",
    "tls",
    "not_mqtt",
    "files",
    "protocol_version",
    "client_id",
    "credentials",
    "not_authorized",
    "banned",
    "broker_refuses",
    "taken_over",
    "namesake",
    "own",
    "other",
]


class Cause(msgspec.Struct, frozen=True):
    """Why there is no connection; read as text it says what, where, and what to do."""

    kind: Kind
    text: str

    def __str__(self) -> str:
        return self.text


CONNECTING = Cause("connecting", "connecting")
DEAD = Cause("dead", "the broker confirms nothing; the link is taken for dead, and begun anew")

VERIFIED: dict[int, tuple[Kind, str]] = {  # by X509_V_ERR_..., OpenSSL's x509_vfy.h
    9: (
        "certificate_not_yet_valid",
        "is not valid yet by the station's clock; set the clock (a Pi without a battery starts with an old time)",
    ),
    10: ("certificate_expired", "has expired; renew it at the broker, or set the station's clock if it is ahead"),
    18: ("certificate_not_trusted", "is signed by itself; name the plant's authority in `ca` under [mqtt.tls]"),
    19: ("certificate_not_trusted", "comes from an authority that `ca` does not hold; name the plant's in `ca`"),
    20: ("certificate_not_trusted", "comes from an authority that `ca` does not hold; name the plant's in `ca`"),
    21: ("certificate_not_trusted", "comes from an authority that `ca` does not hold; name the plant's in `ca`"),
    62: ("certificate_name", "is not for this name; write the name it is for in `host`"),
    64: ("certificate_name", "is not for this address; write the name it is for in `host`"),
}

NO_TLS: tuple[Kind, str] = (
    "tls_not_there",
    "ends the connection instead of encrypting it; check `port` (8883?), or take [mqtt.tls] out",
)

OWN = "; check `certificate` and `key` under [mqtt.tls]"
ALERTS: dict[str, tuple[Kind, str]] = {  # by the end of OpenSSL's reason; an alert is what the broker has against us
    "CERTIFICATE_REQUIRED": ("own_certificate", f"asks for a certificate of the station{OWN}"),
    "HANDSHAKE_FAILURE": ("own_certificate", f"accepts neither our certificate nor our ciphers{OWN}"),
    "CERTIFICATE_EXPIRED": ("own_certificate", f"says the station's certificate has expired{OWN}"),
    "CERTIFICATE_REVOKED": ("own_certificate", f"says the station's certificate is revoked{OWN}"),
    "CERTIFICATE_UNKNOWN": ("own_certificate", f"does not accept the station's certificate{OWN}"),
    "BAD_CERTIFICATE": ("own_certificate", f"does not accept the station's certificate{OWN}"),
    "UNSUPPORTED_CERTIFICATE": ("own_certificate", f"does not accept the station's kind of certificate{OWN}"),
    "ALERT_UNKNOWN_CA": ("own_certificate", f"does not know the authority of the station's certificate{OWN}"),
    "ALERT_ACCESS_DENIED": ("own_certificate", f"does not let the station's certificate in{OWN}"),
    "PROTOCOL_VERSION": ("tls_version", "and the station share no version of TLS; the station takes 1.2 and 1.3"),
    "UNSUPPORTED_PROTOCOL": ("tls_version", "speaks only old TLS; the station takes 1.2 and 1.3"),
    "WRONG_VERSION_NUMBER": ("tls_not_there", "speaks no TLS there; check `port` (8883?), or take [mqtt.tls] out"),
    "UNEXPECTED_EOF_WHILE_READING": NO_TLS,
}

PASSWORD = "check `username` and the file named by `credential`"  # noqa: S105 - advice, no password
REASONS: dict[int, tuple[Kind, str]] = {  # MQTT 5 reason codes; paho gives those of 3.1.1 the same numbers
    0x84: ("protocol_version", "the broker does not speak this version of MQTT"),
    0x85: ("client_id", "the broker does not accept the client id; allow it on the broker"),
    0x86: ("credentials", f"user name or password not accepted; {PASSWORD}"),
    0x87: ("not_authorized", f"not authorized; {PASSWORD}, and the broker's access list"),
    0x8A: ("banned", "banned by the broker; ask whoever keeps it"),
    0x8E: ("taken_over", "another client has connected with our client id"),
}
IN_LOG = re.compile(r"\[SSL: (\w+)\]")
TLS_ALERT = "Unrecognised command 16"  # paho, of a TLS alert record: its first byte, 0x15, without the flags


def of_error(error: Exception, where: str, patience_s: float, *, tls: bool) -> Cause:
    """The cause behind an exception raised while connecting to `where`, with or without TLS, within `patience_s`."""
    match error:
        case socket.gaierror():
            host = where.rpartition(":")[0]
            return Cause("name", f"the name {host!r} cannot be resolved; check `host` and the network's name server")
        case ConnectionRefusedError():
            return Cause("refused", f"nothing listens at {where}; check `port`, and that the broker runs")
        case ssl.SSLError():
            return _of_ssl_error(error, where)
        case TimeoutError():
            return Cause("timeout", f"{where} does not answer within {patience_s:.0f} s; check network and firewall")
        case ConnectionResetError() | BrokenPipeError():
            text = "ended the connection at once; check `port`, and whether it wants TLS"
            kind, text = NO_TLS if tls else ("closed", text)
            return Cause(kind, f"{where} {text}")
        case OSError(filename=str() | Path()):
            return Cause("files", f"{error.filename} cannot be read: {error.strerror}")
        case OSError():
            return Cause("unreachable", f"no way to {where}: {error.strerror or error}; check cable and network")
        case ValueError():
            return Cause("files", str(error) or type(error).__name__)
    return Cause("other", f"no connection to {where}: {str(error) or type(error).__name__}")


def _of_ssl_error(error: ssl.SSLError, where: str) -> Cause:
    if isinstance(error, ssl.SSLCertVerificationError):
        default: tuple[Kind, str] = "certificate", f"is not accepted: {error.verify_message}; check `ca`"
        kind, text = VERIFIED.get(error.verify_code, default)
        return Cause(kind, f"the certificate of {where} {text}")
    return of_tls(getattr(error, "reason", None) or str(error), where)


def of_tls(reason: str, where: str) -> Cause:
    """The cause behind what OpenSSL calls `reason`."""
    for end, (kind, text) in ALERTS.items():
        if reason.upper().endswith(end):
            return Cause(kind, f"{where} {text}")
    return Cause("tls", f"no encrypted connection to {where}: {reason}; check `port` and the files of [mqtt.tls]")


def of_reason_code(code: int, name: str) -> Cause:
    """The cause behind a refusal of the broker: an MQTT 5 reason code and its name."""
    kind, text = REASONS.get(code, ("broker_refuses", f"the broker refuses the connection: {name}"))
    return Cause(kind, text)


def of_log(lines: list[str], where: str, *, tls: bool, garbled: bool) -> Cause:
    """The cause behind a connection that ended before the broker accepted it: what paho wrote about it.

    `garbled` where what came was no packet of MQTT.
    Of a certificate that the broker refuses nothing else remains with TLS 1.3, whose handshake is over by then.
    """
    text = "; ".join(lines)
    if found := IN_LOG.search(text):
        return of_tls(found[1], where)
    if TLS_ALERT in text and not tls:
        return Cause("tls_wanted", f"{where} wants TLS; write [mqtt.tls], or use its port without TLS (1883?)")
    if garbled:
        return Cause("not_mqtt", f"what answers at {where} does not speak MQTT; check `port`")
    remedy = "whether it accepts the station's certificate" if tls else "whether it wants TLS ([mqtt.tls])"
    return Cause("closed", f"{where} ended the connection without a word; check `port`, and {remedy}")
