"""What a detector is: typed settings, a step per observation, a deadline, a finding.

A detector compares what is with what should be and answers with a finding: a verdict, what was measured,
the limit and where it came from, when the standard was first violated, and a sentence for the person at the
lamp. It gives no answer (None) where it has nothing new to say. It is told the time and does no I/O.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, ClassVar, Generic, Literal, NamedTuple, TypeVar

import msgspec

from edge_agent.arrays import np
from edge_agent.detect.typed import settle
from edge_agent.kind import kind_of
from edge_agent.observations import Raised
from edge_agent.standard import Span

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_agent.detect.baseline import Learned
    from edge_agent.detect.block import Block
    from edge_agent.detect.counted import Counted
    from edge_agent.events import Family
    from edge_agent.observations import Seen
    from edge_agent.standard import Workplace


class Verdict(IntEnum):
    """Ordered so that `max` is the policy: one gap outweighs not knowing, and not knowing outweighs normal."""

    NORMAL = 0
    UNKNOWN = 1
    ABNORMAL = 2


# For all that runs once a sample: Python 3.11 looks a member up in its class by a function written in Python, which
# was measured to take 50 times as long as a name of the module, and nearly as long as to make a finding.
NORMAL, UNKNOWN, ABNORMAL = Verdict
NOTHING = -1
"""In place of a verdict: it said nothing."""
EVERY_CALL = "every"
"""What a detector of calls judges where `of` is left out: each kind of call, apart from the others."""


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One detector's answer.

    Args:
        at_ns: when the answer became true.
        onset_ns: when the standard was first violated; None where nothing is.
        value, limit: measured and limit, in `unit`; None where there is no number.
        limit_from: where the limit came from: a setting, the specification, a baseline of n cycles.
        text: one sentence for the person at the lamp.
    """

    verdict: Verdict
    at_ns: int
    text: str
    onset_ns: int | None = None
    value: float | None = None
    limit: float | None = None
    unit: str = "s"
    limit_from: str = "setting"

    def moved(self, by_ns: int) -> Finding:
        """The same `by_ns` later: on another boot's clock, or after time that does not count."""
        onset_ns = None if self.onset_ns is None else self.onset_ns + by_ns
        return msgspec.structs.replace(self, at_ns=self.at_ns + by_ns, onset_ns=onset_ns)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Settings every detector has.

    Args:
        of: the sensor or the characteristic it judges; left out where the station has only one.
        mode: `light` lights the lamp; `observe` judges and records and lights nothing.
        on_delay, off_delay: how long a gap must stand before it counts, and be gone before it is over.
        deadband: how far back inside its limit the value must be before the gap is over, in the value's unit.
    """

    of: Annotated[
        str | None, msgspec.Meta(description="sensor or characteristic judged; left out where there is one")
    ] = None
    mode: Annotated[
        Literal["light", "observe"], msgspec.Meta(description="observe: judges, records, lights nothing")
    ] = "light"
    on_delay: Annotated[Span | None, msgspec.Meta(description="a gap is called once it has stood so long")] = None
    off_delay: Annotated[Span | None, msgspec.Meta(description="a call ends once the gap has been gone so long")] = None
    deadband: Annotated[
        Annotated[float, msgspec.Meta(gt=0)] | None,
        msgspec.Meta(description="a call ends once the value is so far back inside its limit; in the value's unit"),
    ] = None

    def __post_init__(self) -> None:
        """Keep every setting to its type and range, also where no configuration file has been read.

        Raises:
            ValueError: with the name of the setting and what it may be.
        """
        settle(self)


class Rest(NamedTuple):
    """Planned time that is over: how long it was, and how many cycles the detector's sensor saw in it."""

    lasted_ns: int
    cycles: int


S = TypeVar("S", bound=Settings)


class Detector(Generic[S]):
    """The contract; a detector's file holds its settings and a class of this shape, and the table names it.

    `JUDGES` says what `of` names: a sensor that sees cycles, a characteristic, either of these (`series`), any
    sensor, or a kind of call. `FAULT` marks a detector of the *sensor*: it answers UNKNOWN or NORMAL, never
    ABNORMAL, and what relies on that sensor is unknown with it. `CLEARS` says how a call it raised ends,
    `PROBLEM_TYPE` whether it is a single gap (1) or one that keeps coming back (2). `DEADBAND_IN` is the unit of a
    value that every answer holds against one upper limit; without one there can be no deadband. `EACH_BY_ITSELF`: what
    it says of an observation hangs on nothing before it, so that the last one can be judged by another standard too.
    `BY_SPECIFICATION`: it finds what is beyond a limit of the characteristic, or bad by the device's own word; without
    either it could find nothing.
    """

    SETTINGS: ClassVar[type[Settings]]
    JUDGES: ClassVar[Literal["cycle", "characteristic", "series", "sensor", "call"]]
    FAMILY: ClassVar[Family]
    CLEARS: ClassVar[Literal["by_itself", "on_restore"]] = "by_itself"
    FAULT: ClassVar[bool] = False
    PROBLEM_TYPE: ClassVar[Literal[1, 2]] = 1
    DEADBAND_IN: ClassVar[str] = ""
    EACH_BY_ITSELF: ClassVar[bool] = False
    BY_SPECIFICATION: ClassVar[bool] = False

    def __init__(self, settings: S, workplace: Workplace, of: str) -> None:
        """Judge `of`, a name in `workplace` that the border has checked."""
        self.settings = settings
        self.workplace = workplace
        self.of = of
        self.kind = kind_of(type(settings))
        self.name = f"{self.kind}:{of}"

    @classmethod
    def subjects(cls, workplace: Workplace) -> tuple[str, ...]:
        """What `of` may name at this station; where it is the only one, `of` may be left out."""
        characteristics = tuple(each.name for each in workplace.characteristics)
        match cls.JUDGES:
            case "cycle":
                return workplace.cycle_sources()
            case "characteristic":
                return characteristics
            case "series":
                return (*workplace.cycle_sources(), *characteristics)
            case "sensor":
                return tuple(source.name for source in workplace.sources if source.sees != "call")
            case "call":
                return (EVERY_CALL,)

    @property
    def relies_on(self) -> tuple[str, ...]:
        """Sensors without which it cannot tell."""
        if self.JUDGES == "call":
            return ()
        if self.JUDGES in {"characteristic", "series"} and (sources := self.workplace.reading_sources(self.of)):
            return sources
        return (self.of,)

    def heeds(self, kind: type[Seen], subjects: tuple[str | None, str | None]) -> bool:
        """Whether an observation of this kind, of this sensor and characteristic, concerns it; no other is shown."""
        return kind is Raised if self.JUDGES == "call" else self.of in subjects

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Take what was seen, or None when a deadline has come; answer where there is something new to say.

        A step at or after `due_ns()` must move `due_ns()` beyond `now_ns` or take it away.
        """
        raise NotImplementedError

    def scan(self, block: Block) -> NDArray[np.int8]:
        """The worst verdict said of each sample of `block`, int8, shape (n,), deadlines before it included.

        `NOTHING` where it said nothing. The state afterwards is that after as many steps: blocks of any size and
        single steps may follow each other. Most rules judge the whole block at once (`_judge_all`), as soon as
        `_unready` says that nothing stands in the way; what does is stepped.
        """
        said = np.full(len(block), NOTHING, dtype=np.int8)
        first = 0
        while first < len(block):
            rest = block.part(first)
            stepped = min(self._unready(rest), len(rest))
            if stepped:
                said[first : first + stepped] = self._step_all(rest.part(0, stepped))
            else:
                said[first:] = self._judge_all(rest)
            first += stepped or len(rest)
        return said

    def _unready(self, block: Block) -> int:
        """How many samples must be stepped before the rest of `block` can be judged at once; all by default."""
        return len(block)

    def _judge_all(self, block: Block) -> NDArray[np.int8]:
        """The verdicts of a block that `_unready` has nothing against, not empty."""
        raise NotImplementedError

    def _step_all(self, block: Block) -> NDArray[np.int8]:
        """The verdicts of a block, sample by sample."""
        worst = (max((finding.verdict for finding in said), default=NOTHING) for said in self.answers(block))
        return np.fromiter(worst, dtype=np.int8, count=len(block))

    def answers(self, block: Block) -> Iterator[list[Finding]]:
        """All it says of each sample of `block`, stepped; what its deadlines before the sample say comes first."""
        for sample in block.samples():
            yield [finding for seen in sample for finding in self.answer(seen)]

    def answer(self, seen: Seen) -> list[Finding]:
        """All it says of one observation; what its deadlines before it say comes first."""
        said = (*self._overdue(seen.at_ns), self.step(seen, seen.at_ns))
        return [finding for finding in said if finding is not None]

    def _overdue(self, now_ns: int) -> Iterator[Finding | None]:
        """Answers to every deadline that comes before or at `now_ns`."""
        while (due_ns := self.due_ns()) is not None and due_ns <= now_ns:
            yield self.step(None, due_ns)

    def due_ns(self) -> int | None:
        """When it wants to be asked although nothing was seen; None for never."""
        return None

    def restart(self, now_ns: int) -> None:
        """Forget what is in progress: the sensor was gone, or work was restored. What was learned stays."""

    def rest(self, now_ns: int) -> None:
        """Note that no work is planned from now on; for a fault told by silence: nobody has reason to speak."""

    def wake(self, now_ns: int) -> None:
        """Note that work is planned again; the other end of `rest`, for faults of sensors."""

    def resume(self, rest: Rest, now_ns: int) -> bool:  # noqa: ARG002 - for those that count
        """Go on after planned time, in which a delay is not judged; True where the last answer still holds."""
        self.restart(now_ns)
        return False

    def next_shift(self, now_ns: int) -> None:
        """Note that another shift has begun; for those that count by the shift."""

    def export(self) -> Learned | None:
        """What it has learned, to be kept over a restart; None where it learns nothing."""
        return None

    def restore(self, learned: Learned) -> None:
        """Go on with what `export` gave in an earlier run."""

    def so_far(self, now_ns: int) -> Iterable[Counted]:  # noqa: ARG002 - for those that count
        """What it has counted towards a call by now, to be kept over a restart; nothing by default."""
        return ()

    def count_on(self, counted: Iterable[Counted]) -> None:
        """Go on with what `so_far` gave in an earlier run, having just begun anew."""

    def relearn(self) -> None:
        """Forget what was learned, on command or after a changeover; what is in progress stays."""
