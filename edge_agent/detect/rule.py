"""What a detector is: typed settings, a step per observation, a deadline, a finding.

A detector compares what is with what should be and answers with a finding: a verdict, what was measured,
the limit and where it came from, when the standard was first violated, and a sentence for the person at the
lamp. It gives no answer (None) where it has nothing new to say. It is told the time and does no I/O.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Generic, Literal, TypeVar

import msgspec
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from edge_agent.detect.block import Block
    from edge_agent.events import Family
    from edge_agent.observations import Seen
    from edge_agent.standard import Workplace


class Verdict(IntEnum):
    """Ordered so that `max` is the policy: one gap outweighs not knowing, and not knowing outweighs normal."""

    NORMAL = 0
    UNKNOWN = 1
    ABNORMAL = 2


NOTHING = -1
"""In place of a verdict: it said nothing."""


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


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"):
    """Settings every detector has.

    Args:
        of: the sensor or the characteristic it judges; left out where the station has only one.
        mode: `light` lights the lamp; `observe` judges and records and lights nothing.
    """

    of: Annotated[
        str | None, msgspec.Meta(description="sensor or characteristic judged; left out where there is one")
    ] = None
    mode: Annotated[
        Literal["light", "observe"], msgspec.Meta(description="observe: judges, records, lights nothing")
    ] = "light"


S = TypeVar("S", bound=Settings)


class Detector(Generic[S]):
    """The contract; a detector's file holds its settings and a class of this shape, and the table names it.

    `JUDGES` says what `of` names: a sensor that sees cycles, a characteristic, or any sensor. `FAULT` marks
    a detector of the *sensor*: it answers UNKNOWN or NORMAL, never ABNORMAL, and what relies on that sensor
    is unknown with it. `CLEARS` says how a call it raised ends.
    """

    SETTINGS: ClassVar[type[Settings]]
    JUDGES: ClassVar[Literal["cycle", "characteristic", "sensor"]]
    FAMILY: ClassVar[Family]
    CLEARS: ClassVar[Literal["by_itself", "on_restore"]] = "by_itself"
    FAULT: ClassVar[bool] = False

    def __init__(self, settings: S, workplace: Workplace, of: str) -> None:
        """Judge `of`, a name in `workplace` that the border has checked."""
        self.settings = settings
        self.workplace = workplace
        self.of = of
        self.kind = kind_of(type(settings))
        self.name = f"{self.kind}:{of}"

    @property
    def relies_on(self) -> tuple[str, ...]:
        """Sensors without which it cannot tell."""
        if self.JUDGES == "characteristic":
            return self.workplace.reading_sources(self.of)
        return (self.of,)

    def step(self, seen: Seen | None, now_ns: int) -> Finding | None:
        """Take what was seen, or None when a deadline has come; answer where there is something new to say.

        A step at or after `due_ns()` must move `due_ns()` beyond `now_ns` or take it away.
        """
        raise NotImplementedError

    def scan(self, block: Block) -> NDArray[np.int8]:
        """The worst verdict said of each sample of `block`, int8, shape (n,), deadlines before it included.

        `NOTHING` where it said nothing. The state afterwards is that after as many steps: blocks of any size and
        single steps may follow each other. This one steps; a detector that is asked by the million has its own.
        """
        said = np.full(len(block), NOTHING, dtype=np.int8)
        for place, sample in enumerate(block.samples()):
            for seen in sample:
                findings = [*self._late(seen.at_ns), self.step(seen, seen.at_ns)]
                said[place] = max([said[place], *(finding.verdict for finding in findings if finding is not None)])
        return said

    def _late(self, now_ns: int) -> Iterator[Finding | None]:
        """Answers to every deadline that comes before or at `now_ns`."""
        while (due_ns := self.due_ns()) is not None and due_ns <= now_ns:
            yield self.step(None, due_ns)

    def due_ns(self) -> int | None:
        """When it wants to be asked although nothing was seen; None for never."""
        return None

    def restart(self, now_ns: int) -> None:
        """Forget what is in progress: the sensor was gone, or work was restored. What was learned stays."""


def kind_of(settings: type[Settings]) -> str:
    """The name a detector goes by in the configuration.

    >>> class Example(Settings, tag="example"): ...
    >>> kind_of(Example)
    'example'
    """
    tag: Any = settings.__struct_config__.tag
    return str(tag)
