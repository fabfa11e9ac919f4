"""Everything under hw/ that is made from the code; `python -m tests.hw` writes it."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

from edge_agent import boards, config
from edge_agent.wiring_plan import boot, circuits, drawing, sheet

HW = Path(__file__).parents[2] / "hw"


def station(name: str) -> config.Config:
    """The example station on that board."""
    return config.load(HW / "stations" / f"{name}.toml")


def made() -> dict[Path, Callable[[], str]]:
    """Each file and what gives its text."""
    files: dict[Path, Callable[[], str]] = {}
    for name in boards.names():
        folder = HW / "stations"
        files[folder / f"{name}.svg"] = lambda name=name: drawing.drawn(station(name))
        files[folder / f"{name}.config.txt"] = lambda name=name: boot.fragment(station(name))
    files[HW / "stations" / "uln2803.sheet.svg"] = lambda: sheet.drawn(station("uln2803"))
    return files | {HW / "wiring" / f"{name}.svg": partial(circuits.drawn, name) for name in circuits.CIRCUITS}
