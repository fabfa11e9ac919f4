"""What should be, held against what is: one file per detector, and this table, which is all the rest knows of them."""

from __future__ import annotations

from typing import Any

from edge_agent.detect.behind_takt import BehindTakt
from edge_agent.detect.cycle_overrun import CycleOverrun
from edge_agent.detect.no_cycle import NoCycle
from edge_agent.detect.out_of_spec import OutOfSpec
from edge_agent.detect.rule import Detector, Settings
from edge_agent.detect.silent import Silent
from edge_agent.detect.slow_drift import SlowDrift
from edge_agent.standard import Workplace

DETECTORS: tuple[type[Detector[Any]], ...] = (
    CycleOverrun,
    NoCycle,
    BehindTakt,
    OutOfSpec,
    SlowDrift,
    Silent,
)
BY_SETTINGS: dict[type[Settings], type[Detector[Any]]] = {detector.SETTINGS: detector for detector in DETECTORS}


def build(settings: Settings, workplace: Workplace, of: str) -> Detector[Any]:
    """The detector that belongs to `settings`, judging `of`."""
    return BY_SETTINGS[type(settings)](settings, workplace, of)
