"""Rules on the broker: who the station says it is, without the secret standing in the file."""

from __future__ import annotations

import ipaddress
import re

from edge_agent.config.complaint import Complaints
from edge_agent.config.draft import Draft
from edge_agent.signals.broker import FILE_NAME

PATH = re.compile(r"(?:/[A-Za-z0-9_@.-]+){2,16}")  # a folder at least: base64 may begin with a slash
ANY_FILE = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
HOST = re.compile(r"[A-Za-z0-9_.-]{1,253}")


def credential(found: Complaints, draft: Draft) -> None:
    """`credential` names a file; the value is not repeated, for it may be the secret."""
    if draft.mqtt is None:
        return
    name, username = draft.mqtt.credential, draft.mqtt.username
    if name is not None and not (FILE_NAME.fullmatch(name) or PATH.fullmatch(name)):
        text = "credential must name a file and may be the secret itself; write that to a file and name the file"
        found.error(("mqtt", "credential"), f'{text}, like credential = "station.password", or by its full path')
    elif name is not None and username is None:
        found.error(("mqtt", "credential"), 'credential without username; write username = "...", or take it out')
    if username is not None and ":" in username and name is None:  # with one, a broker may want "tenant:name"
        text = "username looks like name:password; write the name alone, the password to a file"
        found.error(("mqtt", "username"), f'{text}, and name that: credential = "station.password"')


def host(found: Complaints, draft: Draft) -> None:
    """`host` is a name or an address and nothing else; the value is not repeated, for a secret may stand in it."""
    if draft.mqtt is not None and not is_host(draft.mqtt.host):
        text = 'host must be a name or an address alone, like "127.0.0.1"; a port goes into port = 1883'
        found.error(("mqtt", "host"), f"{text}, a user into username, the password into the file of credential")


def is_host(text: str) -> bool:
    """Whether it is a name or an address; with a colon, of IPv6.

    >>> is_host("broker.plant"), is_host("fe80::1%eth0"), is_host("st07:hunter2"), is_host("127.0.0.1:1883")
    (True, True, False, False)
    """
    try:
        return HOST.fullmatch(text) is not None or ipaddress.ip_address(text).version == 6  # noqa: PLR2004 - IPv6
    except ValueError:
        return False


def certificate(found: Complaints, draft: Draft) -> None:
    """Certificate and key prove nothing one without the other."""
    tls = draft.mqtt.tls if draft.mqtt is not None else None
    for key in ("ca", "certificate", "key"):
        name = getattr(tls, key, None)
        if name is not None and not ANY_FILE.fullmatch(name):
            text = f"{key} must name a file, and not be what it holds; write that to a file in PEM form"
            found.error(("mqtt", "tls", key), f"{text} and name the file")
    if tls is not None and (tls.certificate is None) != (tls.key is None):
        there, missing = ("certificate", "key") if tls.key is None else ("key", "certificate")
        found.error(("mqtt", "tls", there), f"{there} without {missing}; write both, or neither")
