"""All detectors there are, which of them are always on, and how one is made from its settings."""

from __future__ import annotations

from typing import Any

from edge_agent.detect.behind_takt import BehindTakt
from edge_agent.detect.chatter import Chatter
from edge_agent.detect.consecutive_defects import ConsecutiveDefects
from edge_agent.detect.cycle_overrun import CycleOverrun
from edge_agent.detect.defect_rate import DefectRate
from edge_agent.detect.implausible import Implausible
from edge_agent.detect.micro_stop import MicroStop
from edge_agent.detect.no_cycle import NoCycle
from edge_agent.detect.out_of_spec import OutOfSpec
from edge_agent.detect.reading_drift import ReadingDrift
from edge_agent.detect.repeat import Repeat
from edge_agent.detect.rule import Detector, Settings
from edge_agent.detect.run_rules import RunRules
from edge_agent.detect.short_cycle import ShortCycle
from edge_agent.detect.silent import Silent
from edge_agent.detect.slow_drift import SlowDrift
from edge_agent.detect.stuck import Stuck
from edge_agent.standard import Workplace

DETECTORS: tuple[type[Detector[Any]], ...] = (
    CycleOverrun,
    NoCycle,
    MicroStop,
    ShortCycle,
    BehindTakt,
    SlowDrift,
    RunRules,
    OutOfSpec,
    ConsecutiveDefects,
    DefectRate,
    ReadingDrift,
    Silent,
    Stuck,
    Chatter,
    Implausible,
    Repeat,
)
ALWAYS_ON: tuple[type[Detector[Any]], ...] = (Silent, Chatter, Implausible)
"""Detectors of sensors that watch each of their subjects although no table asks for them, with default settings."""

BY_SETTINGS: dict[type[Settings], type[Detector[Any]]] = {detector.SETTINGS: detector for detector in DETECTORS}


def build(settings: Settings, workplace: Workplace, of: str) -> Detector[Any]:
    """The detector that belongs to `settings`, judging `of`."""
    return BY_SETTINGS[type(settings)](settings, workplace, of)
