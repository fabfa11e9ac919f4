"""The certificates of the connection: there, readable, and how many days they are still good for."""

from __future__ import annotations

import re
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime

from edge_agent import clock
from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, unknown, warning
from edge_agent.signals.access import located, password

SOON_DAYS = 30  # whoever keeps the plant's authority needs days, and is on holiday
DAY_NS = 24 * 3600 * clock.NS_PER_S
PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
# X.509's Validity in DER: a sequence of two times, UTCTime (0x17) or GeneralizedTime (0x18), the second is the end.
TIME = rb"(?:\x17\x0d\d{12}Z|\x18\x0f\d{14}Z)"
VALIDITY = re.compile(rb"\x30[\x1e\x20\x22]" + TIME + rb"(" + TIME + rb")")
LARGEST_BYTES = 262_144


def examine(case: Case) -> Iterator[Finding]:
    """The plant's authority, our own certificate, and the secret."""
    settings = None if case.config is None else case.config.mqtt
    if settings is None:
        return
    if settings.credential is not None:
        yield _secret(settings.credential)
    tls = settings.tls
    if tls is None:
        yield warning("certificates", "the connection is not encrypted", "write [mqtt.tls]; see examples/mosquitto")
        return
    for what, name in (("authority", tls.ca), ("certificate", tls.certificate)):
        if name is not None:
            yield _one(what, name)
    if tls.key is not None and not _readable(tls.key):
        yield unknown("key", f"{located(tls.key)} cannot be read", "run this as root")


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


def _one(what: str, name: str) -> Finding:
    path = located(name)
    try:
        with path.open("rb") as file:
            days = (ends_ns(file.read(LARGEST_BYTES).decode(errors="replace")) - clock.wall_ns()) // DAY_NS
    except OSError as error:
        return unknown(
            what, f"{path} cannot be read: {error.strerror}", "run this as root; if it is not there, put it there"
        )
    except ValueError:
        return failed(what, f"{path} holds no certificate", "write it there in PEM form")
    if days < 0:
        return failed(what, f"{path} ended {-days} days ago", "renew it now; the uplink takes it up by itself")
    if days < SOON_DAYS:
        return warning(what, f"{path} ends in {days} days", "renew it; the uplink takes it up by itself")
    return ok(what, f"{path} is good for {days} days")


def _secret(name: str) -> Finding:
    try:
        password(name)
    except OSError as error:
        return unknown("credential", f"{located(name)} cannot be read: {error.strerror}", "run this as root")
    except ValueError as error:
        return failed("credential", str(error), "write the password there as one line")
    return ok("credential", f"{located(name)} can be read")


def _readable(name: str) -> bool:
    try:
        located(name).open("rb").close()
    except OSError:
        return False
    return True
