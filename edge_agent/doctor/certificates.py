"""The certificates of the connection: there, readable, and how many days they are still good for."""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from edge_agent import clock
from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, unknown, warning
from edge_agent.signals import access
from edge_agent.signals.access import located, opened, password, told

SOON_DAYS = 30  # whoever keeps the plant's authority needs days, and is on holiday
DAY_NS = 24 * 3600 * clock.NS_PER_S
PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
# X.509's Validity in DER: a sequence of two times, UTCTime (0x17) or GeneralizedTime (0x18), the second is the end.
TIME = rb"(?:\x17\x0d\d{12}Z|\x18\x0f\d{14}Z)"
VALIDITY = re.compile(rb"\x30[\x1e\x20\x22]" + TIME + rb"(" + TIME + rb")")
LARGEST_BYTES = 262_144
LOADED = ("ca.crt", "{}.crt", "{}.key", "{}.password")  # by the uplink's unit from `STORE`, {} is its instance


def examine(case: Case) -> Iterator[Finding]:
    """The plant's authority, our own certificate, and the secret."""
    settings = None if case.config is None else case.config.mqtt
    if settings is None:
        return
    tls = settings.tls
    if settings.credential is not None:
        yield _secret(case, settings.credential)
        yield from _of_unit(case, "credential", settings.credential)
    if tls is None:
        yield warning("certificates", "the connection is not encrypted", "write [mqtt.tls]; see examples/mosquitto")
        return
    for what, name in (("authority", tls.ca), ("certificate", tls.certificate)):
        if name is not None:
            yield _one(case, what, name)
            yield from _of_unit(case, what, name)
    if tls.key is not None:
        try:
            opened(tls.key).close()
        except OSError as error:
            yield _unreadable(case, "key", tls.key, error)
        yield from _of_unit(case, "key", tls.key)


def ends_ns(pem: str) -> int:
    """When the first certificate to end does, ns since 1970; ValueError where there is none in it."""
    ends = []
    for each in PEM.findall(pem):
        found = VALIDITY.search(ssl.PEM_cert_to_DER_cert(each))
        if found is not None:
            ends.append(_time_ns(found[1]))
    return min(ends)


def _time_ns(field: bytes) -> int:
    """A time of DER: of UTCTime, years from 50 on are of the last century (RFC 5280, 4.1.2.5.1)."""
    digits = field[2:-1].decode()
    if field[0] == 0x17:  # noqa: PLR2004 - UTCTime
        digits = ("19" if int(digits[:2]) >= 50 else "20") + digits  # noqa: PLR2004 - see above
    return int(datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC).timestamp()) * clock.NS_PER_S


def _one(case: Case, what: str, name: str) -> Finding:
    path, remedy = told(name), f"put the new one there; {_taken_up(case, name)}"
    try:
        with opened(name) as file:
            days = (ends_ns(file.read(LARGEST_BYTES).decode(errors="replace")) - clock.wall_ns()) // DAY_NS
    except OSError as error:
        return _unreadable(case, what, name, error)
    except ValueError:
        return failed(what, f"{path} holds no certificate", "write it there in PEM form")
    if days < 0:
        return failed(what, f"{path} ended {-days} days ago", f"renew it now, {remedy}")
    if days < SOON_DAYS:
        return warning(what, f"{path} ends in {days} days", f"renew it, {remedy}")
    return ok(what, f"{path} is good for {days} days")


def _secret(case: Case, name: str) -> Finding:
    try:
        password(name)
    except OSError as error:
        return _unreadable(case, "credential", name, error)
    except ValueError as error:
        return failed("credential", str(error), "write the password there as one line")
    return ok("credential", f"{told(name)} can be read")


def _unreadable(case: Case, what: str, name: str, error: OSError) -> Finding:
    """Root sees what there is; for anybody else it may be there."""
    text = f"{error.filename} cannot be read: {error.strerror}"
    if os.geteuid() != 0:
        return unknown(what, text, "run this with sudo")
    if "/" in name:
        return failed(what, text, "put it there, readable for the user edge-agent, or name the file that is there")
    also = "" if name in _loaded(case) else f", named as one of {', '.join(_loaded(case))}, in [mqtt] too"
    return failed(what, text, f"put it into {access.STORE}, of root, mode 0600{also}; then {_restart(case)}")


def _taken_up(case: Case, name: str) -> str:
    """When the uplink has what is put into the place of this file."""
    copied = located(name).parent == access.STORE
    return f"then {_restart(case)}" if copied else "the uplink takes it up by itself"


def _restart(case: Case) -> str:
    return f"sudo systemctl restart edge-agent-uplink@{case.station}, which costs the lamp nothing"


def _loaded(case: Case) -> list[str]:
    return [each.format(case.station) for each in LOADED]


def _of_unit(case: Case, what: str, name: str) -> Iterator[Finding]:
    """Whether the running uplink has this file as it is: its unit copies those of the store when it starts."""
    copies = case.there(f"/run/credentials/edge-agent-uplink@{case.station}.service")
    if "/" in name or not os.path.isdir(copies):  # noqa: PTH112 - raises nothing
        return
    source = located(name)
    there, copy, stored = _content(source), _content(copies / name), source.parent == access.STORE
    if stored and name not in _loaded(case):
        known = ", ".join(_loaded(case))
        yield failed(what, f"{told(name)} is not among what the uplink's unit loads", f"name it as one of: {known}")
    elif there is not None and there != copy and (stored or copy is not None):
        yield warning(what, f"the uplink goes on with another {name} than {source}: that of its start", _restart(case))


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except OSError:
        return None
