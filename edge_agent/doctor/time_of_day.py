"""The wall clock: whether it follows a time server, so that events have their time, and shifts begin when they do."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent import clock
from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, warning

BUILT_NS = 1_767_225_600 * clock.NS_PER_S  # 2026-01-01: no clock of this agent can rightly be before


def examine(case: Case) -> Iterator[Finding]:
    """Followed or not; and a clock that cannot be right."""
    now_ns = clock.wall_ns()
    if now_ns < BUILT_NS:
        text = f"the clock says {clock.wall_text(now_ns)[:10]}, before this agent was written"
        yield failed("clock", text, "set a time server: NTP= in /etc/systemd/timesyncd.conf; or add a battery clock")
    if clock.synchronised():
        yield ok("clock", f"it follows a time server: {clock.wall_text(now_ns)[:19]}Z")
        return
    server = case.run(["timedatectl", "show-timesync", "-p", "ServerName", "--value"])
    known = f"; its server is {server.strip()}" if server and server.strip() else ""
    remedy = "timedatectl status; name the plant's time server: NTP= in /etc/systemd/timesyncd.conf"
    text = (
        "it follows no time server: events are marked as such, shifts go by a clock that drifts, "
        "and commands from remote are refused once it is 10 s off"
    )
    yield warning("clock", f"{text}{known}", remedy)
