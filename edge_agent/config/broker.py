"""Rules on the broker: who the station says it is, without the secret standing in the file."""

from __future__ import annotations

import re

from edge_agent.config.complaint import Complaints
from edge_agent.config.draft import Draft

FILE_NAME = re.compile(r"[A-Za-z0-9_@./-]{1,255}")
SECRET = re.compile(r"(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])[A-Za-z0-9]{8,}")  # mixed, unbroken: no one names a file so


def credential(found: Complaints, draft: Draft) -> None:
    """`credential` names a file; the value is not repeated, for it may be the secret."""
    if draft.mqtt is None:
        return
    name = draft.mqtt.credential
    if name is not None and (not FILE_NAME.fullmatch(name) or SECRET.fullmatch(name)):
        text = "credential looks like the secret itself; write it to a file and name that file here"
        found.error(("mqtt", "credential"), f'{text}, like credential = "mqtt-password"')
    elif name is not None and draft.mqtt.username is None:
        found.error(("mqtt", "credential"), 'credential without username; write username = "...", or take it out')
    if not draft.mqtt.host.strip() or any(letter.isspace() for letter in draft.mqtt.host):
        found.error(("mqtt", "host"), 'host must be a name or an address, like "127.0.0.1"')


def certificate(found: Complaints, draft: Draft) -> None:
    """Certificate and key prove nothing one without the other."""
    tls = draft.mqtt.tls if draft.mqtt is not None else None
    if tls is not None and (tls.certificate is None) != (tls.key is None):
        there, missing = ("certificate", "key") if tls.key is None else ("key", "certificate")
        found.error(("mqtt", "tls", there), f"{there} without {missing}; write both, or neither")
