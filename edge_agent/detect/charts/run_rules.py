"""Western Electric rules 1-4 and Nelson rules 1-8 on standardised values, from one table and one zone code."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, NamedTuple

from edge_agent.arrays import np
from edge_agent.detect.charts import zones
from edge_agent.detect.charts.chart import LARGEST, LOWEST, checked, refuse

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from edge_agent.arrays import Codes, Floats, Words

HISTORY = 14  # values before the newest: the longest rule, N7, looks at fifteen
BLOCK = 32_768  # values coded at one time: their codes and sums stay within a core's second-level cache
MOST_CHANNELS = 100_000  # the codes of the history alone are then 2.8 MB


class Rule(NamedTuple):
    """`least` of the newest `among` values lie in one zone of `zones`, the newest itself one of them.

    `words` says it to people. A run that lies wholly in one zone of `unless` is excepted.
    """

    name: str
    words: str
    least: int
    among: int
    zones: int
    unless: int = 0


_SIDE = zones.ABOVE | zones.BELOW
_SIDE_1 = zones.ABOVE_1 | zones.BELOW_1
_SIDE_2 = zones.ABOVE_2 | zones.BELOW_2
_TREND = zones.RISING | zones.FALLING

TABLE: tuple[Rule, ...] = (
    Rule("WE1", "1 value beyond 3 sigma", 1, 1, zones.BEYOND_3),
    Rule("WE2", "2 of 3 values beyond 2 sigma on one side, the newest one of them", 2, 3, _SIDE_2),
    Rule("WE3", "4 of 5 values beyond 1 sigma on one side, the newest one of them", 4, 5, _SIDE_1),
    Rule("WE4", "8 values in a row on one side of the centre", 8, 8, _SIDE),
    Rule("N1", "1 value beyond 3 sigma", 1, 1, zones.BEYOND_3),
    Rule("N2", "9 values in a row on one side of the centre", 9, 9, _SIDE),
    Rule("N3", "6 values, each higher than the one before, or each lower", 5, 5, _TREND),
    Rule("N4", "14 values, up and down by turns", 12, 12, zones.ALTERNATES),
    Rule("N5", "2 of 3 values beyond 2 sigma on one side, the newest one of them", 2, 3, _SIDE_2),
    Rule("N6", "4 of 5 values beyond 1 sigma on one side, the newest one of them", 4, 5, _SIDE_1),
    Rule("N7", "15 values in a row within 1 sigma, borders included", 15, 15, zones.WITHIN_1),
    Rule("N8", "8 values in a row beyond 1 sigma, not all on one side", 8, 8, zones.BEYOND_1, _SIDE_1),
)
BY_NAME = {rule.name: rule for rule in TABLE}
ALL = tuple(BY_NAME)

# The counts `step` needs by name, so that the table stays the only place that sets them.
_WE4, _N2, _N3, _N4, _N7, _N8 = (BY_NAME[name].least for name in ("WE4", "N2", "N3", "N4", "N7", "N8"))
_OF_THREE, _OF_FIVE = BY_NAME["N5"].among, BY_NAME["N6"].among


class RunRules:
    """Run rules on standardised values (centre 0, sigma 1); each tells the completing value and every further one.

    A value on the centre line breaks a run, equal neighbours break trend and alternation, "beyond" is strict, and
    nothing is reset after a signal. "2 of 3" needs three values even where the first two would do; published run
    lengths let them do, which matters to the first values only. All this is as the R package qcc 3.0 decides.

    Mean number of values to a false signal on normal data: N1 370, N1 and N2 217, Western Electric together 91.75
    (Champ and Woodall 1987), all eight Nelson rules about 73.6 (simulated).

    >>> chart = RunRules(rules=("N1", "N2"))
    >>> [chart.step(value) for value in (0.5, -3.1, 3.0)]
    [0, 1, 0]

    Args:
        rules: names, in the order of their bits; all twelve of the table by default.
        channels: None for one series of shape (n,); a number for blocks (n, channels), which only `scan` takes.

    Raises:
        ValueError: for a rule there is not, no rule, the same one twice, or channels outside 1 to 100,000.
    """

    __slots__ = (
        "RULES", "_bits", "_channels", "_high", "_last", "_low", "_not_above", "_not_below", "_not_beyond",
        "_not_falling", "_not_rising", "_not_turned", "_not_within", "_number", "_previous",
    )  # fmt: skip

    def __init__(self, rules: Iterable[str] = ALL, channels: int | None = None) -> None:
        self.RULES = tuple(rules)
        unknown = [name for name in self.RULES if name not in BY_NAME]
        if unknown or not self.RULES or len(set(self.RULES)) < len(self.RULES):
            message = f"rules = {self.RULES}: name each wanted one once, of {', '.join(ALL)}"
            raise ValueError(message)
        if channels is not None and not 1 <= channels <= MOST_CHANNELS:
            message = f"channels = {channels}: there are 1 to {MOST_CHANNELS}, or None for a single series"
            raise ValueError(message)
        self._channels = channels
        self._bits = _Bits(*(self._chosen(*names.split("_")) for names in _Bits._fields))
        self.reset()

    def _chosen(self, *names: str) -> int:
        """The bits of those of the named rules that were chosen."""
        return sum(1 << bit for bit, name in enumerate(self.RULES) if name in names)

    def reset(self) -> None:
        """Begin anew, as if nothing had been seen."""
        nothing = math.nan if self._channels is None else np.full(self._channels, np.nan)
        self._last: deque[Any] = deque([nothing] * HISTORY, HISTORY)  # values; with channels, rows of values
        # Each is the number of the last value that broke that run: a run's length is then one subtraction.
        self._number = self._not_above = self._not_below = self._not_within = self._not_beyond = 0
        self._not_rising = self._not_falling = self._not_turned = 0
        self._previous = math.nan
        # The numbers of the last three values beyond 1 sigma and of the last one beyond 2, on each side.
        self._high = self._low = (-HISTORY, -HISTORY, -HISTORY, -HISTORY)

    def step(self, value: float) -> int:  # noqa: C901, PLR0912 - in one piece: a call costs as much as two rules
        """The flag word of this value; a single series only."""
        if not LOWEST <= value <= LARGEST or self._channels is not None:
            raise self._refusal(value)
        self._last.append(value)
        self._number = number = self._number + 1
        word = run = steps = 0
        if value > 0.0:
            self._not_below = number
            run = number - self._not_above
        elif value < 0.0:
            self._not_above = number
            run = number - self._not_below
        else:
            self._not_above = self._not_below = number
        if run >= _WE4:
            word = self._bits.WE4 | self._bits.N2 if run >= _N2 else self._bits.WE4
        if -1.0 <= value <= 1.0:
            self._not_beyond = number
            if number - self._not_within >= _N7:
                word |= self._bits.N7
        else:
            word |= self._judge_far(value, number)
        if value > self._previous:
            if self._not_falling >= number - 1:
                self._not_turned = number
            self._not_falling = number
            steps = number - self._not_rising
        elif value < self._previous:
            if self._not_rising >= number - 1:
                self._not_turned = number
            self._not_rising = number
            steps = number - self._not_falling
        else:
            self._not_rising = self._not_falling = self._not_turned = number
        self._previous = value
        if steps >= _N3:
            word |= self._bits.N3
        if number - self._not_turned >= _N4:
            word |= self._bits.N4
        return word

    def _judge_far(self, value: float, number: int) -> int:
        """The bits of the rules that look beyond 1 sigma."""
        bits, size, word = self._bits, abs(value), 0
        self._not_within = number
        same, other = (self._high, self._low) if value > 0.0 else (self._low, self._high)
        third, second, first, beyond_2 = same
        if number - third < _OF_FIVE <= number:
            word = bits.WE3_N6
        if size > zones.LIMIT_2:
            if number - beyond_2 < _OF_THREE <= number:
                word |= bits.WE2_N5
            beyond_2 = number
            if size > zones.LIMIT_3:
                word |= bits.WE1_N1
        if number - self._not_beyond >= _N8 and number - other[2] < _N8:
            word |= bits.N8
        same = (second, first, number, beyond_2)
        if value > 0.0:
            self._high = same
        else:
            self._low = same
        return word

    def _refusal(self, value: float) -> ValueError:
        if self._channels is None:
            return refuse(value)
        return ValueError(f"step takes one value of one series; {self._channels} channels go by the row to scan")

    def scan(self, values: ArrayLike) -> Words:
        """The flag words of a block, of the same shape as it: (n,), or (n, channels), oldest first."""
        block = checked(values, self._channels)
        rows = block.reshape(-1, self._channels or 1)
        words: Words = np.empty(rows.shape, dtype=np.uint16)
        before: Floats = np.array(self._last).reshape(HISTORY, -1)
        nothing = np.full_like(before[0], np.nan)
        memory = zones.read(before, nothing, np.zeros(nothing.shape, dtype=np.uint16))
        at_once = max(1, BLOCK // rows.shape[1])
        for start in range(0, len(rows), at_once):
            part = rows[start : start + at_once]
            codes = zones.read(part, rows[start - 1] if start else before[-1], memory[-1])
            memory = np.concatenate((memory, codes))
            words[start : start + at_once] = self._words(memory)
            memory = memory[-HISTORY:]
        self._take(block[-HISTORY:])
        return words.reshape(block.shape)

    def _words(self, codes: Codes) -> Words:
        """The words of all but the first `HISTORY` rows of codes."""
        runs = _Runs(codes)
        words: Words = np.zeros((len(codes) - HISTORY, codes.shape[1]), dtype=np.uint16)
        for bit, name in enumerate(self.RULES):
            rule = BY_NAME[name]
            hits = runs.of(rule) & np.uint16(rule.zones | rule.unless)
            signals = hits == rule.zones if rule.unless else hits != 0
            words |= np.multiply(signals, np.uint16(1 << bit), dtype=np.uint16)
        return words

    def _take(self, newest: Floats) -> None:
        """Stand where `step` would stand after these last values of a block."""
        if self._channels is not None:
            self._last.extend(newest.copy())
            return
        known = [value for value in (*self._last, *newest.tolist()) if not math.isnan(value)][-HISTORY:]
        self.reset()
        for value in known:
            self.step(value)


class _Bits(NamedTuple):
    """The flag bits of the chosen rules that go together; 0 where none of them was chosen."""

    WE1_N1: int
    WE2_N5: int
    WE3_N6: int
    WE4: int
    N2: int
    N3: int
    N4: int
    N7: int
    N8: int


class _Runs:
    """What the newest rows of codes share with the rows before them.

    A run of 2, 4 or 8 is the run of half that length, AND itself shifted; any other length is two such runs that
    overlap. Bits of all zones and both sides go through the same few operations.
    """

    def __init__(self, codes: Codes) -> None:
        self._doubled = {1: codes}
        self._newest = len(codes) - HISTORY

    def of(self, rule: Rule) -> Codes:
        """The zones in which the rule's least number is reached, for each of the newest rows."""
        if rule.least == rule.among:
            half: int = 1 << (rule.least.bit_length() - 1)
            return self._ending(half) & self._ending(half, rule.least - half)
        hits = self._ending(1) & self._all_but_one(rule.among - 1)
        begun = self._ending(1, rule.among - 1) != 0  # a row before the first has no bit at all
        hits *= begun
        return hits

    def _runs(self, length: int) -> Codes:
        """Runs of a power of two."""
        if length not in self._doubled:
            half = length // 2
            shorter = self._runs(half)
            self._doubled[length] = shorter[half:] & shorter[:-half]
        return self._doubled[length]

    def _ending(self, length: int, back: int = 0) -> Codes:
        """Runs of a power of two that end `back` rows before each of the newest rows."""
        runs = self._runs(length)
        end = len(runs) - back
        return runs[end - self._newest : end]

    def _all_but_one(self, among: int) -> Codes:
        """The zones shared by all but at most one of the `among` rows before each of the newest rows."""
        none_missed = self._ending(1, 1)
        one_missed = np.full_like(none_missed, -1 & 0xFFFF)
        for back in range(2, among + 1):
            row = self._ending(1, back)
            one_missed = (one_missed & row) | none_missed
            none_missed = none_missed & row
        return one_missed
