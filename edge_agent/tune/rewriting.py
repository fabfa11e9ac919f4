"""The proposals written into a copy of a station's file, with its comments, and checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from edge_agent.config import ConfigError, check
from edge_agent.config.rewriting import Changed, refuse
from edge_agent.config.rewriting import rewritten as changed
from edge_agent.tune.records import Advice


def write(path: Path, advice: Iterable[Advice], target: Path, *, force: bool) -> None:
    """Write the file at `path` with every proposal into `target`, checked as `edge-agent check` does.

    Raises:
        ConfigError: `target` is there and may not be replaced, or the result cannot be used.
    """
    if target.exists() and not force:
        refuse(target, 0, "is there already; give --force to replace it, or move it away")
    text = rewritten(path, advice)
    try:
        target.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        refuse(target, 0, f"cannot be written: {(error.strerror or str(error)).lower()}")
    config, complaints = check(target)
    if config is None:
        raise ConfigError(complaints)


def rewritten(path: Path, advice: Iterable[Advice]) -> str:
    """The text of the file with every proposal taken.

    Raises:
        ConfigError: a table is not written as `[[detect]]` with a key a line.
    """
    return changed(
        path, (Changed(("detect", each.index), key, value) for each in advice for key, value in each.changed.items())
    )
