"""`edge-agent check`: everything wrong with one or many configurations, before anyone walks to a station."""

from __future__ import annotations

import argparse
import os
import sys

import msgspec

from edge_agent import config
from edge_agent.andon.legend import legend
from edge_agent.kind import kind_of
from edge_agent.signals import stack


class Report(msgspec.Struct, frozen=True):
    """What `--json` says of one file."""

    file: str
    ok: bool
    complaints: list[config.Complaint]


def add(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Describe the verb."""
    parser = subparsers.add_parser(
        "check",
        help="look a configuration over; touches no wire",
        description="Say everything that is wrong with a configuration, with its line and what to write instead. "
        "Touches no wire and no network. Exit code 0 where the agent can start, 78 where not.",
    )
    parser.add_argument(
        "files", nargs="*", metavar="FILE", help="default: ./station.toml, then /etc/edge-agent/station.toml"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object a file, a line each")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Check each file; 78 where one of them cannot be used."""
    sound = True
    for name in arguments.files or [None]:
        try:
            path = config.find(name)
        except config.ConfigError as error:
            sound = False
            report(arguments.json, str(error.complaints[0].file), None, list(error.complaints))
            continue
        found, complaints = config.check(path)
        sound &= found is not None
        report(arguments.json, str(path), found, complaints)
    return os.EX_OK if sound else os.EX_CONFIG


def report(as_json: bool, file: str, found: config.Config | None, complaints: list[config.Complaint]) -> None:
    """Print what there is to say about one file."""
    if as_json:
        answer = Report(file, found is not None, complaints)
        sys.stdout.write(msgspec.json.encode(answer).decode() + "\n")
        return
    lines = [str(complaint) for complaint in complaints]
    if found is not None:
        lines += [f"{file}: ok", *(f"  {word:<10} {text}" for word, text in summary(found))]
    sys.stdout.write("\n".join(lines) + "\n")


def summary(found: config.Config) -> list[tuple[str, str]]:
    """The station in a few lines, so that a card in the wrong machine is noticed."""
    station, standard = found.station, found.standard
    levels = (station.enterprise, station.site, station.area, station.line, station.name)
    takt = "no takt" if standard.takt_s is None else f"takt {standard.takt_s:.4g} s from {found.takt_from}"
    wanted = dict.fromkeys(f"{shift.takt_s:.4g} s" for shift in found.shifts if shift.takt_s is not None)
    if wanted and found.takt_from == "[standard]":
        takt += f", not from demand, which would make {' or '.join(wanted)}"
    written = len(found.detectors)
    watches = [
        f"{kind_of(type(settings))} of {of}{' (by default)' if place >= written else ''}"
        for place, (settings, of) in enumerate(found.watches())
    ]
    return [
        ("station", f"{'/'.join(levels)}, {station.timezone}"),
        ("standard", f"{standard.standard_cycle_s:g} s a part, {takt}"),
        ("sensors", ", ".join(f"{each.name} ({kind_of(type(each))})" for each in found.sensors) or "none"),
        ("detectors", ", ".join(watches) or "none"),
        *([("board", f"{found.board.name}: {found.board.summary}")] if found.board is not None else []),
        ("stack", ", ".join(lit(found)) if found.stack is not None else "none"),
        *meanings(found.stack),
        *answers(found),
        ("broker", f"{found.mqtt.host}:{found.mqtt.port}" if found.mqtt is not None else "none"),
        ("journal", found.journal.path),
    ]


def meanings(settings: stack.Settings | None) -> list[tuple[str, str]]:
    """The legend of this stack: what each lamp it has means, and who does what."""
    rows = [] if settings is None else legend(settings.tiers())
    return [("" if place else "lamps", f"{lamp}: {means}; {who}") for place, (lamp, means, who) in enumerate(rows)]


def answers(found: config.Config) -> list[tuple[str, str]]:
    """Who answers which call: what its buttons call, and every other gap."""
    called = [call for sensor in found.sensors if (call := getattr(sensor, "call", None)) is not None]
    kinds = dict.fromkeys([*called, *(own.kind for own in found.response.call)])
    rows = []
    for kind, name in [("", "any other gap"), *((kind, kind) for kind in kinds)]:
        terms = found.response.of(kind)
        afters = [terms.after(level, found.standard.pace_s) for level in range(len(terms.escalate))]
        steps = [f"{terms.to} within {terms.attend}"]
        steps += [f"{each.to} after {after}" for each, after in zip(terms.escalate, afters, strict=True)]
        rows.append(f"{name}: {', '.join(steps)}")
    return [("" if place else "calls", row) for place, row in enumerate(rows)]


def lit(found: config.Config) -> list[str]:
    """The outputs that are wired, with their terminals where the board has some, and their lines."""
    outputs = [each for each in found.wires() if each.direction == "output"]
    return [f"{each.name} {each.wire.on_board()}" for each in outputs]
