"""The journal's writer: a thread that takes entries from a bounded queue and commits them in groups.

The lamp waits for none of this: `record` and `confirm` only put something into the queue. While the disk does
not let us write, what waits is kept in memory, and what has no place any more is counted and said.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from itertools import chain, repeat

import msgspec

from edge_agent import clock
from edge_agent.journal.records import Entry, JournalError, Label, Memory, Ranges
from edge_agent.journal.schema import FAILURES, cause
from edge_agent.journal.storage import Journal
from edge_agent.observations import Trouble

MOST_WAITING = 10_000  # entries: a day of a busy station without a disk, about 10 MB of memory
LINES_BYTES = 10_485_760  # of recording lines among them: blocks of samples are large, a station's memory is small
MOST_CONFIRMED = 1_000  # ranges: fifty windows of twenty in flight; the uplink is told to come again
BATCH = 1_000  # entries in one transaction: one second of the worst burst, milliseconds of a card
BATCH_BYTES = 262_144  # of recording lines in one: three blocks of samples of the largest kind
GATHER_S = 0.05  # companions of the first entry; half of the 100 ms in which it must be committed
BACK_OFF_S = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0)  # between attempts; the last one goes on
Confirmed = tuple[str, int, int]  # epoch, first, last
CLOSE_S = 5.0  # a card that stalls takes up to two seconds; systemd waits longer than this


class Writer:
    """Records entries in a thread of its own; `close` ends it and the journal.

    Args:
        journal: opened, or to be opened by the writer as soon as the disk lets it; nobody else uses it from now on.
        on_recorded: told the last number and the depth after each commit; must only post.
        on_trouble: told when the journal (`part="journal"`) or the recording (`part="recording"`) fails, and once
            it works again; must only post.
        on_remembered: told the memory in the file, where that could not be read before the writer was made. It is not
            replaced until `release`; must only post.
        now_ns, wall_ns, synchronised: the clocks that label events.
    """

    def __init__(
        self,
        journal: Journal,
        on_recorded: Callable[[int, int], None],
        on_trouble: Callable[[Trouble], None],
        on_remembered: Callable[[Memory], None] | None = None,
        now_ns: Callable[[], int] = clock.now_ns,
        wall_ns: Callable[[], int] = clock.wall_ns,
        synchronised: Callable[[], bool] = clock.synchronised,
    ) -> None:
        self._journal = journal
        self._on_recorded = on_recorded
        self._on_trouble = on_trouble
        self._on_remembered = on_remembered
        self._holding = False  # the memory in the file: nobody has taken it over yet
        self._now_ns, self._wall_ns, self._synchronised = now_ns, wall_ns, synchronised
        self._changed = threading.Condition()
        self._waiting: deque[Entry] = deque()
        self._confirmed: deque[Confirmed] = deque()
        self._accepted = 0  # entries ever taken in, and
        self._settled = 0  # those of them written or given up
        self._lost = 0  # events with no place in the queue
        self._recording, self._lines = True, 0  # bytes of lines that wait
        self._hurry = False
        self._closing = False
        self._why = ""  # the present trouble, "" for none
        self._short: dict[str, str] = {}  # of the journal's parts, as last said
        self._gave_up = False
        # A daemon, because a disk that hangs must not keep the process from ending.
        self._thread = threading.Thread(target=self._run, name="journal", daemon=True)
        self._thread.start()

    @property
    def epoch(self) -> str:
        """The journal's present identity; it changes when a damaged file is set aside."""
        return self._journal.epoch

    def record(self, entry: Entry) -> None:
        """Take an entry in; never blocks, never raises. Without room, lines of the recording go before events."""
        with self._changed:
            was_recording, lost_before = self._recording, self._lost
            self._take_in(entry)
            self._changed.notify_all()
            recording_ended = was_recording and not self._recording
            first_loss = self._lost > 0 and not lost_before
        # Said from here, not from our own thread, which may hang in a write.
        if recording_ended:
            self._say("recording", "no room while the journal is not written; it goes on after the next start")
        if first_loss:
            self._say("journal", "the queue is full and events are being lost")

    def confirm(self, epoch: str, ranges: Ranges) -> bool:
        """The other side has these numbers of this epoch; False where there is no room and it must be said again."""
        with self._changed:
            wanted = [(epoch, first, last) for first, last in ranges]
            if len(self._confirmed) + len(wanted) > MOST_CONFIRMED:
                return False
            self._confirmed.extend(wanted)
            self._changed.notify_all()
            return True

    def flush(self, timeout_s: float) -> bool:
        """Wait until all that was taken in before is on the disk; False where that took longer."""
        with self._changed:
            goal = self._accepted
            self._hurry = True
            self._changed.notify_all()
            return self._changed.wait_for(lambda: self._settled >= goal, timeout_s)

    def release(self) -> None:
        """The memory in the file was taken over: what is recorded from now on replaces it, what waits does not."""
        with self._changed:
            self._waiting = deque(_without_memory(each) for each in self._waiting)
            self._holding = False

    def alive(self) -> bool:
        """Whether the thread runs."""
        return self._thread.is_alive()

    def close(self, timeout_s: float = CLOSE_S) -> bool:
        """Write what waits, once more if the disk fails, and close the journal; False if not all is written."""
        with self._changed:
            self._closing = True
            self._changed.notify_all()
        self._thread.join(timeout_s)
        return not self._thread.is_alive() and self._settled == self._accepted

    def _take_in(self, entry: Entry) -> None:
        line = len(entry.turn or b"")
        if line and self._recording and (len(self._waiting) >= MOST_WAITING or self._lines + line > LINES_BYTES):
            self._give_up_recording()
        if not self._recording:
            entry = msgspec.structs.replace(entry, turn=None)
        if len(self._waiting) >= MOST_WAITING:
            self._lose(entry)
        elif entry != Entry():
            self._waiting.append(entry)
            self._lines += len(entry.turn or b"")
            self._accepted += 1

    def _give_up_recording(self) -> None:
        """Drop the recording of this run: with one line missing it would replay to something else."""
        self._recording, self._lines = False, 0
        kept = [msgspec.structs.replace(each, turn=None) for each in self._waiting]
        kept = [each for each in kept if each != Entry()]
        self._settled += len(self._waiting) - len(kept)
        self._waiting = deque(kept)

    def _lose(self, entry: Entry) -> None:
        """Count events without a place; the newest memory still goes with the last entry that has one."""
        self._lost += len(entry.events)
        if entry.memory is not None:
            self._waiting[-1] = msgspec.structs.replace(self._waiting[-1], memory=entry.memory)

    def _run(self) -> None:
        if self._journal.set_aside is not None:
            self._begin_trouble(_set_aside_text(self._journal))
        while self._gather():
            batch, confirmed = self._take()
            self._write_out(batch, confirmed)
            if self._gave_up:
                break
            self._settle(len(batch))
        self._journal.close()

    def _gather(self) -> bool:
        """Wait for something to write, and for its companions; False at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._confirmed or self._closing)
            self._changed.wait_for(lambda: len(self._waiting) >= BATCH or self._hurry or self._closing, GATHER_S)
            return bool(self._waiting or self._confirmed)

    def _take(self) -> tuple[list[Entry], list[Confirmed]]:
        with self._changed:
            batch: list[Entry] = []
            size = 0
            while self._waiting and len(batch) < BATCH and size < BATCH_BYTES:
                entry = self._waiting.popleft()
                batch.append(_without_memory(entry) if self._holding else entry)
                size += len(batch[-1].turn or b"")
            self._lines -= size
            confirmed = list(self._confirmed)
            self._confirmed.clear()
            return batch, confirmed

    def _settle(self, written: int) -> None:
        with self._changed:
            self._settled += written
            self._hurry = self._hurry and bool(self._waiting)
            self._changed.notify_all()

    def _write_out(self, batch: list[Entry], confirmed: list[Confirmed]) -> None:
        """Write a batch; where one entry in it cannot be written at all, the others are."""
        try:
            self._commit(batch, confirmed)
        except Exception as error:  # noqa: BLE001 - the thread must outlive any entry; what it cost is counted and said
            if batch and confirmed:
                self._write_out([], confirmed)
                self._write_out(batch, [])
                return
            if len(batch) > 1:
                middle = len(batch) // 2
                self._write_out(batch[:middle], [])
                self._write_out(batch[middle:], [])
                return
            with self._changed:
                self._lost += sum(len(entry.events) for entry in batch)
            self._begin_trouble(f"an entry could not be written: {error!r}")

    def _commit(self, batch: list[Entry], confirmed: list[Confirmed]) -> None:
        """Write until it is written, or until closing and tried once more."""
        reopen = not self._journal.epoch
        for wait_s in chain(BACK_OFF_S, repeat(BACK_OFF_S[-1])):
            last_attempt = self._closing
            try:
                if reopen:
                    self._open()
                if self._recall():
                    batch = [_without_memory(each) for each in batch]
                if not self._journal.landed():  # before the error that was told of it
                    ranges = [(first, last) for epoch, first, last in confirmed if epoch == self._journal.epoch]
                    self._journal.write(batch, self._label(), ranges)
            except (*FAILURES, OSError, JournalError) as error:
                reopen = True
                self._begin_trouble(cause(error))
            else:
                self._end_trouble()
                self._tell_shortages()
                self._on_recorded(self._journal.last_seq, self._journal.depth())
                return
            if last_attempt:
                self._gave_up = True
                return
            with self._changed:
                self._changed.wait_for(lambda: self._closing, wait_s)

    def _recall(self) -> bool:
        """Read what would be replaced, where nobody could before; True where there was something."""
        if self._journal.memory_read or self._on_remembered is None:
            return False
        kept = self._journal.memory()
        if kept is None:
            return False
        with self._changed:
            self._holding = True
        self._on_remembered(kept)
        return True

    def _open(self) -> None:
        self._journal.open()
        if self._journal.set_aside is not None:
            self._why = ""  # news of its own, whatever was said before
            self._begin_trouble(_set_aside_text(self._journal))

    def _label(self) -> Label:
        synced = self._synchronised()
        return Label(now_ns=self._now_ns(), wall_ns=self._wall_ns(), time_quality="synced" if synced else "unsynced")

    def _begin_trouble(self, why: str) -> None:
        """Say what is wrong, once until it is over."""
        if not self._why:
            self._why = why
            self._say("journal", why)

    def _end_trouble(self) -> None:
        with self._changed:
            lost, self._lost = self._lost, 0
        if not self._why and not lost:
            return
        self._why = ""
        self._say("journal", f"works again; events not recorded: {lost}" if lost else "works again", over=True)

    def _tell_shortages(self) -> None:
        """Say where the journal came short of something, once until it is over."""
        short = self._journal.shortages()
        for part in self._short.keys() - short.keys():
            self._say(part, "no longer", over=True)
        for part in short.keys() - self._short.keys():
            self._say(part, short[part])
        self._short = short

    def _say(self, part: str, why: str, *, over: bool = False) -> None:
        self._on_trouble(Trouble(self._now_ns(), part=part, why=why, over=over))


def _without_memory(entry: Entry) -> Entry:
    return entry if entry.memory is None else msgspec.structs.replace(entry, memory=None)


def _set_aside_text(journal: Journal) -> str:
    return f"the file was damaged and is kept as {journal.set_aside}; a new epoch begins"
