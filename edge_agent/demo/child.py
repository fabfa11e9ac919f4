"""A process of the demo: started in a session of its own, watched, and ended in good order or by force."""

from __future__ import annotations

import contextlib
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Mapping

from edge_agent.demo.inbox import Ended

GRACE_S = 5.0  # each ends within a second; a machine that is busy takes longer
LAST_LINES = 8  # of stderr: enough for a cause, few enough to read
LONGEST_LINE = 1000  # characters


class Child:
    """One process; when it ends, `post` is told, with the last it said on stderr.

    Args:
        name: what people call it.
        command: which ends when its standard input does, unless `by_signal`.
        on_line: takes each line of its stdout, in a thread of its own; without it stdout is thrown away.
    """

    def __init__(
        self,
        name: str,
        command: list[str],
        post: Callable[[Ended], None],
        environment: Mapping[str, str],
        *,
        on_line: Callable[[str], None] | None = None,
        by_signal: bool = False,
    ) -> None:
        self.name = name
        self._by_signal = by_signal
        self._process = subprocess.Popen(  # noqa: S603 - our own modules, or the broker found by name
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL if on_line is None else subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env=environment,
            start_new_session=True,  # Ctrl-C reaches the demo alone, and it ends its children in order
        )
        self._said: deque[str] = deque(maxlen=LAST_LINES)
        self._threads = [threading.Thread(target=self._watch, args=(post,), daemon=True)]
        if on_line is not None:
            self._threads.append(threading.Thread(target=self._read, args=(on_line,), daemon=True))
        for thread in self._threads:
            thread.start()

    def say(self, text: str) -> None:
        """Write lines to its input; to one that has ended they are lost, and its end is told anyway."""
        with contextlib.suppress(BrokenPipeError, ValueError):
            if self._process.stdin is not None:
                self._process.stdin.write(text)
                self._process.stdin.flush()

    def stop(self) -> None:
        """Ask it to end, wait, and use force when it does not; a second time does nothing."""
        with contextlib.suppress(BrokenPipeError):
            if self._process.stdin is not None:
                self._process.stdin.close()
        if self._by_signal:
            self._process.terminate()
        for end in (self._process.terminate, self._process.kill):
            self._threads[0].join(GRACE_S)
            if self._threads[0].is_alive():
                end()
        for thread in self._threads:
            thread.join()

    def _watch(self, post: Callable[[Ended], None]) -> None:
        with self._process.stderr or contextlib.nullcontext(()) as lines:
            for line in lines:
                self._said.append(line.rstrip()[:LONGEST_LINE])
        post(Ended(self.name, self._process.wait(), tuple(self._said)))

    def _read(self, on_line: Callable[[str], None]) -> None:
        with self._process.stdout or contextlib.nullcontext(()) as lines:
            for line in lines:
                on_line(line)
