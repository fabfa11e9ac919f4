"""Secrets taken out of a text: those this machine knows, wherever they stand, and whatever looks like one.

What is taken out is replaced by a word that says so, so that a line still says what it is about.
"""

from __future__ import annotations

import base64
import contextlib
import re
import urllib.parse
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from edge_agent.signals.access import LARGEST_CREDENTIAL, located
from edge_agent.signals.broker import FILE_ENDING

if TYPE_CHECKING:
    from edge_agent.config import Config

GONE = "<redacted>"
SHORTEST = 4  # bytes: a shorter secret would be found in every other word
WORDS = (
    r"pass(?:word|wort|wd|phrase)?|kennwort|pwd|pw(?![a-z])|secret|token|api[_-]?key|private[_-]?key|psk"
    r"|auth(?:orization)?"
)
VALUE = r"\"[^\"\n]*\"|'[^'\n]*'|[^\n]+"
FILE = rf"[\"']?[\w@./-]*(?:{FILE_ENDING}|\.service|mqtt-password)(?![\w.-])"  # the name of a file stays
PROSE = (  # what follows `password` in a sentence; any other word may be one
    r"(?:not|no|is|are|was|has|have|had|in|into|of|for|to|from|and|or|as|by|at|on|only|alone|there|here|must|may|can|will"
    r"|file|files|goes|stands|accepted|wrong|changed|itself)(?=[\s,;.:)]|$)"
)
# Greedy on purpose: a line that is one word too short helps as well, a secret that is one word too long does not.
PATTERNS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL), GONE),
    (re.compile(r"(?i)\b(\w+://)[^\s\"']{1,256}@"), rf"\1{GONE}@"),
    (re.compile(r"[^\s\"'@:=<>/]{1,64}:(?!//)[^\s\"'@]{1,64}@(?=[\w\[])"), f"{GONE}@"),
    (re.compile(r"(?i)(\buser(?:name)?[\"']?\s*[=:]\s*[\"']?[^\s\"':]{0,64}:)[^\s\"']+"), rf"\1{GONE}"),
    (re.compile(r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}"), rf"\1 {GONE}"),
    (re.compile(rf"(?i)((?:{WORDS})[\w-]{{0,64}}[\"']?\s*(?:[=:]|\bis\b)\s*)(?:{VALUE})"), rf"\1{GONE}"),
    (re.compile(rf"(?i)(\b(?:\w*key|credential)[\"']?\s*[=:]\s*+)(?!{FILE}|{GONE})(?:{VALUE})"), rf"\1{GONE}"),
    (
        re.compile(
            rf"(?i)((?<!\.)(?:pass(?:word|wort|wd|phrase)|kennwort|pwd|pw|psk|secret|token)[ \t]++)"
            rf"(?!{PROSE}|{GONE}|[=:])[^\s\"']+"
        ),
        rf"\1{GONE}",
    ),
    (re.compile(r"((?<!\S)(?:-P|-pw|--pass)[ \t=]+)(?:\"[^\"\n]*\"|'[^'\n]*'|\S+)"), rf"\1{GONE}"),
    (re.compile(rf"((?:/credentials|/credstore)/(?:[\w@.-]+\.service/)?+)(?!{FILE})[^\s\"']+"), rf"\1{GONE}"),
)


class Redaction:
    """Takes out what `secrets` holds, in the spellings it may have, and what looks like a secret."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {spelling for secret in secrets if len(secret.encode()) >= SHORTEST for spelling in _spellings(secret)}
        self._known = sorted(known, key=len, reverse=True)  # a longer one first: it may hold a shorter one
        self.count = 0

    def clean(self, text: str) -> str:
        """The text without them."""
        for secret in self._known:
            self.count += text.count(secret)
            text = text.replace(secret, GONE)
        for pattern, instead in PATTERNS:
            text, found = pattern.subn(instead, text)
            self.count += found
        return text


def known_secrets(config: Config | None) -> Iterator[str]:
    """What the files of the connection hold that nobody else may know: the password, and the key line by line."""
    mqtt = None if config is None else config.mqtt
    if mqtt is None:
        return
    names = [mqtt.credential, None if mqtt.tls is None else mqtt.tls.key]
    for name in filter(None, names):
        with contextlib.suppress(OSError), located(name).open("rb") as file:  # nobody who may not read it can tell it
            for line in file.read(16 * LARGEST_CREDENTIAL).decode(errors="replace").splitlines():
                if line.strip() and not line.startswith("-----"):
                    yield line.strip()


def _spellings(secret: str) -> Iterator[str]:
    """As it is, and as JSON, a URL or an encoder would have it."""
    yield secret
    yield secret.encode("unicode_escape").decode()
    yield secret.replace("\\", "\\\\").replace('"', '\\"')
    yield urllib.parse.quote(secret, safe="")
    yield base64.b64encode(secret.encode()).decode().rstrip("=")
