"""The command line: `edge-agent VERB [CONFIG]`, one file a verb under `verbs/`, imported only when it is called."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module

from edge_agent import __version__

VERBS = (
    "demo",
    "init",
    "check",
    "run",
    "station",
    "uplink",
    "status",
    "watch",
    "calls",
    "rules",
    "plan",
    "set",
    "report",
    "relearn",
    "replay",
    "tune",
    "wires",
    "test",
    "doctor",
    "support",
    "schema",
    "ledger",
    "fleet",
    "card",
    "rollback",
)
INTERRUPTED = 130  # 128 + SIGINT, as shells have it

EXIT_CODES = """exit codes: 0 well, 1 a problem was found, 2 usage, 69 unavailable, 75 try later, 77 no permission,
78 configuration. Andon is not a safety function: it replaces no emergency stop, interlock or guard."""


def main(arguments: list[str]) -> int:
    """Run one verb; returns its exit code, and says on stderr what went wrong."""
    try:
        return run(arguments)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader has seen enough: no complaint
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:
        known = exit_code(error)
        if known is None:
            raise
        sys.stderr.write(f"edge-agent: {error}\n")
        return known


def run(arguments: list[str]) -> int:
    """Run one verb, or print the help; what was printed is out when this returns or raises."""
    from edge_agent.verbs.arguments import placed

    try:
        top, verbs = parsers(arguments)
        named = verbs.get(arguments[0]) if arguments else None
        words = arguments if named is None else [arguments[0], *placed(arguments[1:], named)]
        parsed = top.parse_args(words)
        code: int = parsed.run(parsed)
    finally:
        sys.stdout.flush()
    return code


def parsers(arguments: list[str]) -> tuple[argparse.ArgumentParser, dict[str, argparse.ArgumentParser]]:
    """The parser for these arguments: with one verb if one is named, else with all of them, for the help; and each."""
    top = argparse.ArgumentParser(
        prog="edge-agent",
        description="The Andon Edge Agent: sees each cycle and reading at a station, lights the stack when there is "
        "a gap, records it, and publishes it over MQTT.",
        epilog=EXIT_CODES,
    )
    top.add_argument("--version", action="version", version=f"edge-agent {__version__}")
    subparsers = top.add_subparsers(metavar="VERB", required=True, title="verbs")
    named = arguments[0] if arguments else None
    for verb in [named] if named in VERBS else VERBS:
        import_module(f"edge_agent.verbs.{verb}").add(subparsers)
    return top, dict(subparsers.choices)


def exit_code(error: Exception) -> int | None:
    """The exit code of an error that people are told of in one line; None for one that is a fault of ours."""
    from edge_agent.config import ConfigError
    from edge_agent.consumer.books import BooksError
    from edge_agent.control import ControlError
    from edge_agent.journal import JournalError
    from edge_agent.recording import RecordingError

    match error:
        case ConfigError():
            return os.EX_CONFIG
        case ControlError() | JournalError() | BooksError():
            return os.EX_UNAVAILABLE
        case PermissionError():
            return os.EX_NOPERM
        case RecordingError():
            return 1
        case _:
            return None
