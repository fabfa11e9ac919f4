"""`edge-agent init`: writes a commented station.toml from a few questions or flags."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from edge_agent import config
from edge_agent.config.questions import QUESTIONS, Question, of_board, ports_found
from edge_agent.config.template import written
from edge_agent.config.values import NAME, fits

TRIES = 3  # at one question; after that something else is wrong than a slip of the finger
Ask = Callable[[str], str]


class Stopped(Exception):  # noqa: N818 - not an error of the program: the person went away, or cannot answer
    """The questions were not answered; the text says why."""


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the verb: one flag for each question."""
    parser = subparsers.add_parser(
        "init",
        help="write a configuration to start from",
        description="Write a commented station.toml. On a terminal it asks for what no flag has given; "
        "'none' leaves a wire out. What it writes passes `edge-agent check`.",
    )
    parser.add_argument("out", nargs="?", default="station.toml", metavar="OUT", help="default: ./station.toml")
    for question in QUESTIONS:
        preset = f"; default: {question.preset()}" if question.preset() is not None else ""
        parser.add_argument(f"--{question.key.replace('_', '-')}", metavar="X", help=question.asks + preset)
    parser.add_argument("--yes", action="store_true", help="ask nothing; take flags and defaults")
    parser.add_argument("--force", action="store_true", help="write over a file that is there")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Ask, check, write; 0 with the file written, else nothing is."""
    out = Path(arguments.out)
    if out.exists() and not arguments.force:
        return refuse(f"{out} is there already; name another file, or write over it with --force", 1)
    ask = None if arguments.yes or not sys.stdin.isatty() else input
    try:
        instance = out.stem if fits(out.stem, NAME) else "station"
        text = written(answers(vars(arguments), ask), instance)
    except Stopped as stopped:
        return refuse(f"{stopped}; nothing is written", 2)
    complaints = complaints_about(text)
    if complaints:
        return refuse("\n".join([*(each.text for each in complaints), "nothing is written"]), os.EX_CONFIG)
    return write(out, text, arguments.force)


def answers(flags: dict[str, object], ask: Ask | None) -> dict[str, str | None]:
    """An answer to every question, None where a wire is left out.

    Raises:
        Stopped: a flag does not fit, or there is nobody to ask for what has no default.
    """
    found: dict[str, str | None] = {}
    for each in QUESTIONS:
        question = of_board(each, found.get("board"))
        if question.after is not None and found.get(question.after) is None:
            found[question.key] = None
            continue
        flag = flags.get(question.key)
        if isinstance(flag, str):
            found[question.key] = judged(question, flag)
        elif ask is not None and not question.aside:
            found[question.key] = asked(question, ask)
        elif question.preset() is None:
            message = f"--{question.key.replace('_', '-')} is missing: {question.asks}"
            raise Stopped(message)
        else:
            found[question.key] = judged(question, str(question.preset()))
    return found


def judged(question: Question, answer: str) -> str | None:
    """The answer as it will be written; Stopped where it does not fit."""
    try:
        return question.read(answer)
    except ValueError as error:
        message = f"--{question.key.replace('_', '-')}: {error}"
        raise Stopped(message) from error


def asked(question: Question, ask: Ask) -> str | None:
    """The answer of the person at the terminal, who gets a few tries."""
    if question.key == "gauge":
        sys.stdout.writelines(f"  {port}\n" for port in ports_found())
    preset = question.preset()
    prompt = f"{question.asks}{f' [{preset}]' if preset is not None else ''}: "
    for _ in range(TRIES):
        try:
            answer = ask(prompt).strip() or preset or ""
            return question.read(answer)
        except ValueError as error:
            sys.stdout.write(f"  {error}\n")
        except (EOFError, KeyboardInterrupt) as end:
            message = "stopped"
            raise Stopped(message) from end
    message = f"no answer that fits: {question.asks}"
    raise Stopped(message)


def complaints_about(text: str) -> list[config.Complaint]:
    """What `check` would say: pins used twice, a takt below the standard."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "station.toml"
        path.write_text(text, encoding="utf-8")
        return config.check(path)[1]


def write(out: Path, text: str, force: bool) -> int:
    """Write the file and say what comes next."""
    try:
        with out.open("w" if force else "x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        code = os.EX_NOPERM if isinstance(error, PermissionError) else 1
        return refuse(f"{out} cannot be written: {(error.strerror or str(error)).lower()}; name another place", code)
    name = str(out)
    sys.stdout.write(f"{name} is written. Look it over, then:  edge-agent check {name}  and  edge-agent run {name}\n")
    return os.EX_OK


def refuse(text: str, code: int) -> int:
    """Say why not."""
    sys.stderr.write(f"{text}\n")
    return code
