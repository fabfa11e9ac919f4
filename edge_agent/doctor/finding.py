"""What an examination has found: a verdict, a sentence, and what to do about it."""

from __future__ import annotations

import os
from typing import Literal

import msgspec

Verdict = Literal["ok", "warning", "failed", "unknown"]


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing found.

    Args:
        what: it was looked at.
        verdict: `ok` only on evidence; `unknown` where there is none, and `text` says why; `warning` will be regretted;
            `failed` keeps the station from its work, or from being heard.
        remedy: the command or the deed that cures it; of `unknown`, what would make it known.
    """

    what: str
    verdict: Verdict
    text: str
    remedy: str = ""


def seen_by_root(remedy: str) -> str:
    """A remedy, after the one that does for whoever is not root: root is not told to be root."""
    return remedy if os.geteuid() == 0 else f"run this with sudo; {remedy}"


def ok(what: str, text: str) -> Finding:
    """All is well, and seen to be."""
    return Finding(what=what, verdict="ok", text=text)


def warning(what: str, text: str, remedy: str) -> Finding:
    """It works, and somebody will regret it."""
    return Finding(what=what, verdict="warning", text=text, remedy=remedy)


def failed(what: str, text: str, remedy: str) -> Finding:
    """It does not work."""
    return Finding(what=what, verdict="failed", text=text, remedy=remedy)


def unknown(what: str, text: str, remedy: str = "") -> Finding:
    """Nobody can tell from here."""
    return Finding(what=what, verdict="unknown", text=text, remedy=remedy)
