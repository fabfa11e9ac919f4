"""Several bad parts in a row: a cause that stays, not chance."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Annotated

import msgspec

from edge_agent.arrays import np
from edge_agent.detect import rule, sample
from edge_agent.detect.block import Block, Readings
from edge_agent.detect.counted import Counted
from edge_agent.detect.rule import ABNORMAL, NORMAL, Finding
from edge_agent.observations import Seen
from edge_agent.standard import Workplace

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Settings(rule.Settings, tag="consecutive_defects", frozen=True, kw_only=True):
    """`many` bad parts in a row, by specification or by the device; 2 where safety depends on the part."""

    many: Annotated[int, msgspec.Meta(ge=2, le=1000, description="bad parts in a row")] = 3


class ConsecutiveDefects(rule.Detector[Settings]):
    """`many` parts in a row outside specification, or judged not good by the device. Latched.

    Parts between false calls at a defect rate of 1 %: 1.01 million at 3, 10,100 at 2; at 5 %: 8,420 and 420. The delay
    is `many` parts where all are bad, 1,110 parts at a rate of 10 %: for rates, `defect_rate` is quicker (exact,
    (1 - p^k) / (p^k (1 - p)) at rate p). Onset is the first bad part of the run.

    >>> from edge_agent.observations import Judged
    >>> from edge_agent.standard import Characteristic, Standard
    >>> leak = Characteristic(name="leak")
    >>> workplace = Workplace(standard=Standard(standard_cycle_s=50.0), characteristics=(leak,))
    >>> detector = ConsecutiveDefects(Settings(), workplace, "leak")
    >>> [detector.step(Judged(at_ns, "tester", "leak", good=False), at_ns).text for at_ns in range(3)][-1]
    '3 in a row with bad leak.'
    """

    SETTINGS = Settings
    JUDGES = "characteristic"
    FAMILY = "abnormality"
    BY_SPECIFICATION = True
    CLEARS = "on_restore"

    def __init__(self, settings: Settings, workplace: Workplace, of: str) -> None:
        super().__init__(settings, workplace, of)
        self.characteristic = workplace.characteristic(of)
        self.restart(0)

    def restart(self, now_ns: int) -> None:  # noqa: ARG002 - part of the contract
        """Count anew."""
        self.run = 0
        self.first_ns: int | None = None

    def so_far(self, now_ns: int) -> Iterator[Counted]:  # noqa: ARG002 - part of the contract
        """The first of those in a row, and how many they are."""
        if self.run and self.first_ns is not None:
            yield Counted(detector=self.name, at_ns=(self.first_ns,), numbers=(self.run,))

    def count_on(self, counted: Iterable[Counted]) -> None:
        """Go on with the row: parts made meanwhile were not seen."""
        for each in counted:
            match each.at_ns, each.numbers:
                case (first_ns,), (run,):
                    self.first_ns, self.run = first_ns, run

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:  # noqa: ARG002 - no timers here
        """Take one judged part."""
        good = sample.is_good(seen, self.characteristic)
        if seen is None or good is None:
            return None
        if good:
            self.restart(seen.at_ns)
        else:
            self.run += 1
            self.first_ns = seen.at_ns if self.first_ns is None else self.first_ns
        many = self.run >= self.settings.many
        return Finding(
            verdict=ABNORMAL if many else NORMAL,
            at_ns=seen.at_ns,
            onset_ns=self.first_ns if many else None,
            text=f"The last part's {self.of} is good." if good else f"{self.run} in a row with bad {self.of}.",
            value=float(self.run),
            limit=float(self.settings.many),
            unit="parts",
        )

    def _unready(self, block: Block) -> int:
        fits = isinstance(block, Readings) and block.characteristic == self.of and bool(np.isfinite(block.values).all())
        return 0 if fits else len(block)

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        if not isinstance(block, Readings):
            return super()._judge_all(block)
        good = sample.are_good(block.values, self.characteristic)
        places = np.arange(len(block))
        last_good = np.maximum.accumulate(np.where(good, places, -1))
        runs = places - last_good + np.where(last_good < 0, self.run, 0)
        first = int(last_good[-1]) + 1  # of the run that reaches to the end
        if first or self.first_ns is None:
            self.first_ns = int(block.at_ns[first]) if first < len(block) else None
        self.run = int(runs[-1])
        return np.where(runs >= self.settings.many, ABNORMAL, NORMAL).astype(np.int8)
