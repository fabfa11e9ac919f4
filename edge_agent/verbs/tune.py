"""`edge-agent tune`: limits from a recording and a wanted rate of false calls."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from edge_agent import rerun
from edge_agent.progress import Progress
from edge_agent.verbs.arguments import Subparsers, add_config_option, add_verb, loaded, print_json

if TYPE_CHECKING:
    from edge_agent.config import Config
    from edge_agent.tune import Tuning

TABLE = ".csv"  # anything else is a journal or JSON lines, told apart by its first bytes


def add(subparsers: Subparsers) -> None:
    """Describe the verb."""
    parser = add_verb(
        subparsers,
        "tune",
        "choose limits from a recording",
        "Say for each detector of a configuration which limit gives the wanted rate of false calls on a recording, "
        "how soon a shift would be seen, and what the recording would have raised. Take a recording of days on "
        "which all was well: a limit follows what it is shown.",
        config=False,
    )
    parser.add_argument(
        "recording",
        metavar="RECORDING",
        type=Path,
        help="a journal (.db), a file of JSON lines, or a table (.csv): one column cycle_s, or at and a characteristic",
    )
    add_config_option(parser)
    parser.add_argument(
        "--false-calls", metavar="RATE", default="1 in 20 shifts", help="of each detector; default: '%(default)s'"
    )
    parser.add_argument(
        "--shift-cycles", metavar="N", type=_count, help="cycles of a shift; default: by [[shift]], else 480"
    )
    parser.add_argument("--json", action="store_true", help="one JSON object, with every figure")
    parser.add_argument("--plot", metavar="FILE.svg", type=Path, help="draw the run chart with the proposed settings")
    parser.add_argument("--write", action="store_true", help="write the settings into NAME.tuned.toml beside the file")
    parser.add_argument("--force", action="store_true", help="let --write replace what is there")
    parser.set_defaults(run=run, usage_error=parser.error)


def _count(text: str) -> float:
    """A number of cycles."""
    number = float(text)
    if not 1 <= number <= 1_000_000:  # noqa: PLR2004 - a cycle of 30 ms; faster is no station
        message = f"{text} is no number of cycles from 1 to 1,000,000"
        raise argparse.ArgumentTypeError(message)
    return number


def run(arguments: argparse.Namespace) -> int:
    """Print the advice; write and draw where asked."""
    from edge_agent import tune
    from edge_agent.tune import telling

    config = loaded(arguments)
    try:
        aim = tune.wanted(arguments.false_calls, config, arguments.shift_cycles)
    except ValueError as error:
        arguments.usage_error(str(error))
    tuning, history = tune.tune(config, arguments.recording, lambda: seen(config, arguments.recording), aim)
    if arguments.json:
        print_json(tuning)
    else:
        sys.stdout.writelines(f"{line}\n" for line in telling.told(tuning))
    if arguments.write:
        target = written(config, tuning, force=arguments.force)
        sys.stderr.write(f"written: {target}\n")
    if arguments.plot is not None:
        from edge_agent.tune import charting

        other = tune.tuned(config, tuning.advice)
        said = rerun.events(other, seen(config, arguments.recording), arguments.recording)
        charting.draw(other, history, said, arguments.plot, arguments.recording)
    return 0


def written(config: Config, tuning: Tuning, *, force: bool) -> Path:
    """Write the settings into a copy of the configuration, beside it; returns where."""
    from edge_agent.tune import rewriting

    target = config.path.with_name(f"{config.path.stem}.tuned.toml")
    rewriting.write(config.path, tuning.advice, target, force=force)
    return target


def seen(config: Config, path: Path) -> Iterable[rerun.Step]:
    """The steps of the recording, with a bar where somebody looks."""
    if path.suffix.lower() == TABLE:
        from edge_agent.tune import table

        return table.steps(path, config.workplace())
    progress = Progress("reading")
    if progress.shown:
        progress.total = rerun.count(path)
    return progress.over(rerun.steps(path))
