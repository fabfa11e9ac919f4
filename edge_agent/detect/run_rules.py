"""Patterns that chance hardly makes: the rules of Western Electric and of Nelson, by name."""

from __future__ import annotations

import math
from collections import deque
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import rule, sample
from edge_agent.detect.baseline import FEWEST, MOST, SMALLEST_LOG_SPREAD, USUAL, Baseline
from edge_agent.detect.block import Block, Cycles, Readings
from edge_agent.detect.charts import run_rules
from edge_agent.detect.learning import Learning
from edge_agent.detect.rule import ABNORMAL, NORMAL, NOTHING, UNKNOWN, Finding
from edge_agent.observations import Seen
from edge_agent.standard import NS_PER_S, Workplace, to_s

if TYPE_CHECKING:
    from numpy.typing import NDArray

Name = Literal["WE1", "WE2", "WE3", "WE4", "N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"]
LENGTH = {each.name: each.among for each in run_rules.TABLE} | {"N3": 6, "N4": 14}  # of trends: values, not steps
FARTHEST = 1e9  # sigma: no rule tells beyond 3 sigma from beyond a billion


class Settings(rule.Settings, tag="run_rules", frozen=True, kw_only=True):
    """Lights nothing unless asked to: together even the default rules call falsely several times a shift."""

    rules: Annotated[
        tuple[Name, ...], msgspec.Meta(description="WE1 to WE4, N1 to N8; only N1 and N2 are quiet enough to light")
    ] = ("N1", "N2", "N3", "N5")
    baseline: Annotated[int, msgspec.Meta(ge=FEWEST, le=MOST, description="values learned before it judges")] = USUAL
    mode: Annotated[
        Literal["light", "observe"], msgspec.Meta(description="observe: judges, records, lights nothing")
    ] = "observe"

    def __post_init__(self) -> None:
        super().__post_init__()
        run_rules.RunRules(self.rules)  # raises ValueError, with the names there are


class RunRules(Learning[Settings]):
    """Run rules on (log cycle - m) / s of a sensor, or (reading - m) / s of a characteristic, by a frozen baseline.

    Values between false signals, normal values and known m and s: N1 370, N2 511, N3 421.6, N5 510.7 by themselves
    (exact), N1, N2 and N3 together 146, all eight of Nelson's 73.6, Western Electric's four 91.75 (Champ and
    Woodall 1987; the others by Markov chain or simulation). At a takt of a minute that is one to six a shift: for
    the log. After a shift of one sigma the eight signal within 9.6 values on average, N1 alone within 44. A baseline
    of 100 values makes these vary. Where neighbours are correlated, what the value before explains is taken away
    first. Onset is the first value of the run that signalled; cleared by the first value no rule signals at.

    UNKNOWN where all values of the baseline were the same: there is no spread to measure by.

    >>> from edge_agent.observations import Reading
    >>> from edge_agent.standard import Characteristic, Standard
    >>> force = Characteristic(name="force_N")
    >>> workplace = Workplace(standard=Standard(standard_cycle_s=50.0), characteristics=(force,))
    >>> detector = RunRules(Settings(baseline=20), workplace, "force_N")
    >>> for number, value in enumerate([7.0, 9.0, 8.0, 8.0] * 5 + [30.0]):
    ...     finding = detector.step(Reading(number, "gauge", "force_N", value), number)
    >>> finding.text
    'force_N: 1 value beyond 3 sigma (N1).'
    """

    SETTINGS = Settings
    JUDGES = "series"
    FAMILY = "abnormality"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.on_cycles = of in workplace.cycle_sources()
        of_cycles = ("cycles", SMALLEST_LOG_SPREAD)
        self.baseline = Baseline(settings.baseline, *(of_cycles if self.on_cycles else ("readings", 0.0)))
        self.chart = run_rules.RunRules(settings.rules)
        self.restart(0)

    def measure(self) -> None:
        """Begin anew by the baseline as it is now."""
        self.restart(0)

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Runs begin anew; the baseline stays."""
        self.chart.reset()
        self.before: float | None = None
        self.stamps_ns: deque[int] = deque(maxlen=run_rules.HISTORY + 1)
        self.onset_ns: int | None = None

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Take one cycle or reading."""
        value = self._measured(seen)
        if seen is None or value is None:
            return None
        fit = self.baseline.fit
        if self.baseline.wanted or fit is None:
            self.baseline.learn(value)
            return None
        if fit.spread == 0.0:
            text = f"{self.of} was the same in all of its {self.baseline.provenance}: no pattern can be told."
            return Finding(verdict=UNKNOWN, at_ns=seen.at_ns, text=text)
        z = min(FARTHEST, max(-FARTHEST, (value - fit.centre) / fit.spread))
        word = self.chart.step(unexplained(z, self.before, fit.correlation))
        self.before = z
        self.stamps_ns.append(seen.at_ns)
        self._note(word)
        return self._finding(seen.at_ns, word, z)

    def _measured(self, seen: Seen | None) -> float | None:
        if not self.on_cycles:
            return sample.value(seen, self.of)
        length_ns = sample.duration_ns(seen, self.of)
        return None if length_ns is None else math.log(to_s(length_ns))

    def _note(self, word: int) -> None:
        """Keep where the present run of signals began."""
        if not word:
            self.onset_ns = None
        elif self.onset_ns is None:
            longest = max(LENGTH[name] for bit, name in enumerate(self.chart.RULES) if word >> bit & 1)
            self.onset_ns = self.stamps_ns[-min(longest, len(self.stamps_ns))]

    def _finding(self, at_ns: int, word: int, z: float) -> Finding:
        return Finding(
            verdict=ABNORMAL if word else NORMAL,
            at_ns=at_ns,
            onset_ns=None if self.onset_ns is None else min(self.onset_ns, at_ns),
            text=f"{self.of}: {self._words(word) if word else 'no pattern'}.",
            value=z,
            limit=None,
            unit="sigma",
            limit_from=self.baseline.provenance,
        )

    def _words(self, word: int) -> str:
        names = [name for bit, name in enumerate(self.chart.RULES) if word >> bit & 1]
        return "; ".join(f"{run_rules.BY_NAME[name].words} ({name})" for name in names)

    def _unready(self, block: Block) -> int:
        if not isinstance(block, Cycles if self.on_cycles else Readings):
            return len(block)
        if self.of != (block.sensor if isinstance(block, Cycles) else block.characteristic):
            return len(block)
        return self.baseline.wanted

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        judged, values, at_ns = columns(block)
        said = np.full(len(block), NOTHING, dtype=np.int8)
        fit = self.baseline.fit
        if fit is None or not len(values):
            return said
        if fit.spread == 0.0:
            said[judged] = UNKNOWN
            return said
        with np.errstate(over="ignore"):  # infinitely many sigma are drawn in like any other
            z = np.clip((values - fit.centre) / fit.spread, -FARTHEST, FARTHEST)
        words = self._scanned(z, fit.correlation)
        said[judged] = np.where(words != 0, ABNORMAL, NORMAL)
        self._carry_on(words, at_ns)
        return said

    def _scanned(self, z: NDArray[np.float64], correlation: float) -> NDArray[np.uint16]:
        first = unexplained(float(z[0]), self.before, correlation)
        own = math.sqrt(1.0 - correlation * correlation)
        rest = (z[1:] - correlation * z[:-1]) / own if correlation else z[1:]
        self.before = float(z[-1])
        return self.chart.scan(np.concatenate(([first], rest)))

    def _carry_on(self, words: NDArray[np.uint16], at_ns: NDArray[np.int64]) -> None:
        """Know of the newest stamps and of a run of signals what `step` would know."""
        quiet = np.flatnonzero(words == 0)
        began = int(quiet[-1]) + 1 if len(quiet) else 0  # where the signals that reach to the end begin
        if began:
            self.onset_ns = None
        begun_by = min(began + 1, len(words))
        self.stamps_ns.extend(at_ns[:begun_by][-run_rules.HISTORY - 1 :].tolist())
        self._note(int(words[begun_by - 1]) if began < len(words) else 0)
        self.stamps_ns.extend(at_ns[begun_by:][-run_rules.HISTORY - 1 :].tolist())


def columns(block: Block) -> tuple[NDArray[np.bool_], NDArray[np.float64], NDArray[np.int64]]:
    """Which samples of a block can be judged, and their values (logarithms of cycles in s) and stamps (ns)."""
    if isinstance(block, Readings):
        judged = sample.usable(block.values)
        return judged, block.values[judged], block.at_ns[judged]
    judged = block.known
    # math.log, not numpy's, whose last digit differs between machines: both faces must agree in every digit
    logarithms = [math.log(length_s) for length_s in (block.durations_ns[judged] / NS_PER_S).tolist()]
    return judged, np.array(logarithms, dtype=np.float64), block.ended_ns[judged]


def unexplained(z: float, before: float | None, correlation: float) -> float:
    """What the value before does not explain of `z`, in sigma of its own; all of it where there is none before."""
    if before is None or not correlation:
        return z
    return (z - correlation * before) / math.sqrt(1.0 - correlation * correlation)
