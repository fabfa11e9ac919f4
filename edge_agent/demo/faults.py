"""What can go wrong with the demo itself."""

from __future__ import annotations


class DemoError(Exception):
    """The demo cannot begin or go on; the message says why and what to do, `code` is the exit code."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code
