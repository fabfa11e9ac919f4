"""What should be, held against what is: one file per detector, a table of them, a face for data without a station.

`judge` and `Trial` feed arrays or a stream to detectors; the station builds its own from the table with `build`.
"""

from edge_agent.detect.baseline import Baseline, Fit, Learned
from edge_agent.detect.block import Block, Cycles, Readings
from edge_agent.detect.rule import Detector, Finding, Settings, Verdict
from edge_agent.detect.table import ALWAYS_ON, BY_SETTINGS, DETECTORS, build
from edge_agent.detect.trial import Found, Trial, judge

__all__ = [
    "ALWAYS_ON", "BY_SETTINGS", "DETECTORS", "Baseline", "Block", "Cycles", "Detector", "Finding", "Fit", "Found",
    "Learned", "Readings", "Settings", "Trial", "Verdict", "build", "judge",
]  # fmt: skip
