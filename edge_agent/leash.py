"""A child's leash: a pipe whose other end is held by who started it, so that nothing outlives its master's death."""

from __future__ import annotations

import os
import signal
import threading

CHUNK = 1024  # bytes; nothing is ever said there


def hold(end: int = 0) -> None:
    """From now on, ask this process to stop (SIGTERM) once nobody holds the other end of this pipe.

    Args:
        end: the file descriptor to read from; standard input where none is named.
    """
    threading.Thread(target=_follow, args=(end,), name="leash", daemon=True).start()


def _follow(end: int) -> None:
    while os.read(end, CHUNK):  # unbuffered: a thread that holds the lock of `sys.stdin` can break an exit
        pass
    os.kill(os.getpid(), signal.SIGTERM)
