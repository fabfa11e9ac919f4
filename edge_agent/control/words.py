"""The control socket's words: what may be asked of the station, what it answers, and what it tells followers."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from edge_agent.events.upkeep import Change
from edge_agent.observations import CallVerdict
from edge_agent.observations.asked import Value
from edge_agent.observations.raw import Contact, Raw
from edge_agent.standard import LONGEST_SPAN_S
from edge_agent.state import Status

LONGEST_REQUEST = 65_536  # bytes: 1,000 ranges to confirm have 42 kB
LONGEST_ANSWER = 262_144  # bytes: a status with 200 open calls has about 100 kB


Number = Annotated[int, msgspec.Meta(ge=1, le=2**63 - 1)]
Line = Annotated[str, msgspec.Meta(pattern=r"^[^\x00-\x1f\x7f-\x9f]*\Z")]
LONGEST_FIGURE = 120  # characters of its name: a detector, what it judges, its longest setting
FigureName = Annotated[Line, msgspec.Meta(min_length=1, max_length=LONGEST_FIGURE)]
MOST_SET = 20  # at once: what one person can look over; a remote command has room for no more in its 4 kB


class Request(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """One thing asked of the station.

    Args:
        do: `status` and `calls` read; `acknowledge`, `arrive`, `restore` concern `call`, or every open one
            without it; `planned-stop` and `changeover` begin one for the reason in `text`, `resume` ends both,
            `product` chooses the one in `text`; `relearn` lets the detector named in `text`, or all of them,
            learn anew; `shelve` sets the source of `call` aside for `for_s` and `why`, `unshelve` takes it back, or
            all of them without `call`; `rule-out` and `rule-back` change the service of the detector in `text`;
            `set-standard` and `set-plan` hold work against the values in `settings`, the latter only against
            those of the plan, and are refused where `revision` is named and another is in force; `figures` lists what
            is in force; `test` puts the wires under test for `for_s` (120 at most) with the output in `text` driven;
            `test-on` goes on so, and begins none; both tell what wires have said since; `test-end` ends it; `follow`
            turns the connection into a stream; `confirm` says that the other side has the `ranges` (first and last,
            both included) of `epoch`; `uplink` says in `text` how the uplink does and in `cause` the kind of what
            keeps it from the broker, empty while it is connected.
        verdict, reason: of `restore`: whether the call was right, and a code of `[response] reasons`.
        who, role, via: the person as far as known, as which role of the configuration, and where they are.
    """

    do: Literal[
        "status",
        "calls",
        "acknowledge",
        "arrive",
        "restore",
        "planned-stop",
        "changeover",
        "resume",
        "product",
        "test-light",
        "relearn",
        "shelve",
        "unshelve",
        "rule-out",
        "rule-back",
        "set-standard",
        "set-plan",
        "figures",
        "test",
        "test-on",
        "test-end",
        "follow",
        "confirm",
        "uplink",
    ]
    call: Number | None = None
    who: Annotated[Line, msgspec.Meta(max_length=64)] = "unknown"
    role: Annotated[Line, msgspec.Meta(max_length=32)] = ""
    via: Literal["control", "remote"] = "control"
    epoch: Annotated[Line, msgspec.Meta(max_length=64)] = ""
    ranges: Annotated[tuple[tuple[Number, Number], ...], msgspec.Meta(max_length=1_000)] = ()
    text: Annotated[Line, msgspec.Meta(max_length=200)] = ""
    why: Annotated[Line, msgspec.Meta(max_length=200)] = ""
    for_s: Annotated[float, msgspec.Meta(gt=0, le=LONGEST_SPAN_S)] | None = None
    cause: Annotated[str, msgspec.Meta(pattern=r"^[a-z_]{0,32}\Z")] = ""
    verdict: CallVerdict | None = None
    reason: Annotated[Line, msgspec.Meta(max_length=64)] = ""
    settings: Annotated[dict[FigureName, Value], msgspec.Meta(max_length=MOST_SET)] = {}
    revision: Number | None = None


class Heard(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the wires have said under test: the newest, `lost` of them not kept, and how the contacts stand."""

    raw: tuple[Raw, ...] = ()
    lost: int = 0
    contacts: tuple[Contact, ...] = ()


class FigureInForce(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One figure: what is in force, what the file says where that is something else, and who set it when.

    Args:
        value, file: None for what is not in force, or not in the file.
        at_ns: CLOCK_MONOTONIC; None where it is the file's.
    """

    what: str
    value: str | None
    file: str | None
    unit: str = ""
    who: str = ""
    role: str = ""
    via: str = ""
    why: str = ""
    at_ns: int | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the station answers: done, or `error` says why not; `calls` are those it concerned.

    `denied` means that the role named may not do this, or not from there. `revision` and `changes` tell of a standard
    that was set, `figures` of every figure in force. `heard` is what the wires said under test, which ends by itself in
    `left_s`.
    """

    ok: bool
    error: str | None = None
    denied: bool = False
    calls: tuple[int, ...] = ()
    status: Status | None = None
    revision: int | None = None
    changes: tuple[Change, ...] = ()
    figures: tuple[FigureInForce, ...] = ()
    heard: Heard | None = None
    left_s: float | None = None


class Recorded(msgspec.Struct, frozen=True, tag="recorded", tag_field="said"):
    """The journal's last number, and how many it has that are not confirmed."""

    seq: int
    depth: int


class StateSaid(msgspec.Struct, frozen=True, tag="state", tag_field="said"):
    """The station's present status."""

    status: Status


class CycleSaid(msgspec.Struct, frozen=True, kw_only=True, tag="cycle", tag_field="said"):
    """A finished cycle, as `events.CycleFinished` has it, and when it ended."""

    at_ns: int
    sensor: str
    count: int
    cycle_s: float | None
    gap_s: float | None


Said = Recorded | StateSaid | CycleSaid


class ControlError(Exception):
    """The station cannot be spoken to; the message says why and what to do."""


class NotRunning(ControlError):  # noqa: N818 - reads as what it is: the station is not running
    """Nothing listens at the socket."""
