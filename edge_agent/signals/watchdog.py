"""The service manager's watchdog: told that the agent is ready, alive, stopping; silent where there is none."""

from __future__ import annotations

import os
from typing import Any

import sdnotify

from edge_agent.standard import NS_PER_S

US = 1000  # ns


class Watchdog:
    """Says READY once and WATCHDOG at a third of the interval the service manager asked for."""

    def __init__(self) -> None:
        # Without NOTIFY_SOCKET there is nobody to tell, and sdnotify would leave a socket open.
        self.notifier: Any = sdnotify.SystemdNotifier() if os.environ.get("NOTIFY_SOCKET") else None
        asked_us = os.environ.get("WATCHDOG_USEC", "")
        self.every_ns = int(asked_us) * US // 3 if asked_us.isdigit() else None
        self.next_ns = 0

    def ready(self, text: str) -> None:
        """The agent watches from now on."""
        self._notify(f"READY=1\nSTATUS={text}")

    def say(self, text: str) -> None:
        """What `systemctl status` shows of a start that is not over yet."""
        self._notify(f"STATUS={text}")

    def due_ns(self) -> int | None:
        """When to pat next; None where nobody waits for it."""
        return None if self.every_ns is None else self.next_ns

    def pat(self, now_ns: int) -> None:
        """Say that every loop has moved; the caller has made sure of it."""
        if self.every_ns is not None and now_ns >= self.next_ns:
            self._notify("WATCHDOG=1")
            self.next_ns = now_ns + min(self.every_ns, 10 * NS_PER_S)

    def stopping(self) -> None:
        """The agent ends in good order."""
        self._notify("STOPPING=1")

    def close(self) -> None:
        """Let go of the line to the service manager."""
        if self.notifier is not None:
            self.notifier.socket.close()

    def _notify(self, text: str) -> None:
        if self.notifier is not None:
            self.notifier.notify(text)
