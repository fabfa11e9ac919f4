"""The station process as it knows itself: its sensors, what it cannot do, and whether it is in service."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, warning


def examine(case: Case) -> Iterator[Finding]:
    """Whether it runs and answers, and all that it says is wrong."""
    status = case.status
    if status is None:
        remedy = f"sudo systemctl start edge-agent-station@{case.station}, then systemctl status of the same"
        yield failed("station", case.away or "it does not say how it is", remedy)
        return
    yield ok("station", f"it runs and answers; {status.state.reason}")
    for part, why in status.degraded.items():
        yield failed("station", f"{part}: {why}", f"journalctl -u edge-agent-station@{case.station} -n 20")
    for sensor in status.state.sensors:
        if sensor.state == "lost":
            yield failed("sensor", f"{sensor.name} is lost: {sensor.why}", "edge-agent test inputs, or serial")
        elif sensor.state == "waiting":
            yield warning(
                "sensor", f"{sensor.name} has not been heard since the start", "edge-agent test inputs, or serial"
            )
    if status.state.mode == "test":
        yield warning("station", status.state.reason, "it ends by itself; or end the `edge-agent test` that runs")
