"""What verbs share: the configuration they concern, and `--json`."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from edge_agent.config import Config
    from edge_agent.control import Client

PLACES = "default: ./station.toml, then /etc/edge-agent/station.toml"
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


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """Take the configuration as an option, where the first argument is something else."""
    parser.add_argument("--config", metavar="CONFIG", help=PLACES)


def loaded(arguments: argparse.Namespace) -> Config:
    """The configuration meant; ConfigError with every complaint where it cannot be used."""
    from edge_agent import config

    return config.load(config.find(arguments.config))


def client(config: Config) -> Client:
    """The way to the running station of this configuration."""
    from edge_agent.control import Client, find_socket

    return Client(find_socket(config.journal.path, config.station.name))


def print_json(value: object) -> None:
    """One JSON object, on a line of its own, at once."""
    sys.stdout.write(msgspec.json.encode(value).decode() + "\n")
    sys.stdout.flush()
