"""Live counters of what makes people stop listening: calls that chatter, are gone at once, stay for days, or are false.

The figures are those of ISA-18.2 and EEMUA 191 for alarms, of one station: they are about the rules, not about people,
so only the calls of detectors count. Thousands of pulls a day are what the cord is for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

import msgspec

from edge_agent.andon.life import Call
from edge_agent.events import AgentFault, Data
from edge_agent.observations import CallVerdict
from edge_agent.standard import NS_PER_S
from edge_agent.state import CallFlow, Counters

MINUTE_NS, HOUR_NS = 60 * NS_PER_S, 3600 * NS_PER_S
HOURS = 8  # counted over the last shift
CHATTER_CALLS, CHATTER_NS = 3, MINUTE_NS  # raised and ended so often within a minute (ISA-18.2)
CALM_NS = 10 * MINUTE_NS  # without a call of it, and it chatters no more: longer than any burst, shorter than a shift
FLOOD_CALLS, FLOOD_OVER, FLOOD_NS = 10, 5, 10 * MINUTE_NS  # begins above 10 in 10 minutes, over below 5 (EEMUA 191)
STALE_NS = 24 * HOUR_NS  # open longer than a day (ISA-18.2)
VERDICTS, FEWEST_VERDICTS = 20, 5  # what people said last of its calls; fewer than 5 say nothing of a share
FALSE_SHARE = 0.5  # a rule that is wrong every other time is not believed the other time

Count = Callable[[str, str], None]
"""Told the source and what of it is to be counted in the books of the hour and the shift."""


class Bucket(msgspec.Struct, frozen=True, kw_only=True):
    """Counts of an hour that began at `began_ns`."""

    began_ns: int
    raised: int = 0
    chattering: int = 0
    fleeting: int = 0


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """What one detector's calls have been, bounded; stamps in ns of CLOCK_MONOTONIC.

    Args:
        buckets: of the last 8 hours, so that the window moves by the hour.
        short_ns: when the last three calls that are over were raised.
        verdicts: the calls people judged last, by number, and whether they called them false.
        chatters_until_ns: None while it does not chatter.
    """

    buckets: tuple[Bucket, ...] = ()
    short_ns: tuple[int, ...] = ()
    verdicts: tuple[tuple[int, bool], ...] = ()
    chatters_until_ns: int | None = None

    @property
    def doubted(self) -> bool:
        """Whether at least half of enough verdicts were that it called falsely."""
        return len(self.verdicts) >= FEWEST_VERDICTS and self.false_alarms >= FALSE_SHARE * len(self.verdicts)

    @property
    def false_alarms(self) -> int:
        """How many of the last verdicts were that nothing was wrong."""
        return sum(false for _, false in self.verdicts)

    def troubles(self) -> str:
        """What is wrong with it, sentences; empty where nothing is."""
        chatters = f"It called {CHATTER_CALLS} times or more within a minute; set on_delay, off_delay or deadband."
        false = f"{self.false_alarms} of its last {len(self.verdicts)} judged calls were false; mend its limit."
        return " ".join(
            text for text, holds in ((chatters, self.chatters_until_ns is not None), (false, self.doubted)) if holds
        )

    def counted(self, what: str, at_ns: int) -> Record:
        """The same with one more of `what` in the running hour; what is older than the window is forgotten."""
        buckets = tuple(each for each in self.buckets if at_ns - each.began_ns < HOURS * HOUR_NS)
        if not buckets or at_ns - buckets[-1].began_ns >= HOUR_NS:
            buckets = (*buckets, Bucket(began_ns=at_ns))
        last = msgspec.structs.replace(buckets[-1], **{what: getattr(buckets[-1], what) + 1})
        return msgspec.structs.replace(self, buckets=(*buckets[:-1], last))

    def moved(self, by_ns: int) -> Record:
        """The same on a clock that reads `by_ns` more."""
        return msgspec.structs.replace(
            self,
            buckets=tuple(msgspec.structs.replace(each, began_ns=each.began_ns + by_ns) for each in self.buckets),
            short_ns=tuple(each + by_ns for each in self.short_ns),
            chatters_until_ns=None if self.chatters_until_ns is None else self.chatters_until_ns + by_ns,
        )


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """All counters, kept over a restart; `raised_ns`, `raised_by` of the last 11 calls, `stale` by number."""

    records: dict[str, Record] = {}
    raised_ns: tuple[int, ...] = ()
    raised_by: tuple[str, ...] = ()
    flood: bool = False
    stale: tuple[int, ...] = ()

    def moved(self, by_ns: int) -> Kept:
        """The same on a clock that reads `by_ns` more."""
        return msgspec.structs.replace(
            self,
            records={name: record.moved(by_ns) for name, record in self.records.items()},
            raised_ns=tuple(each + by_ns for each in self.raised_ns),
        )


class Nuisance:
    """Counts the calls of each detector; `say` is told where the agent itself is the nuisance, and when no more."""

    def __init__(self, kept: Kept, names: Iterable[str], say: Callable[[int, Data], None], count: Count) -> None:
        known = set(names)
        self.records = {name: record for name, record in kept.records.items() if name in known}
        self.raised_ns, self.flood, self.stale = kept.raised_ns, kept.flood, set(kept.stale)
        self.raised_by = kept.raised_by
        self.say = say
        self.count = count

    def kept(self) -> Kept:
        """All of it, to be remembered."""
        stale = tuple(sorted(self.stale))
        records, flow = dict(self.records), self.raised_ns
        return Kept(records=records, raised_ns=flow, raised_by=self.raised_by, flood=self.flood, stale=stale)

    def raised(self, call: Call) -> None:
        """A detector has raised a call."""
        self._count(call.source, "raised", call.raised_ns)
        self.raised_ns = (*self.raised_ns, call.raised_ns)[-FLOOD_CALLS - 1 :]
        self.raised_by = (*self.raised_by, call.source)[-FLOOD_CALLS - 1 :]
        record = self.records[call.source]
        if record.chatters_until_ns is not None:
            until_ns = call.raised_ns + CALM_NS
            self.records[call.source] = msgspec.structs.replace(record, chatters_until_ns=until_ns)
        if not self.flood and len(self.raised_ns) > FLOOD_CALLS and call.raised_ns - self.raised_ns[0] <= FLOOD_NS:
            self.flood = True
            self.count("calls", "floods")
            self.say(call.raised_ns, AgentFault(part="calls", why=self._whence(), over=False))

    def ended(self, call: Call, at_ns: int, *, by_itself: bool, soon_ns: int) -> None:
        """A detector's call is over.

        Args:
            soon_ns: the time within which somebody was to acknowledge it.
        """
        self.stale.discard(call.call)
        unanswered = call.acknowledged_ns is None and call.attended_ns is None
        if by_itself and unanswered and at_ns - call.raised_ns < soon_ns:
            self._count(call.source, "fleeting", at_ns)
        before = self.records.get(call.source, Record())
        short_ns = (*before.short_ns, call.raised_ns)[-CHATTER_CALLS:]
        record = msgspec.structs.replace(before, short_ns=short_ns)
        if len(short_ns) == CHATTER_CALLS and at_ns - short_ns[0] <= CHATTER_NS:
            if before.chatters_until_ns is None:
                self._count(call.source, "chattering", at_ns)
                record = msgspec.structs.replace(self.records[call.source], short_ns=short_ns)
            record = msgspec.structs.replace(record, chatters_until_ns=call.raised_ns + CALM_NS)
        self._turn(call.source, record, at_ns)

    def judged(self, call: Call, verdict: CallVerdict, at_ns: int) -> None:
        """A person has said whether a call was right; said twice, the last word counts."""
        false = verdict == "false_alarm"
        record = self.records.get(call.source, Record())
        others = tuple(each for each in record.verdicts if each[0] != call.call)
        if others == record.verdicts:
            self.count(call.source, "verdicts")
            if false:
                self.count(call.source, "false_alarms")
        verdicts = (*others, (call.call, false))[-VERDICTS:]
        self._turn(call.source, msgspec.structs.replace(record, verdicts=verdicts), at_ns)

    def due_ns(self, open_calls: Iterable[Call]) -> int | None:
        """When something ends, or becomes stale, by time alone."""
        due = [each.chatters_until_ns for each in self.records.values() if each.chatters_until_ns is not None]
        due += [call.raised_ns + STALE_NS for call in open_calls if self._fresh(call)]
        if self.flood:
            due.append(self.raised_ns[-FLOOD_OVER] + FLOOD_NS)
        return min(due, default=None)

    def advance(self, now_ns: int, open_calls: Iterable[Call]) -> None:
        """End what is over by `now_ns`, and note the calls that are open for too long."""
        for name, record in list(self.records.items()):
            if record.chatters_until_ns is not None and record.chatters_until_ns <= now_ns:
                self._turn(name, msgspec.structs.replace(record, chatters_until_ns=None), now_ns)
        if self.flood and self.raised_ns[-FLOOD_OVER] + FLOOD_NS <= now_ns:
            self.flood = False
            self.say(now_ns, AgentFault(part="calls", why="Fewer than 5 calls within 10 minutes.", over=True))
        for call in open_calls:
            if self._fresh(call) and call.raised_ns + STALE_NS <= now_ns:
                self.stale.add(call.call)
                self.count(call.source, "stale")

    def counters(self, name: str, open_calls: Iterable[Call], now_ns: int) -> Counters:
        """What a detector's calls have been within the last 8 hours, and now."""
        record = self.records.get(name, Record())
        recent = [each for each in record.buckets if now_ns - each.began_ns < HOURS * HOUR_NS]
        return Counters(
            raised=sum(each.raised for each in recent),
            chattering=sum(each.chattering for each in recent),
            fleeting=sum(each.fleeting for each in recent),
            stale=sum(call.call in self.stale for call in open_calls if call.source == name),
            false_alarms=record.false_alarms,
            verdicts=len(record.verdicts),
            trouble=record.troubles(),
        )

    def flow(self, now_ns: int) -> CallFlow:
        """How many calls of detectors there are at the station."""
        recent = sum(now_ns - each <= FLOOD_NS for each in self.raised_ns)
        return CallFlow(recent=recent, flood=self.flood, stale=len(self.stale))

    def _whence(self) -> str:
        """What a flood is, and which rule to look at first."""
        ((source, count),) = Counter(self.raised_by).most_common(1)
        known = len(self.raised_by)  # fewer than the calls after an upgrade
        most = "most of them" if 2 * count > known else "most often"
        text = f"{len(self.raised_ns)} calls within 10 minutes: more than anybody can answer"
        return f"{text}; {most}: {source}, {count} of {known}."

    def _fresh(self, call: Call) -> bool:
        return call.trigger == "auto" and call.call not in self.stale

    def _count(self, source: str, what: str, at_ns: int) -> None:
        self.records[source] = self.records.get(source, Record()).counted(what, at_ns)
        self.count(source, what)

    def _turn(self, name: str, record: Record, at_ns: int) -> None:
        """Keep a record, and say what is wrong with it where that has changed."""
        before = self.records.get(name, Record())
        self.records[name] = record
        was = (before.chatters_until_ns is not None, before.doubted)
        now = (record.chatters_until_ns is not None, record.doubted)
        if was != now:
            why = record.troubles() or "Its calls are few and true again."
            self.say(at_ns, AgentFault(part=f"detector {name}", why=why, over=not any(now)))
