"""The two units as systemd sees them: enabled, active, and how often they were started again."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, unknown, warning

ASKED = "LoadState,UnitFileState,ActiveState,SubState,NRestarts,Result"
MANY = 3  # restarts; an upgrade makes none, a broker that is away neither


def examine(case: Case) -> Iterator[Finding]:
    """The station's, and the uplink's where there is a broker."""
    uplink = case.config is None or case.config.mqtt is not None
    for kind in ("station", *(["uplink"] if uplink else [])):
        yield from _one(case, f"edge-agent-{kind}@{case.station}")


def _one(case: Case, unit: str) -> Iterator[Finding]:
    told = case.run(["systemctl", "show", unit, "-p", ASKED])
    state = dict(line.split("=", 1) for line in (told or "").splitlines() if "=" in line)
    if not state:
        yield unknown(unit, "systemd does not answer here", "on the Pi: systemctl status " + unit)
        return
    if state.get("LoadState") == "not-found":
        yield failed(unit, "it is not installed", "sudo ./install.sh of the bundle, see systemd/README.md")
        return
    active = f"{state.get('ActiveState', 'unknown')} ({state.get('SubState', '')})"
    if state.get("ActiveState") != "active":
        remedy = f"sudo systemctl start {unit}; journalctl -u {unit} -n 20 ends with what to mend"
        yield failed(unit, f"{active}, last result {state.get('Result', 'unknown')}", remedy)
    else:
        yield ok(unit, active)
    if state.get("UnitFileState") not in {"enabled", "enabled-runtime"}:
        yield warning(unit, "it is not started with the machine", f"sudo systemctl enable {unit}")
    restarts = state.get("NRestarts", "0")
    if restarts.isdecimal() and int(restarts) >= MANY:
        yield warning(unit, f"it was started again {restarts} times", f"journalctl -u {unit} says why")
