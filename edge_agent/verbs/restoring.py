"""What a restore says of a call: a verdict and a reason, given as options or asked for on a terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from edge_agent.commissioning.dialogue import Dialogue
from edge_agent.verbs.telling import call_line

if TYPE_CHECKING:
    from edge_agent.observations import CallVerdict
    from edge_agent.state import OpenCall

VERDICTS: dict[str, CallVerdict] = {"t": "true", "f": "false_alarm", "s": "standard_wrong"}
OPEN = "n"  # what Enter alone means: nothing is said of it

Said = tuple["CallVerdict | None", str]


def asked(call: OpenCall, now_ns: int, reasons: Sequence[str], reason: str) -> Said:
    """Ask whoever restores this call whether it was right, and why where the configuration has reasons.

    Args:
        reasons: the codes there are; `reason` the one given already, empty for none.

    Raises:
        Unanswered: the input has ended.
    """
    person = Dialogue(sys.stdout, sys.stdin.readline, unattended=False)
    person.say(call_line(call, now_ns))
    words = {OPEN: "no verdict", **{letter: verdict.replace("_", " ") for letter, verdict in VERDICTS.items()}}
    verdict = VERDICTS.get(person.ask("Was the call right?", words))
    if reasons and not reason:
        numbered = {"0": "0 none", **{str(number): f"{number} {each}" for number, each in enumerate(reasons, start=1)}}
        chosen = int(person.ask("Why?", numbered))
        reason = reasons[chosen - 1] if chosen else ""
    return verdict, reason


def too_many(calls: Sequence[OpenCall], now_ns: int, options: str) -> str:
    """Why one verdict is not taken for several calls, and what to write instead."""
    listed = "\n".join(call_line(call, now_ns) for call in calls)
    example = f"edge-agent calls restore {calls[0].call} {options}"
    return f"{len(calls)} calls are open, and a verdict is for one: name it, like {example}\n{listed}\n"
