"""The log: one line an incident on stderr, JSON for the journal of the system, plain text on a terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, FilteringBoundLogger, WrappedLogger

from edge_agent import clock

LONGEST_TEXT = 1_000  # characters of one value: enough for any sentence, too few for a flooding sensor
LONGEST_TRACE = 8_000  # characters of a traceback
PRINTED_AS_IS = (bool, int, float, type(None))


def configure(process: str, station: str, stream: TextIO | None = None) -> None:
    """Set up the log of this process, once, on `stream` or stderr; every line names `process` and `station`.

    Lines are JSON under systemd and wherever the stream is no terminal. Control characters and other invisible ones,
    as a sensor or a command may send them, are written as escapes: they cannot move a cursor or forge a line.
    """
    under_systemd = bool(os.environ.get("INVOCATION_ID") or os.environ.get("JOURNAL_STREAM"))
    stream = stream or sys.stderr
    terminal = stream.isatty() and not under_systemd
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            _named(process, station),
            structlog.processors.format_exc_info,
            inert,
            _console() if terminal else structlog.processors.JSONRenderer(serializer=_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger("info"),
        logger_factory=structlog.WriteLoggerFactory(file=stream),
        cache_logger_on_first_use=False,  # a logger made at import must follow a later `configure`
    )


def get(name: str) -> FilteringBoundLogger:
    """The log of one part of the agent."""
    logger: FilteringBoundLogger = structlog.get_logger(part=name)
    return logger


def inert(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """Make every value safe to print and of bounded length; a traceback keeps its line feeds."""
    return {
        harmless(key, LONGEST_TEXT): _trace(value) if key == "exception" else _value(value)
        for key, value in line.items()
    }


def harmless(text: str, longest: int) -> str:
    r"""The text with everything unprintable escaped, cut to `longest` characters.

    >>> harmless("\x1b[2Jgreen\n", 100)
    '\\x1b[2Jgreen\\n'
    """
    cut = text[:longest]
    safe = cut if cut.isprintable() else "".join(each if each.isprintable() else _escaped(each) for each in cut)
    return safe if len(text) <= longest else f"{safe}... ({len(text)} characters)"


def _escaped(character: str) -> str:
    return character.encode("unicode_escape", "backslashreplace").decode("ascii")


def _value(value: object) -> object:
    return value if isinstance(value, PRINTED_AS_IS) else harmless(str(value), LONGEST_TEXT)


def _trace(value: object) -> str:
    return "\n".join(harmless(line, LONGEST_TEXT) for line in str(value)[-LONGEST_TRACE:].splitlines())


def _named(process: str, station: str) -> Callable[[WrappedLogger, str, EventDict], EventDict]:
    def name(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
        return {"at": clock.wall_text(clock.wall_ns()), "process": process, "station": station, **line}

    return name


def _console() -> Any:
    return structlog.dev.ConsoleRenderer(timestamp_key="at", exception_formatter=structlog.dev.plain_traceback)


def _json(line: EventDict, **_: object) -> str:
    return msgspec.json.encode(line).decode()
