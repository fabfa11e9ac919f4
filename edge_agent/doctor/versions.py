"""What runs here: agent, Python, libraries, system and board, as whoever helps asks first."""

from __future__ import annotations

import importlib.metadata
import platform
import struct
from collections.abc import Iterator

import edge_agent
from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding, failed, ok, unknown, warning

LIBRARIES = ("gpiozero", "gpiod", "paho-mqtt", "pyserial", "numpy", "msgspec")
BITS = 64


def examine(case: Case) -> Iterator[Finding]:
    """The versions, a 64-bit system, and that what runs is what is installed."""
    yield ok("versions", told(case))
    bits = 8 * struct.calcsize("P")
    if bits != BITS:
        yield failed("versions", f"a {bits}-bit system", "install the 64-bit Raspberry Pi OS")
    board = case.read("/proc/device-tree/model")
    if board is None:
        yield unknown("board", "this machine does not say that it is a Raspberry Pi")
    else:
        yield ok("board", board)
    if case.status is not None and case.status.version != edge_agent.__version__:
        text = f"the station runs {case.status.version}, and {edge_agent.__version__} is installed"
        yield warning("versions", text, f"sudo systemctl restart edge-agent-station@{case.station}")


def told(case: Case) -> str:
    """All of them in one line."""
    system = (case.read("/etc/os-release") or "").partition('PRETTY_NAME="')[2].partition('"')[0] or platform.system()
    libraries = ", ".join(f"{name} {version}" for name in LIBRARIES if (version := version_of(name)))
    python = platform.python_version()
    return f"edge-agent {edge_agent.__version__}, Python {python}, {system}, kernel {platform.release()}; {libraries}"


def version_of(library: str) -> str:
    """The version that is installed; empty where it is not."""
    try:
        return importlib.metadata.version(library)
    except importlib.metadata.PackageNotFoundError:
        return ""
