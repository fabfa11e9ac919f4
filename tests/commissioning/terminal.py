"""A verb in a real terminal: what it prints is read, what it asks is answered, what it waits for is done."""

from __future__ import annotations

import os
import pty
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from select import select

from tests.bench_station import WAIT_S, surroundings

Deed = Callable[[], object]


class Terminal:
    """One run of the verb.

    Args:
        words: after `edge-agent` and the verb.
        answers: typed one after another, each to a question that ends in a colon.
        deeds: by what is printed: done in this thread when it is, once each time.
    """

    def __init__(
        self, words: list[str], answers: list[str], deeds: dict[str, Deed] | None = None, verb: str = "test"
    ) -> None:
        self.answers, self.deeds = list(answers), deeds or {}
        self.text = ""
        self._seen = 0
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # whoever runs the tests in the background has it ignored
            command = [sys.executable, "-m", "edge_agent", verb, *words]
            os.execve(sys.executable, command, surroundings())  # noqa: S606 - a child of its own terminal

    def finish(self) -> int:
        """Go on to the end; the exit code."""
        while self.read():
            self.respond()
        return self.ended()

    def until(self, wanted: str) -> None:
        """Go on until this is printed."""
        while wanted not in self.text:
            assert self.read(), self.text
            self.respond()

    def read(self) -> bool:
        """Take what is printed next; False at the end."""
        ready, _, _ = select([self._terminal], [], [], WAIT_S)
        assert ready, f"it says nothing more:\n{self.text}"
        try:
            chunk = os.read(self._terminal, 65_536)
        except OSError:  # the other end is closed
            return False
        self.text += chunk.decode().replace("\r\n", "\n")
        return bool(chunk)

    def respond(self) -> None:
        """Do what was asked for since the last look; type an answer where a question is open."""
        new, self._seen = self.text[self._seen :], len(self.text)
        for wanted, deed in self.deeds.items():
            for _ in re.findall(re.escape(wanted), new):
                deed()
        if new.endswith(": ") and self.answers:
            os.write(self._terminal, f"{self.answers.pop(0)}\n".encode())

    def ended(self) -> int:
        """Wait for the end; the exit code."""
        _, status = os.waitpid(self.pid, 0)
        os.close(self._terminal)
        return os.waitstatus_to_exitcode(status)

    def kill(self) -> None:
        """The terminal dies: nobody ends the test."""
        os.kill(self.pid, signal.SIGKILL)
        self.ended()


def written(path: Path, old: str, new: str) -> None:
    """Change a configuration."""
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
