"""What verbs share: the configuration they concern, the person who acts, and `--json`."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from edge_agent.config import Config
    from edge_agent.control import Answer, Client

PLACES = "default: ./station.toml, then /etc/edge-agent/station.toml"
BY_OPTION = "config_by_option"  # what a verb's parser keeps about it
USAGE = 2  # the exit code of argparse
Subparsers = Any  # argparse's own type of it is private


def add_verb(
    subparsers: Subparsers, verb: str, summary: str, description: str, config: bool = True
) -> argparse.ArgumentParser:
    """Add a verb, with its optional configuration first."""
    parser: argparse.ArgumentParser = subparsers.add_parser(verb, help=summary, description=description)
    if config:
        add_config(parser)
    return parser


def add_config(parser: argparse.ArgumentParser) -> None:
    """Take the configuration as an optional argument."""
    parser.add_argument("config", nargs="?", metavar="CONFIG", help=PLACES)
    parser.set_defaults(**{BY_OPTION: False})


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """Take the configuration as an option, where the first argument is something else."""
    parser.add_argument("--config", metavar="CONFIG", help=PLACES)
    parser.set_defaults(**{BY_OPTION: True})


def placed(words: list[str], parser: argparse.ArgumentParser) -> list[str]:
    """The words of a verb with the configuration where its parser wants it.

    People write it first, as most verbs have it, or behind `--config`, as the others have it: either is understood.
    """
    by_option = parser.get_default(BY_OPTION)
    if by_option and words and words[0].endswith(".toml"):
        return ["--config", *words]
    if by_option is False and "--config" in words[:-1]:
        place = words.index("--config")
        return [*words[:place], *words[place + 2 :], words[place + 1]]
    return words


def add_person(parser: argparse.ArgumentParser) -> None:
    """Take who acts, and as which role."""
    parser.add_argument("--who", default=None, help="who acts (default: the user of this terminal)")
    parser.add_argument(
        "--as",
        dest="role",
        default="",
        metavar="ROLE",
        help="as which [[role]] of the configuration, if it has any",
    )


def add_leash(parser: argparse.ArgumentParser) -> None:
    """Take the end of the pipe that ties this process to who started it: how `run` and `demo` start their children."""
    parser.add_argument("--leash", type=int, metavar="DESCRIPTOR", help=argparse.SUPPRESS)


def acting(arguments: argparse.Namespace) -> str:
    """Who acts; with sudo, whoever called it, not root."""
    return str(arguments.who or os.environ.get("SUDO_USER") or getpass.getuser())


def loaded(arguments: argparse.Namespace) -> Config:
    """The configuration meant; ConfigError with every complaint where it cannot be used."""
    from edge_agent import config

    return config.load(config.find(arguments.config))


def client(config: Config) -> Client:
    """The way to the running station of this configuration."""
    from edge_agent.control import Client, find_socket

    return Client(find_socket(config.journal.path, config.station.name))


def tell(answer: Answer, done: str, *, as_json: bool) -> int:
    """Say what came of a request; the exit code: 0 done, 77 not with this role, 1 otherwise not."""
    if as_json:
        print_json(answer)
    elif answer.ok:
        sys.stdout.write(f"{done}\n")
    else:
        sys.stderr.write(f"{answer.error}\n")
    return os.EX_OK if answer.ok else os.EX_NOPERM if answer.denied else 1


def print_json(value: object) -> None:
    """One JSON object, on a line of its own, at once."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()
