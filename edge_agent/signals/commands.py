"""Which remote commands are taken: a desk that judges each message by itself, told the time, and does nothing.

A command is taken when it is fresh, short, well formed, on the list, still alive, and new. What cannot be
answered (no readable id) or should not be (retained, too fast) is ignored and counted; all else is answered
once.

Ids are remembered in memory alone. What a desk before this one may have taken is refused by its time instead: no
command lives longer than 30 s by the station's clock, so whatever it took is over by 30 s after this one began. That
holds whatever was restarted, uplink, station or both, needs no disk, and costs somebody with good clocks and a command
of 20 s a wait of 10 s.
"""

from __future__ import annotations

from collections import Counter, OrderedDict
from typing import Annotated, Union

import msgspec

from edge_agent import clock
from edge_agent.events.data import UNDECODABLE
from edge_agent.signals.cmd import COMMANDS, LONGEST_LIFE_S, Command, Range, ReplayCommand, SnapshotCommand
from edge_agent.signals.contract import ROOT
from edge_agent.signals.payloads import Answer
from edge_agent.standard import NS_PER_S

LARGEST_COMMAND = 4096  # bytes; a command of ours has 300
MOST_BRACKETS = 200  # a command of ours opens two; a nest of them is read differently by each Python
COMMANDS_PER_S = 5  # beyond any person; a program in a loop is held here
BURST = 10  # a board that acknowledges a line's calls at once
REMEMBERED_IDS = 1000  # at 5/s this is 200 s, far beyond the longest life of 30 s
MOST_REPLAYED = 1000  # rows a command; at 1,000 a second the queue is held up for a second
READS = (SnapshotCommand, ReplayCommand)  # done twice they do no harm, and the ledger need not wait
LONGEST_TOPIC = 256  # bytes of a response topic; ours have at most 184
FADES_NS = 3600 * NS_PER_S  # what was ignored is news for an hour; a station that stays disturbed tells nothing new
OUR_KINDS = frozenset({"status", "info", "state", "event", "cycle", "cmd", "ack"})


class Addressed(msgspec.Struct, frozen=True):
    """The least a message must have to be answered."""

    id: Annotated[str, msgspec.Meta(min_length=1, max_length=64)]
    type: str


ADDRESSED = msgspec.json.Decoder(Addressed)
COMMAND: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Union[COMMANDS])  # noqa: UP007 - made of a table
FIELDS = {  # what each command may hold, as its sender writes it
    str(each.__struct_config__.tag): ", ".join(f"`{name}`" for name in each.__struct_encode_fields__)
    for each in COMMANDS
}


class Desk:
    """Judges commands one after the other; remembers ids, allowance and what it ignored.

    Args:
        began_wall_ns: by the wall clock, when it began to take commands.
    """

    def __init__(self, began_wall_ns: int) -> None:
        self.ignored: Counter[str] = Counter()
        self._ignored_ns = 0  # the last time
        self.known_from_ns = began_wall_ns + LONGEST_LIFE_S * NS_PER_S  # what expires later, no desk before it took
        self._ids: OrderedDict[str, None] = OrderedDict()
        self._allowance = float(BURST)
        self._counted_ns: int | None = None

    def judge(self, payload: bytes, *, retained: bool, now_ns: int, wall_ns: int) -> Command | Answer | None:
        """The command to carry out, the answer that refuses it, or None where it is ignored (see `ignored`)."""
        try:
            if why := self._unfit(payload, retained, now_ns):
                self._ignore(why, now_ns)
                return None
            addressed = ADDRESSED.decode(payload)
        except UNDECODABLE:
            self._ignore("unreadable", now_ns)
            return None
        if addressed.id in self._ids:
            return Answer(id=addressed.id, status="duplicate", error="this id was used before; take a new one")
        self._remember(addressed.id)
        return self._read(addressed, payload, wall_ns)

    def ignored_lately(self, now_ns: int) -> Counter[str]:
        """What was ignored, by reason, until an hour has gone by without any more."""
        if now_ns - self._ignored_ns >= FADES_NS:
            self.ignored.clear()
        return self.ignored

    def _ignore(self, why: str, now_ns: int) -> None:
        self.ignored[why] += 1
        self._ignored_ns = now_ns

    def _unfit(self, payload: bytes, retained: bool, now_ns: int) -> str:
        """Why this message is not even read; empty where it is."""
        if retained:
            return "retained"
        if not self._in_time(now_ns):
            return "too_fast"
        if len(payload) > LARGEST_COMMAND:
            return "too_large"
        return "unreadable" if payload.count(b"[") + payload.count(b"{") > MOST_BRACKETS else ""

    def _read(self, addressed: Addressed, payload: bytes, wall_ns: int) -> Command | Answer:
        if addressed.type not in FIELDS:
            error = f"{addressed.type[:32]!r} is not a command taken from remote; write one of {', '.join(FIELDS)}"
            return Answer(id=addressed.id, status="denied", error=error)
        try:
            command = COMMAND.decode(payload)
        except UNDECODABLE as error:
            text = f"{str(error)[:200]}; {addressed.type} takes {FIELDS[addressed.type]}"
            return Answer(id=addressed.id, status="error", error=text)
        return self._alive(command, wall_ns) or self._perhaps_done(command) or _refused(command) or command

    def _alive(self, command: Command, wall_ns: int) -> Answer | None:
        """The answer to a command that is over, wants to live too long, or is of a future; both clocks are named."""
        left_s = command.expires_at.timestamp() - wall_ns / NS_PER_S
        issued_s = command.issued_at.timestamp() - wall_ns / NS_PER_S
        life_s = left_s - issued_s
        clocks = (
            f"the station's clock says {clock.wall_text(wall_ns)}, the sender's said {command.issued_at.isoformat()}"
        )
        if left_s <= 0:
            came = f"expired {-left_s:.0f} s ago, issued {-issued_s:.0f} s ago by the station's clock"
            error = f"{came}: it came late, or one of the clocks is wrong; {clocks}"
            return Answer(id=command.id, status="expired", error=error)
        if life_s > LONGEST_LIFE_S:
            error = f"lives {life_s:.0f} s; set expires_at at most {LONGEST_LIFE_S} s after issued_at"
            return Answer(id=command.id, status="denied", error=error)
        if left_s > LONGEST_LIFE_S:
            error = f"issued {issued_s:.0f} s in this station's future: one of the clocks is wrong; {clocks}"
            return Answer(id=command.id, status="denied", error=error)
        return None

    def _perhaps_done(self, command: Command) -> Answer | None:
        """The answer to a command that may have been carried out before this desk began."""
        if isinstance(command, READS) or command.expires_at.timestamp() * NS_PER_S > self.known_from_ns:
            return None
        error = (
            "the uplink has just begun and cannot know whether this was done before; "
            f"send a new command that expires after {clock.wall_text(self.known_from_ns)}"
        )
        return Answer(id=command.id, status="denied", error=error)

    def _in_time(self, now_ns: int) -> bool:
        """Whether the rate allows one more: a bucket of `BURST`, filled at `COMMANDS_PER_S`."""
        if self._counted_ns is not None:
            gained = (now_ns - self._counted_ns) / NS_PER_S * COMMANDS_PER_S
            self._allowance = min(BURST, self._allowance + gained)
        self._counted_ns = now_ns
        if self._allowance < 1:
            return False
        self._allowance -= 1
        return True

    def _remember(self, command_id: str) -> None:
        self._ids[command_id] = None
        if len(self._ids) > REMEMBERED_IDS:
            self._ids.popitem(last=False)


def _refused(command: Command) -> Answer | None:
    """The answer to a command that says what cannot be done."""
    error = _replayable(command.args) if isinstance(command, ReplayCommand) else None
    return None if error is None else Answer(id=command.id, status="error", error=error)


def _replayable(wanted: Range) -> str | None:
    """Why a range is not sent again; None where it is."""
    count = wanted.last - wanted.first + 1
    if count < 1:
        return f"`to` {wanted.last} is before `from` {wanted.first}"
    if count > MOST_REPLAYED:
        return f"{count} events are too many for one command; ask for at most {MOST_REPLAYED} at a time"
    return None


def response_topic(wanted: str | None, usual: str) -> str:
    """Where the answer goes: the topic asked for, if it lies under our root and no station speaks or listens there.

    >>> response_topic("andon/v1/boards/hall2", "usual")
    'andon/v1/boards/hall2'
    >>> response_topic("andon/v1/acme/p1/a/l4/st08/cmd", "usual")
    'usual'
    """
    if wanted is None or len(wanted.encode(errors="replace")) > LONGEST_TOPIC or set(wanted) & set("+#\0"):
        return usual
    inside = wanted.startswith(f"{ROOT}/") and wanted.rsplit("/", 1)[1] not in OUR_KINDS
    return wanted if inside else usual
