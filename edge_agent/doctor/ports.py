"""The serial ports that the configuration names: there, the same after a restart, and not a terminal's."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from edge_agent.config.wiring import BY_ID
from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, warning


def examine(case: Case) -> Iterator[Finding]:
    """Each port; and those that are there, where one is not."""
    sensors = () if case.config is None else case.config.sensors
    named = [(sensor.name, str(port)) for sensor in sensors if (port := getattr(sensor, "port", None)) is not None]
    if not named:
        yield ok("serial ports", "the configuration names none")
    for name, port in named:
        yield _one(case, f"port of {name}", port)


def _one(case: Case, what: str, port: str) -> Finding:
    path = case.there(port)
    if not path.exists():
        others = ", ".join(sorted(each.name for each in case.there(BY_ID).glob("*"))) or "none"
        return failed(what, f"{port} is not there", f"plug it in, or correct port; below {BY_ID} there are: {others}")
    if not path.is_char_device():
        return failed(what, f"{port} is no serial port", "correct port")
    if _is_console(case, path):
        return failed(what, f"{port} is the console's", "switch the console off: raspi-config, Interface, Serial Port")
    if not port.startswith(BY_ID):
        text = f"{port} is there, and may be another device after a restart"
        return warning(what, text, f"write its name below {BY_ID}")
    return ok(what, f"{port} is {path.resolve().name}")


def _is_console(case: Case, path: Path) -> bool:
    """Whether the kernel writes its messages there."""
    words = (case.read("/proc/cmdline") or "").split()
    consoles = {word.removeprefix("console=").partition(",")[0] for word in words if word.startswith("console=")}
    if consoles & {"serial0", "serial1"}:
        consoles |= {case.there(f"/dev/{name}").resolve().name for name in consoles}
    return path.resolve().name in consoles
