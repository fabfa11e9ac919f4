"""From a configuration to the uplink process at work, with no more in memory than it needs.

Checking a configuration needs every sensor and every detector: 5 MB that it would carry for ever, for a few lines it
reads once. So another process checks it and hands over these lines.
"""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

import edge_agent
from edge_agent.signals.broker import Settings
from edge_agent.signals.contract import Identity

if TYPE_CHECKING:
    from edge_agent.config import Config

CHECK_S = 60.0  # a first start on a slow card compiles every module


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """What of a configuration the uplink needs."""

    identity: Identity
    mqtt: Settings
    journal: str
    control: str
    info: dict[str, Any]


def part(config: Config) -> Part | None:
    """The uplink's part of a configuration; None where it has no `[mqtt]`."""
    from edge_agent.control import socket_path

    if config.mqtt is None:
        return None
    return Part(
        identity=config.identity(),
        mqtt=config.mqtt,
        journal=config.journal.path,
        control=str(socket_path(config.journal.path, config.station.name)),
        info=info(config),
    )


def info(config: Config) -> dict[str, Any]:
    """What `info` says of this station: versions, sensors and the standard in force."""
    return {
        "agent": edge_agent.__version__,
        "versions": {"python": platform.python_version(), "system": platform.platform()},
        "sensors": tuple(sensor.source() for sensor in config.sensors),
        "characteristics": config.characteristics,
        "standard": config.standard,
        "standard_from": f"takt from {config.takt_from}",
    }


def checked_apart(name: str | None) -> Part | int:
    """The uplink's part of the configuration called `name`, checked by another process; where that failed, its code."""
    command = [sys.executable, "-m", "edge_agent", "uplink", "--part", *([name] if name else [])]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=CHECK_S, check=False)  # noqa: S603 - our own verb
    return msgspec.json.decode(done.stdout, type=Part) if done.returncode == os.EX_OK else done.returncode


def run(mine: Part) -> int:
    """Be the uplink process until asked to stop; returns the exit code."""
    from edge_agent import log
    from edge_agent.uplink.uplink import Uplink

    log.configure("uplink", mine.identity.station)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    return Uplink(mine.identity, mine.mqtt, Path(mine.journal), Path(mine.control), mine.info).run(stop)
