"""A child's leash: it ends with its standard input, so that nothing is left behind however the demo ends."""

from __future__ import annotations

import os
import signal
import threading

CHUNK = 1024  # bytes; nothing is ever said there


def hold() -> None:
    """From now on, ask this process to stop (SIGTERM) once its standard input has ended."""
    threading.Thread(target=_follow, name="leash", daemon=True).start()


def _follow() -> None:
    while os.read(0, CHUNK):  # unbuffered: a thread that holds the lock of `sys.stdin` can break an exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)
