"""The station process: one inbox, one deciding thread, one turn after another.

A turn takes one item from the inbox (or wakes because a deadline has come), lets the station step, writes all outputs,
hands what was said to the journal, and pats the watchdog. Everything foreign only posts into the inbox.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, get_args

import msgspec

from edge_agent import clock, recording
from edge_agent.agent import reception, setting_standard
from edge_agent.agent.recall import Remembered
from edge_agent.agent.reception import Ask
from edge_agent.agent.time_signal import TimeSignal
from edge_agent.agent.uplink_fault import UplinkFault
from edge_agent.agent.wires import Wires
from edge_agent.andon.roles import Role
from edge_agent.control import Answer, CycleSaid, Recorded, Request, Said, StateSaid
from edge_agent.events import CycleFinished, Event
from edge_agent.inbox import Inbox
from edge_agent.journal import Entry
from edge_agent.observations import (
    CycleEnd,
    Judged,
    Observation,
    Overflowed,
    Planning,
    Reading,
    Samples,
    Stopping,
    Trouble,
)
from edge_agent.standard import to_s
from edge_agent.state import Status
from edge_agent.station import held

if TYPE_CHECKING:
    from edge_agent.signals.lamp import Lamps
    from edge_agent.signals.watchdog import Watchdog
    from edge_agent.station.station import Station

INBOX_LIMIT = 10_000  # a burst of bounce on every input at once; a turn takes well under a millisecond
STOPS = 16  # beyond the limit there is room for so many requests to stop: a flood must not keep us from ending
LONGEST_WAIT_NS = 5_000_000_000  # the loop shows that it lives at least this often
PUSH_EVERY_NS = 250_000_000  # a person watching sees four changes a second; more is traffic
MEMORY_EVERY_NS = 60_000_000_000  # what is learned is kept at least this often; a write a minute is no wear
# What a kill may take of the counts: the parts of the last ten seconds. With a press of 20 strokes a second, a write a
# second was 45 MB an hour for the card, as Linux counts what goes to the device; this is 4.5 MB.
COUNTS_EVERY_NS = 10_000_000_000
OVERFLOW_EVERY_NS = 1_000_000_000  # a flood is said once a second, with its count: it must not become one of events

ENCODE = msgspec.json.Encoder().encode

Item = Observation | Ask | Recorded | Remembered
COUNTED = (CycleEnd, Reading, Judged, Samples, *get_args(Planning))  # what the books must not lose


def made_inbox(most: int = INBOX_LIMIT) -> Inbox[Item]:
    """The inbox of a station; a request to stop finds room in a flood."""
    return Inbox(most, {"Stopping": most + STOPS})


class Agent:
    """One station at work.

    Args:
        name: the identity, `enterprise/site/area/line/station`.
        station: the core.
        lamps: where the stack is shown.
        inbox: where everything that is seen and asked comes in.
        boot, epoch: identities of this run of the machine, and of the journal file.
        record: takes an entry for the journal; never blocks.
        confirm: takes an epoch and ranges the other side has; False where there is no room.
        push: tells every follower of the control socket.
        loops: whether every other thread moves; if not, the watchdog is not patted.
        now_ns: the clock.
        time_signal: tells the station the wall clock.
        roles: who may ask for what.
        recorded_turns: whether each step is kept for `replay`.
    """

    def __init__(
        self,
        name: str,
        station: Station,
        lamps: Lamps,
        inbox: Inbox[Item],
        *,
        boot: str,
        epoch: Callable[[], str],
        record: Callable[[Entry], None],
        confirm: Callable[[str, tuple[tuple[int, int], ...]], bool],
        push: Callable[[Said], None],
        watchdog: Watchdog,
        loops: Callable[[], bool],
        now_ns: Callable[[], int] = clock.now_ns,
        time_signal: TimeSignal | None = None,
        roles: tuple[Role, ...] = (),
        recorded_turns: bool = False,
    ) -> None:
        self.name, self.boot = name, boot
        self.station, self.lamps = station, lamps
        self.epoch = epoch
        self.record, self.confirm, self.push = record, confirm, push
        self.watchdog, self.now_ns = watchdog, now_ns
        self.time_signal = time_signal or TimeSignal()
        self.recorded_turns = recorded_turns
        self.inbox, self.loops = inbox, loops
        self.seq = self.depth = self.wake_ns = self.memory_ns = 0
        self.wires = Wires()
        self.learned = station.memory().learned
        self.degraded: dict[str, str] = {}
        self.uplink, self.stopping = UplinkFault(), False
        self.counted = False  # something that the memory kept last does not have
        self.shown, self.changed = "", True  # the reason last seen; something to push
        self.changes_ns: int | None = None  # when a lamp blinks next
        self.failed: str | None = None  # the output that could not be written
        self.roles, self.denied = roles, 0  # requests denied for their role
        self.lost = 0  # observations refused and not yet said
        self.pushed_ns: int | None = None
        self.lost_said_ns: int | None = None

    def ask(self, request: Request, reply: Callable[[Answer], None]) -> None:
        """Take a question in the thread of the control socket, which does all of it that takes long."""
        self.inbox.post(reception.asked(self.station, request, reply, self.roles))

    def begin(self) -> None:
        """Begin to watch: the lamp test starts with this call."""
        now_ns = self.now_ns()
        line = recording.Begin(now_ns, self.name, self.station.version, msgspec.Raw(ENCODE(self.station.memory())))
        events = self.station.begin(now_ns)
        self._show(now_ns)
        self._keep(events, recording.ENCODE(line))
        self._tell_time(now_ns)  # before anything is seen: what is planned is known from the first part on

    def run(self) -> None:
        """Turn until asked to stop."""
        while not self.stopping:
            self.turn()

    def turn(self) -> None:
        """One turn: take, step, show, record, pat."""
        item = self.inbox.take(to_s(self.wake_ns - self.now_ns()))
        now_ns = self.now_ns()
        self._tell_time(now_ns)
        if isinstance(item, Ask):
            self._answer(item, now_ns)
        elif isinstance(item, Recorded):
            self.seq, self.depth = item.seq, item.depth
            self.push(item)
        elif isinstance(item, Remembered):
            self._resume(item, now_ns)
        elif item is not None:
            self._step(item, now_ns)
        due_ns = self.station.due_ns()
        if due_ns is not None and due_ns <= now_ns:  # whatever was taken: nobody who asks much may hold a deadline up
            self._step(None, now_ns)
        self._show(now_ns)
        self._tell_troubles(now_ns)
        self._push(now_ns)
        self.wires.mind(now_ns, tested=self.station.testing.now is not None)
        self._keep([], None)  # what was counted, once it is due
        self._rest(now_ns)

    def status(self, now_ns: int) -> Status:
        """Everything this process knows, for people and for the uplink."""
        return Status(
            station=self.name,
            version=self.station.version,
            boot=self.boot,
            epoch=self.epoch(),
            seq=self.seq,
            depth=self.depth,
            degraded=dict(self.degraded),
            uplink=self.uplink.text,
            denied=self.denied,
            state=self.station.state(now_ns),
            in_force=held.told(self.station.held, self.station.overlay),
            synchronised=self.time_signal.synced,
        )

    def _resume(self, remembered: Remembered, now_ns: int) -> None:
        """Begin anew, as after a restart, with what was known before the start and what has happened since."""
        station, why = remembered.again(self.station.memory())
        if station is not None:
            self.station, self.time_signal.last = station, None  # the new one has not been told the time yet
            self.begin()
        self._step(Trouble(now_ns, "memory", why, over=station is not None), now_ns)

    def _step(self, seen: Observation | None, now_ns: int) -> list[Event]:
        events = self.station.step(seen, now_ns)
        self.counted = self.counted or isinstance(seen, COUNTED)
        self._show(now_ns)  # before anything else is done with what was said: the lamp waits for nothing
        line = recording.ENCODE(recording.Turn(now_ns, seen)) if self.recorded_turns else None
        self._keep(events, line)
        if isinstance(seen, Trouble):
            self.degraded.pop(seen.part, None)
            if not seen.over:
                self.degraded[seen.part] = seen.why
            self.changed = True
        self.stopping = self.stopping or isinstance(seen, Stopping)
        return events

    def _show(self, now_ns: int) -> None:
        """Write every output."""
        stack = self.station.stack(now_ns)
        self.failed = self.lamps.show(stack, now_ns)
        self.changes_ns = stack.changes_ns
        self.changed = self.changed or stack.reason != self.shown
        self.shown = stack.reason

    def _tell_time(self, now_ns: int) -> None:
        """Tell the wall clock where it is due, or was set."""
        if (told := self.time_signal.told(now_ns)) is not None:
            self._step(told, now_ns)
            self.changed = True  # the uplink says by whose time

    def _tell_troubles(self, now_ns: int) -> None:
        """Say what this process itself could not do: take in all, write every lamp; and what the uplink cannot."""
        self.lost += self.inbox.refused().total()
        if self.lost and now_ns >= _after(self.lost_said_ns, OVERFLOW_EVERY_NS):
            lost, self.lost, self.lost_said_ns = self.lost, 0, now_ns
            self._step(Overflowed(now_ns, lost), now_ns)
        if (self.failed is not None) != ("lamp" in self.degraded):
            why = self.failed or "The lamp can be written again."
            self._step(Trouble(now_ns, "lamp", why, over=self.failed is None), now_ns)
        if (trouble := self.uplink.tell(now_ns)) is not None:
            self._step(trouble, now_ns)

    def _rest(self, now_ns: int) -> None:
        """Pat the watchdog if every thread moves, and find when to look again."""
        due = [now_ns + LONGEST_WAIT_NS, self.changes_ns, self.lamps.due_ns(now_ns)]
        due += [part.due_ns() for part in (self.station, self.time_signal, self.uplink)]
        if self.loops():
            self.watchdog.pat(now_ns)
            due.append(self.watchdog.due_ns())
        if self.changed:
            due.append(_after(self.pushed_ns, PUSH_EVERY_NS))
        if self.counted:
            due.append(self.memory_ns + COUNTS_EVERY_NS)
        if self.lost:
            due.append(_after(self.lost_said_ns, OVERFLOW_EVERY_NS))
        self.wake_ns = min(due_ns for due_ns in due if due_ns is not None)

    def _keep(self, events: list[Event], line: bytes | None) -> None:
        """Hand what was said to the journal, and telemetry to whoever follows."""
        kept = tuple(event for event in events if event.data.KEPT)
        memory = self._memory(always=bool(kept))
        if kept or memory or line is not None:
            self.record(Entry(events=kept, memory=memory, turn=line))
        for event in events:
            if isinstance(event.data, CycleFinished):
                self.push(CycleSaid(at_ns=event.at_ns, **msgspec.structs.asdict(event.data)))
        self.changed = self.changed or bool(events)

    def _memory(self, *, always: bool) -> bytes | None:
        """What must be known after a restart: with every event, and by itself where more was counted or learned."""
        now_ns = self.now_ns()
        if not always and now_ns < self.memory_ns + (COUNTS_EVERY_NS if self.counted else MEMORY_EVERY_NS):
            return None
        memory = self.station.memory()
        changed = self.counted or memory.learned != self.learned
        self.memory_ns, self.learned, self.counted = now_ns, memory.learned, False
        return ENCODE(memory) if always or changed else None

    def _push(self, now_ns: int) -> None:
        if self.changed and now_ns >= _after(self.pushed_ns, PUSH_EVERY_NS):
            self.changed, self.pushed_ns = False, now_ns
            self.push(StateSaid(self.status(now_ns)))

    def _answer(self, ask: Ask, now_ns: int) -> None:
        """Do what the control socket asks, and say what came of it."""
        request = ask.request
        match request.do:
            case _ if ask.checked not in {None, self.station.overlay.revision}:
                ask.reply(setting_standard.overtaken(self.station))
            case "confirm":
                taken = self.confirm(request.epoch, request.ranges)
                ask.reply(Answer(ok=taken, error=None if taken else "no room now; say it again"))
            case "uplink":
                self.changed = self.changed or request.text != self.uplink.text
                self.uplink.heard(request.cause, request.text, now_ns)
                ask.reply(Answer(ok=True))
            case "status" | "calls" | "follow":
                ask.reply(Answer(ok=True, status=self.status(now_ns)))
            case _:
                answer = reception.answer(
                    self.station, lambda seen: self._step(seen, now_ns), request, now_ns, self.roles, self.wires
                )
                self.denied, self.changed = self.denied + answer.denied, self.changed or answer.denied
                ask.reply(answer)


def _after(since_ns: int | None, pause_ns: int) -> int:
    """When a pause is over; at once where it has not begun."""
    return 0 if since_ns is None else since_ns + pause_ns
