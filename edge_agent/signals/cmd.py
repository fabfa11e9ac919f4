"""The payload of `cmd` as types: one record a command, so that each takes its own fields and no others."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

from edge_agent.control import LONGEST_FIGURE, MOST_SET
from edge_agent.observations import CallVerdict
from edge_agent.observations.asked import Value
from edge_agent.signals.payloads import Number
from edge_agent.standard import LONGEST_SPAN_S

LONGEST_LIFE_S = 30  # a command older than a walk to the station would surprise whoever stands there
Line = r"^[^\x00-\x1f\x7f-\x9f]*$(?!\n)"  # ends like `\Z`, which the schema's other readers, in JavaScript, do not have
Reason = Annotated[str, msgspec.Meta(max_length=64, pattern=Line)]


class Command(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="type"):
    """Payload of `cmd`, never retained: what all commands have; `type` says which of `COMMANDS` it is.

    Args:
        id: chosen by the sender, new for each command; the answer carries it.
        issued_at, expires_at: with time zone, at most 30 s apart.
        by: the person or system that acts, recorded with what it does.
        role: as which role of the station's configuration, where that has roles.
    """

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    issued_at: Annotated[datetime, msgspec.Meta(tz=True)]
    expires_at: Annotated[datetime, msgspec.Meta(tz=True)]
    by: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=Line)]
    role: Annotated[str, msgspec.Meta(max_length=32, pattern=Line)] = ""

    ANSWER: ClassVar[str] = "`calls`: those it changed"

    @property
    def type(self) -> str:
        """Which command it is."""
        return str(self.__struct_config__.tag)


class AcknowledgeCommand(Command, frozen=True, kw_only=True, tag="acknowledge"):
    """Someone has claimed a call; `call` left out or null means every open one."""

    call: Number | None = None


class ArriveCommand(Command, frozen=True, kw_only=True, tag="arrive"):
    """Someone is at the station; `call` as above."""

    call: Number | None = None


class Restored(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Whether the call was right, and a code of the station's `[response] reasons`."""

    verdict: CallVerdict | None = None
    reason: Reason = ""


class RestoreCommand(Command, frozen=True, kw_only=True, tag="restore"):
    """Normal work is restored; `call` as above."""

    call: Number | None = None
    args: Restored = Restored()


class Why(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The reason of a planned stop or changeover; one of `[modes]` where some are written there."""

    reason: Reason = ""


class PlannedStopCommand(Command, frozen=True, kw_only=True, tag="planned-stop"):
    """The station stops as planned from now on."""

    ANSWER = "done, or why not"

    args: Why = Why()


class ChangeoverCommand(Command, frozen=True, kw_only=True, tag="changeover"):
    """The station is set up for another product from now on."""

    ANSWER = "done, or why not"

    args: Why = Why()


class ResumeCommand(Command, frozen=True, kw_only=True, tag="resume"):
    """The planned stop and the changeover are over."""

    ANSWER = "done, or why not"


class Chosen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A product of the station's configuration, by name."""

    product: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=Line)]


class ProductCommand(Command, frozen=True, kw_only=True, tag="product"):
    """From now on this product is made."""

    ANSWER = "done, or why not"

    args: Chosen


class Shelf(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """For how long, in seconds, at most `[hygiene] longest_shelf` of the station; and what is being done meanwhile."""

    for_s: Annotated[float, msgspec.Meta(gt=0, le=LONGEST_SPAN_S)]
    why: Annotated[str, msgspec.Meta(min_length=1, max_length=200, pattern=Line)]


class ShelveCommand(Command, frozen=True, kw_only=True, tag="shelve"):
    """The source of a detector's call lights and escalates nothing for a time; it is judged and recorded."""

    call: Number
    args: Shelf


class UnshelveCommand(Command, frozen=True, kw_only=True, tag="unshelve"):
    """A shelf is taken back before its time; `call` left out or null means every one."""

    call: Number | None = None


FigureName = Annotated[str, msgspec.Meta(min_length=1, max_length=LONGEST_FIGURE, pattern=Line)]


class Figures(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Values to hold work against in place of the file's, by name; all of them are set, or none.

    Args:
        set: `takt_s`, `shift early demand`, `bore_mm upper`, `product small standard_cycle_s`, `no_cycle:press after`;
            null for a figure that shall not be in force.
        revision: only if this is the revision in force, as `info` has it.
    """

    set: Annotated[dict[FigureName, Value], msgspec.Meta(min_length=1, max_length=MOST_SET)]
    revision: Number | None = None
    why: Annotated[str, msgspec.Meta(max_length=200, pattern=Line)] = ""


class SetStandardCommand(Command, frozen=True, kw_only=True, tag="set-standard"):
    """Work is held against these figures from now on; needs a `[[role]]` that may."""

    ANSWER = "`changes`, old and new, and the `revision` in force; refused with all that `check` has against it"

    args: Figures


class SetPlanCommand(Command, frozen=True, kw_only=True, tag="set-plan"):
    """The same for figures of the plan alone: takt, planned cycle, demand."""

    ANSWER = "`changes`, old and new, and the `revision` in force; refused with all that `check` has against it"

    args: Figures


class LightTestCommand(Command, frozen=True, kw_only=True, tag="test-light"):
    """Show every tier in turn, once."""

    ANSWER = "done, or why not"


class SnapshotCommand(Command, frozen=True, kw_only=True, tag="snapshot"):
    """Publish `state` again."""

    ANSWER = "`state` follows"


class Range(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """First and last sequence number wanted, and of which epoch; without it, of the present one."""

    first: Number = msgspec.field(name="from")
    last: Number = msgspec.field(name="to")
    epoch: Annotated[str, msgspec.Meta(max_length=64)] | None = None


class ReplayCommand(Command, frozen=True, kw_only=True, tag="replay"):
    """Send recorded events again, marked."""

    ANSWER = "`epoch`, and in `gone` what will never come; the events follow"

    args: Range


COMMANDS: tuple[type[Command], ...] = (
    AcknowledgeCommand,
    ArriveCommand,
    RestoreCommand,
    PlannedStopCommand,
    ChangeoverCommand,
    ResumeCommand,
    ProductCommand,
    ShelveCommand,
    UnshelveCommand,
    SetStandardCommand,
    SetPlanCommand,
    LightTestCommand,
    SnapshotCommand,
    ReplayCommand,
)
