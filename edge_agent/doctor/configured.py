"""The configuration, as `edge-agent check` sees it."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, warning


def examine(case: Case) -> Iterator[Finding]:
    """Whether the agent can start with it, and what will be regretted."""
    for each in case.complaints:
        told = failed if each.severity == "error" else warning
        yield told("configuration", str(each).replace("warning: ", "", 1), f"edge-agent check {each.file}")
    if case.config is not None:
        yield ok("configuration", f"{case.path} can be used")
