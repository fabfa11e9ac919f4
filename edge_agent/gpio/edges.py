"""One thread that reads the edges of all lines of a process, as the kernel stamped them."""

from __future__ import annotations

import os
import selectors
import sys
import threading
from collections.abc import Callable
from operator import itemgetter

from gpiod import EdgeEvent, LineRequest

Tell = Callable[[EdgeEvent], None]
"""Told each edge of a line, in the thread; must be quick."""

LEAVE_S = 2.0  # a callback still at work when the thread is to end; it is a daemon and keeps no process alive


class Edges:
    """The lines whose edges are read; the thread begins with the first and ends with `close`.

    Edges that wait are handed on in the order of their stamps, whichever line they are of. A callback that raises
    is reported through `threading.excepthook` and keeps no other line from being heard.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()  # a request must not be released while it is read
        self._selector = selectors.DefaultSelector()
        self._wake = os.eventfd(0, os.EFD_CLOEXEC | os.EFD_NONBLOCK)
        self._selector.register(self._wake, selectors.EVENT_READ)
        self._thread: threading.Thread | None = None

    def add(self, request: LineRequest, tell: Tell) -> None:
        """Hear a line."""
        os.set_blocking(request.fd, False)  # an edge that somebody else took must not hold up the others
        with self._lock:
            self._selector.register(request, selectors.EVENT_READ, tell)
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="gpio edges", daemon=True)
            self._thread.start()

    def remove(self, request: LineRequest) -> None:
        """Hear it no more; when this returns the request may be released."""
        with self._lock:
            if request.fd in self._selector.get_map():
                self._selector.unregister(request)

    def close(self) -> None:
        """Hear nothing more and end the thread."""
        os.eventfd_write(self._wake, 1)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(LEAVE_S)
            if self._thread.is_alive():
                return  # it closes nothing it may still use
        self._selector.close()
        os.close(self._wake)

    def _run(self) -> None:
        while True:
            ready = self._selector.select()
            told: list[tuple[int, EdgeEvent, Tell]] = []
            with self._lock:
                for key, _ in ready:
                    if key.fd == self._wake:
                        return
                    if self._selector.get_map().get(key.fd) is key:  # else it was removed a moment ago
                        told += self._read(key)
            for _, edge, tell in sorted(told, key=itemgetter(0)):
                _call(tell, edge)

    def _read(self, key: selectors.SelectorKey) -> list[tuple[int, EdgeEvent, Tell]]:
        request: LineRequest = key.fileobj  # type: ignore[assignment]  # what `add` registered
        try:
            return [(edge.timestamp_ns, edge, key.data) for edge in request.read_edge_events()]
        except BlockingIOError:
            return []
        except OSError:  # the chip is gone; whoever reads the level is told so
            self._selector.unregister(request)
            return []


def _call(tell: Tell, edge: EdgeEvent) -> None:
    try:
        tell(edge)
    except Exception:  # noqa: BLE001 - foreign callbacks; said where threads say what ended them
        threading.excepthook(threading.ExceptHookArgs((*sys.exc_info(), threading.current_thread())))
