"""`edge-agent wires`: which wire goes where: a table, a drawing, a sheet to fill in, lines for config.txt."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import Any

from edge_agent.verbs.arguments import Subparsers, add_verb, loaded, print_json


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "wires",
        "which wire goes where: a table, a drawing, a sheet to fill in",
        "Say which lamp, cord and sensor is which line, pin of the header and terminal of the board, and what it "
        "reads at rest. Touches no wire.",
    )
    parser.add_argument("--svg", metavar="FILE", help="draw it; - for stdout")
    parser.add_argument("--sheet", metavar="FILE", help="the commissioning sheet of this station, blank, as SVG")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object")
    form.add_argument("--markdown", action="store_true", help="the table for a document")
    form.add_argument("--boot", action="store_true", help="lines for the Pi's config.txt, each with its reason")
    form.add_argument("--circuit", metavar="NAME", help="with --svg: one of the circuits that hw/wiring explains")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print or draw what was asked for."""
    from edge_agent.wiring_plan import drawing, sheet

    if arguments.circuit is not None:
        return circuit(arguments)
    config = loaded(arguments)
    files = {arguments.svg: drawing.drawn, arguments.sheet: sheet.drawn}
    wanted = [(name, drawn(config)) for name, drawn in files.items() if name is not None]
    if wanted:
        return max(written(name, text) for name, text in wanted)
    return told(arguments, config)


def told(arguments: argparse.Namespace, config: Any) -> int:
    """The wires as text, in the form asked for."""
    from edge_agent.wiring_plan import boot, table

    wires = config.wires()
    if arguments.json:
        print_json(
            {"station": config.station.name, "board": config.station.board, "wires": [of(each) for each in wires]}
        )
    elif arguments.boot:
        sys.stdout.write(boot.fragment(config))
    elif arguments.markdown:
        sys.stdout.write(table.as_markdown(wires))
    else:
        sys.stdout.write(table.as_text(wires))
    return os.EX_OK


def of(each: Any) -> dict[str, Any]:
    """One wire as JSON: where it is in words a program need not put together."""
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(each)
    told["wire"] |= {"gpio": each.wire.gpio, "header_pin": each.wire.header_pin}
    return told | {"idle": each.idle}


def circuit(arguments: argparse.Namespace) -> int:
    """One of the documents' circuits."""
    from edge_agent.config.complaint import meant
    from edge_agent.wiring_plan.circuits import CIRCUITS, drawn

    if arguments.circuit not in CIRCUITS:
        sys.stderr.write(
            f"--circuit: no circuit is called {arguments.circuit!r}; {meant(arguments.circuit, CIRCUITS)}\n"
        )
        return 2
    return written(arguments.svg or "-", drawn(arguments.circuit))


def written(name: str, text: str) -> int:
    """Write a drawing; says where it is."""
    if name == "-":
        sys.stdout.write(text)
        return os.EX_OK
    try:
        Path(name).write_text(text, encoding="utf-8")
    except OSError as error:
        sys.stderr.write(f"{name} cannot be written: {(error.strerror or str(error)).lower()}; name another place\n")
        return os.EX_NOPERM if isinstance(error, PermissionError) else 1
    sys.stdout.write(f"{name} is drawn; a browser shows and prints it\n")
    return os.EX_OK
