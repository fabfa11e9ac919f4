"""The findings as people read them: a line each, what to do below it, and a count at the end."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence

from edge_agent.doctor.finding import Finding

WIDE = 80  # columns of a terminal
MARKS = {"ok": "ok", "warning": "WARN", "failed": "FAIL", "unknown": "?"}
INDENT = " " * 6


def told(findings: Sequence[Finding]) -> Iterator[str]:
    """All of them, in their order."""
    for each in findings:
        lines = textwrap.wrap(f"{each.what}: {each.text}", WIDE - len(INDENT), break_long_words=False)
        for place, line in enumerate(lines):
            yield f"{MARKS[each.verdict] if not place else '':<6}{line}"
        if each.remedy:
            first, rest = f"{INDENT}-> ", f"{INDENT}   "
            yield from textwrap.wrap(
                each.remedy, WIDE, initial_indent=first, subsequent_indent=rest, break_long_words=False
            )
    counts: Counter[str] = Counter(each.verdict for each in findings)
    yield ""
    yield ", ".join(f"{counts[verdict]} {verdict}" for verdict in MARKS)
