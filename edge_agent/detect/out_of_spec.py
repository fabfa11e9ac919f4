"""A reading outside its specification."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from edge_agent.arrays import np
from edge_agent.detect import rule, sample
from edge_agent.detect.block import Block, Readings
from edge_agent.detect.rule import ABNORMAL, NORMAL, UNKNOWN, Finding, Verdict
from edge_agent.observations import Judged, Reading, Seen
from edge_agent.standard import Workplace

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Settings(rule.Settings, tag="out_of_spec", frozen=True, kw_only=True):
    """The limits are the characteristic's own; a limit value itself is still good."""


class OutOfSpec(rule.Detector[Settings]):
    """Value < lower or > upper, or the device itself said not good; latched until someone restores.

    Immediate: onset is the reading. No statistical false alarms; the gauge's own error is not taken off. UNKNOWN
    where the reading is no number.

    >>> from edge_agent.observations import Source
    >>> from edge_agent.standard import Characteristic, Standard
    >>> bore = Characteristic(name="bore_mm", lower=24.98, upper=25.02)
    >>> workplace = Workplace(standard=Standard(standard_cycle_s=50.0), characteristics=(bore,))
    >>> detector = OutOfSpec(Settings(), workplace, "bore_mm")
    >>> detector.step(Reading(at_ns=0, sensor="gauge", characteristic="bore_mm", value=25.031), 0).text
    'bore_mm 25.031 is above the upper limit 25.02.'
    """

    SETTINGS = Settings
    JUDGES = "characteristic"
    FAMILY = "abnormality"
    BY_SPECIFICATION = True
    EACH_BY_ITSELF = True
    CLEARS = "on_restore"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        characteristic = workplace.characteristic(of)
        self.characteristic = characteristic
        self.lower, self.upper = characteristic.lower, characteristic.upper

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Judge one reading."""
        if isinstance(seen, Reading) and seen.characteristic == self.of:
            return self._judge(seen)
        if isinstance(seen, Judged) and seen.characteristic == self.of:
            verdict = NORMAL if seen.good else ABNORMAL
            return self._finding(verdict, seen.at_ns, self._device_text(seen.good), None, None)
        return None

    def _judge(self, reading: Reading) -> Finding:
        value = reading.value
        if not math.isfinite(value):
            return self._finding(UNKNOWN, reading.at_ns, f"{self.of} was read as {value:g}, no number.", None, None)
        if self.upper is not None and value > self.upper:
            text = f"{self.of} {value:g} is above the upper limit {self.upper:g}."
            return self._finding(ABNORMAL, reading.at_ns, text, value, self.upper)
        if self.lower is not None and value < self.lower:
            text = f"{self.of} {value:g} is below the lower limit {self.lower:g}."
            return self._finding(ABNORMAL, reading.at_ns, text, value, self.lower)
        if reading.good is False:
            return self._finding(ABNORMAL, reading.at_ns, self._device_text(good=False), value, None)
        return self._finding(NORMAL, reading.at_ns, f"{self.of} {value:g} is inside its limits.", value, None)

    def _device_text(self, good: bool) -> str:
        return f"The device judged {self.of} {'good' if good else 'not good'}."

    def _finding(self, verdict: Verdict, at_ns: int, text: str, value: float | None, limit: float | None) -> Finding:
        return Finding(
            verdict=verdict,
            at_ns=at_ns,
            onset_ns=at_ns if verdict is ABNORMAL else None,
            text=text,
            value=value,
            limit=limit,
            unit=sample.unit_of(self.of),
            limit_from="specification" if value is not None else "device",
        )

    def _unready(self, block: Block) -> int:
        return 0 if isinstance(block, Readings) and block.characteristic == self.of else len(block)

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Readings):
            return super()._judge_all(block)
        good = sample.are_good(block.values, self.characteristic)
        known = np.isfinite(block.values)
        return np.where(known, np.where(good, NORMAL, ABNORMAL), UNKNOWN).astype(np.int8)
