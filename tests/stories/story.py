"""A story: a plain-text timeline that a team leader can write and object to, run against the station.

    # What it shows, in one or two sentences.
    standard 50 takt 60

    0:00  cycle
    0:50  cycle        -> green
    2:05               -> yellow blinking, sound    says raised cycle_overrun

`clock 08:55` says what the clock on the wall shows at 0:00, of `date` (a Monday); `early 06:00-14:00`, `late
14:00-22:00` and `break 09:00-09:15` (of the early shift) make the calendar, in Berlin. Without them work is always
planned.

`on_delay 20s`, `off_delay 30s` and `deadband 5` are those of `cycle_overrun`. `only KIND` looks for one gap only,
`also KIND+KIND` for more than usual, with their default settings; `gauge none` has no gauge. `cord latching` has one
that stays pulled until it is pushed back. `material driver,2min,5min,10min:shift_engineer` says who answers that kind
of call, within which times, and who is called next; `blue KIND` shows it on the blue lamp. `100 cycles of 49 to 51`
are so many, the last of them when the line says; `110 readings of 24.99 to 25.01` come with a cycle each. `group NAME`
says where the manual has it. `restart with standard 45` is one with a changed configuration.

`begin test 2min green` tests the wires for two minutes, the green lamp driven; `end test` is the end of it.

`role planner:standard,plan` is somebody who may that from afar; `planner sets takt_s to 45` is then a remote command,
and what is refused is heard as `denied` or `refused`, with why.

Each line is a time (minutes:seconds), what happens then, and what is to be seen afterwards: every lamp that is
lit, `dark` for none, and `sound`. `pull` is a cord pulled and let go, `hold` one that stays pulled until `release`,
by a hand, a latch or a cut wire. `says` lists events that must have been said since the line before, in order.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from edge_agent import detect
from edge_agent.andon.legend import Tier, spoken
from edge_agent.andon.response import KindResponse, Level, Response
from edge_agent.config.watch import CALL_KINDS
from edge_agent.detect import behind_takt, cycle_overrun, no_cycle, out_of_spec, repeat, silent
from edge_agent.events import (
    AgentFault,
    CallShelved,
    CallUpdated,
    DetectorService,
    Event,
    Hour,
    ModeChanged,
    PlanChanged,
    ShiftSummary,
    StandardChanged,
)
from edge_agent.kind import kind_of
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    CallVerdict,
    Changeover,
    ClockTold,
    CycleEnd,
    CycleStart,
    Gone,
    LampTest,
    Observation,
    Overflowed,
    PlannedStop,
    ProductChosen,
    Pull,
    Reading,
    Released,
    Restore,
    Returned,
    ServiceChange,
    Shelve,
    Source,
    UnderTest,
    Unreadable,
    Unshelve,
)
from edge_agent.planning.calendar import Calendar
from edge_agent.planning.plan import Plan
from edge_agent.planning.shifts import DAYS, Product, Shift
from edge_agent.standard import NS_PER_S, Characteristic, Span, Standard, Workplace, to_ns
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.invariants import Audit
from tests.stories import setting

BORE = Characteristic(name="bore_mm", nominal=25.0, lower=24.98, upper=25.02)
LINE = re.compile(r"(?P<at>\d+:\d\d(?:\.\d+)?)\s*(?P<act>.*?)\s*(?:->\s*(?P<lamp>.*?))?\s*(?:says\s+(?P<says>.*))?$")
EARLIER_NS = 10 * NS_PER_S  # the station began this long before 0:00, unless the story switches it on itself


@dataclass
class Line:
    """One line of a timeline."""

    number: int
    at_ns: int
    act: str
    lamp: str | None
    says: list[str]


@dataclass
class Story:
    """A parsed story."""

    path: Path
    title: str
    settings: dict[str, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)


def read(path: Path) -> Story:
    """Read a story; ValueError names the line that is none."""
    text = path.read_text(encoding="utf-8").splitlines()
    story = Story(path, " ".join(line.removeprefix("#").strip() for line in text if line.startswith("#")))
    for number, raw in enumerate(text, 1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if not line[0].isdigit():
            words = line.split()
            story.settings.update(zip(words[::2], words[1::2], strict=True))
            continue
        match = LINE.fullmatch(line)
        if match is None:
            message = f"{path}:{number}: not a line of a story: {raw!r}"
            raise ValueError(message)
        minutes, seconds = match["at"].split(":")
        says = [part.strip() for part in (match["says"] or "").split(",") if part.strip()]
        story.lines.append(Line(number, to_ns(int(minutes) * 60 + float(seconds)), match["act"], match["lamp"], says))
    return story


def workplace(settings: dict[str, str]) -> Workplace:
    """The station of the stories: a press, a cord, call buttons and a bore gauge."""
    takt = settings.get("takt")
    sees = "work" if settings.get("press") == "work" else "cycle"
    hears_s = float(settings["hears"]) if "hears" in settings else None
    gauge = Source(name="gauge", sees="reading", characteristic="bore_mm", heard_within_s=hears_s)
    cord = Source(name="cord", sees="call", latching=settings.get("cord") == "latching")
    gauges = () if settings.get("gauge") == "none" else (gauge,)
    return Workplace(
        standard=Standard(standard_cycle_s=float(settings["standard"]), takt_s=float(takt) if takt else None),
        characteristics=(BORE,),
        sources=(Source(name="press", sees=sees), *gauges, cord),
    )


def watches(settings: dict[str, str]) -> list[tuple[detect.Settings, str]]:
    """What it looks for; `only KIND` leaves the others away, `observe KIND` lets one light nothing."""
    also = [each for each in detect.DETECTORS if kind_of(each.SETTINGS) in settings.get("also", "").split("+")]
    place = workplace(settings)
    every: list[tuple[detect.Settings, str]] = [
        (overrun(settings), "press"),
        (no_cycle.Settings(), "press"),
        (behind_takt.Settings(), "press"),
        (out_of_spec.Settings(), "bore_mm"),
        (silent.Settings(), "press"),
    ]
    every += [(silent.Settings(), "gauge")] if settings.get("gauge") != "none" else []
    every += [(each.SETTINGS(), of) for each in also for of in each.subjects(place)[-1:]]
    if "repeat" in settings:
        every.append((repeat.Settings(many=int(settings["repeat"])), "every"))
    wanted = {settings.get("only"), *settings.get("also", "").split("+"), "silent", "repeat"}
    return [entry for entry in every if "only" not in settings or kind_of(type(entry[0])) in wanted]


def overrun(settings: dict[str, str]) -> cycle_overrun.Settings:
    """How it looks for long cycles."""
    spans = {name: Span.parse(settings[name]) for name in ("on_delay", "off_delay") if name in settings}
    deadband = float(settings["deadband"]) if "deadband" in settings else None
    mode: Literal["light", "observe"] = "observe" if settings.get("observe") == "cycle_overrun" else "light"
    return cycle_overrun.Settings(mode=mode, deadband=deadband, **spans)


def plan(settings: dict[str, str]) -> Plan:
    """What is planned: the shifts, their breaks, and two products with standards of their own."""
    breaks = tuple(slot for slot in settings.get("break", "").split("+") if slot)
    shifts = []
    for name in ("early", "late"):
        if name in settings:
            start, end = settings[name].split("-")
            shifts.append(Shift(name=name, start=start, end=end, days=DAYS, breaks=breaks if name == "early" else ()))
    return Plan(
        calendar=Calendar("Europe/Berlin", shifts),
        standard=workplace(settings).standard,
        products=(
            Product(name="wide", standard_cycle_s=50.0, takt_s=60.0),
            Product(name="small", standard_cycle_s=20.0, takt_s=30.0),
        ),
    )


def response(settings: dict[str, str]) -> Response:
    """Who answers: `material driver,2min,5min,10min:shift_engineer` is one kind's role, its times and its levels."""
    own = []
    for kind in [each for each in CALL_KINDS if "," in settings.get(each, "")]:
        to, acknowledge, attend, *levels = settings[kind].split(",")
        steps = (level.split(":") for level in levels)
        own.append(
            KindResponse(
                kind=kind,
                to=to,
                acknowledge=Span.parse(acknowledge),
                attend=Span.parse(attend),
                escalate=tuple(Level(after=Span.parse(after), to=role) for after, role in steps),
                tier="blue" if settings.get("blue") == kind else None,
            )
        )
    return Response(call=tuple(own))


def wall(settings: dict[str, str], at_ns: int) -> ClockTold:
    """The clock on the wall, in Berlin: `clock` at 0:00."""
    return shown(settings, at_ns, at_ns, settings.get("clock", "00:00"))


def shown(settings: dict[str, str], at_ns: int, since_ns: int, clock: str) -> ClockTold:
    """The clock on the wall, in Berlin, `since_ns` after it showed `clock`."""
    text = f"{settings.get('date', '2026-11-23')}T{clock}"
    began = dt.datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Berlin"))
    return ClockTold(at_ns, int(began.timestamp()) * NS_PER_S + since_ns, synchronised=True)


class Player:
    """Plays a story line by line."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.tiers = tuple(Tier(name) for name in story.settings.get("tiers", "red+yellow+green+blue+white").split("+"))
        self.said: list[Event] = []
        self.refused: list[str] = []
        self.now_ns = -EARLIER_NS
        self.audit = Audit()
        self.station = self.make(None)

    def make(self, memory: Memory | None) -> Station:
        """A station that begins now."""
        settings = self.story.settings
        station = Station(
            workplace(settings),
            watches(settings),
            response(settings),
            tiers=self.tiers,
            memory=memory,
            plan=plan(settings),
            written=setting.File(settings),
        )
        said = station.begin(self.now_ns)
        self.said += said
        self.audit.begun(station, said, self.now_ns)
        if "clock" in settings:
            self.step(station, wall(settings, self.now_ns), self.now_ns)
        return station

    def step(self, station: Station, seen: Observation | None, now_ns: int) -> None:
        """Take one step, with all that holds in every history."""
        said = station.step(seen, now_ns)
        self.said += said
        self.audit.stepped(station, seen, said, now_ns)

    def play(self, line: Line) -> None:
        """Do one line."""
        self.now_ns = line.at_ns
        word, _, changed = line.act.partition(" with ")
        if word in {"power on", "restart"}:
            kept = word == "restart"
            self.story.settings.update([changed.split()] if changed else [])
            self.audit = self.audit if kept else Audit()
            self.station = self.make(self.station.memory() if kept else None)
            return
        if (request := setting.asked(line.act)) is not None:
            self.refused += setting.answered(self, request)
            return
        for seen in self.observed(line):
            now_ns = line.at_ns if seen is None else seen.at_ns
            self.step(self.station, seen, now_ns)

    def observed(self, line: Line) -> Iterator[Observation | None]:
        """What an act is for the station."""
        word, _, rest = line.act.partition(" ")
        if word == "clock":
            yield shown(self.story.settings, line.at_ns, 0, rest)
        elif word.isdigit():
            yield from many(line)
        else:
            yield from observations(line.act, line.at_ns)

    def lamp(self) -> str:
        """What is to be seen now, in words."""
        stack = self.station.stack(self.now_ns)
        words = [spoken(tier, stack.lamps[tier]) for tier in Tier if tier in stack.lamps] or ["dark"]
        return ", ".join([*words, "sound"] if stack.sound else words)

    def heard(self) -> list[str]:
        """What was said since this was last asked: `raised cycle_overrun`, `lost gauge`."""
        said, self.said, refused, self.refused = self.said, [], self.refused, []
        return [word for event in said if (word := in_words(event))] + refused


VERDICTS: dict[str, CallVerdict] = {"true": "true", "false_alarm": "false_alarm", "standard_wrong": "standard_wrong"}


def restore(at_ns: int, rest: str) -> Restore:
    """A restore at the station, with a verdict perhaps; or from afar, where no role may end a stop."""
    afar = rest == "from afar"
    return Restore(at_ns, via="remote" if afar else "local", verdict=VERDICTS.get(rest), ends_stop=not afar)


def tested(at_ns: int, rest: str) -> UnderTest:
    """`begin test`, `begin test 2min`, `begin test 2min green`: the wires are tested for so long, one lamp driven."""
    _, *words = rest.split()
    span, show = (*words, "", "")[:2]
    return UnderTest(at_ns, for_ns=Span.parse(span or "30s").ns(None), show=show, who="maintenance")


ACTS: dict[str, Callable[[int, str], Observation]] = {
    "cycle": lambda at_ns, _: CycleEnd(at_ns, "press"),
    "start": lambda at_ns, _: CycleStart(at_ns, "press"),
    "pull": lambda at_ns, kind: Pull(at_ns, "cord", kind or "help"),
    "hold": lambda at_ns, kind: Pull(at_ns, "cord", kind or "help"),
    "release": lambda at_ns, _: Released(at_ns, "cord"),
    "found": lambda at_ns, _: Pull(at_ns, "cord", "help", standing=True),
    "button": lambda at_ns, kind: Pull(at_ns, f"{kind} button", kind),
    "acknowledge": lambda at_ns, _: Acknowledge(at_ns),
    "arrive": lambda at_ns, _: Arrive(at_ns),
    "restore": restore,
    "reading": lambda at_ns, value: Reading(at_ns, "gauge", "bore_mm", float(value)),
    "garbage": lambda at_ns, _: Unreadable(at_ns, "gauge", "#?!"),
    "unplug": lambda at_ns, sensor: Gone(at_ns, sensor, "unplugged"),
    "plug": Returned,
    "flood": lambda at_ns, _: Overflowed(at_ns, 100),
    "test": lambda at_ns, _: LampTest(at_ns),
    "begin": tested,
    "end": lambda at_ns, _: UnderTest(at_ns, for_ns=0, who="maintenance"),
    "stop": lambda at_ns, why: PlannedStop(at_ns, on=True, why=why),
    "changeover": lambda at_ns, why: Changeover(at_ns, on=True, why=why),
    "set": lambda at_ns, _: Changeover(at_ns, on=False),
    "resume": lambda at_ns, _: PlannedStop(at_ns, on=False),
    "product": ProductChosen,
    "shelve": lambda at_ns, rest: shelved(at_ns, *rest.split()),
    "unshelve": lambda at_ns, _: Unshelve(at_ns, who="lead"),
    "out": lambda at_ns, rule: ServiceChange(at_ns, detector=rule, out=True, why="being mended", who="lead"),
    "back": lambda at_ns, rule: ServiceChange(at_ns, detector=rule, out=False, who="lead"),
}


def shelved(at_ns: int, call: str, span: str) -> Shelve:
    """`shelve 1 30min`: set the source of a call aside."""
    return Shelve(at_ns, call=int(call), for_ns=Span.parse(span).ns(None), why="known, being mended", who="lead")


MANY = re.compile(r"(\d+) (cycles|readings) of ([\d.]+)(?: to ([\d.]+))?")
PIECES = (0.0, 0.6, 1.0, 0.3, 0.8, 0.1, 0.5, 0.9, 0.2, 0.7, 0.4)  # of the range, in no order a rule would find


def many(line: Line) -> Iterator[Observation]:
    """Many of a kind: cycles so long, or readings of so much with a cycle of 50 s each."""
    match = MANY.fullmatch(line.act)
    if match is None:
        message = f"line {line.number}: {line.act!r} is not like '100 cycles of 49 to 51'"
        raise ValueError(message)
    count, what, low = int(match[1]), match[2], float(match[3])
    spread = float(match[4] or low) - low
    values = [low + spread * PIECES[number % len(PIECES)] for number in range(count)]
    at_ns = line.at_ns - to_ns(sum(values) if what == "cycles" else 50.0 * count)
    for value in values:
        at_ns += to_ns(value if what == "cycles" else 50.0)
        yield CycleEnd(at_ns, "press")
        if what == "readings":
            yield Reading(at_ns, "gauge", "bore_mm", value)


def observations(act: str, at_ns: int) -> list[Observation | None]:
    """What an act of a story is for the station; nothing but time passing where there is none."""
    word, _, rest = act.partition(" ")
    if not word:
        return [None]
    if word not in ACTS:
        message = f"a story knows no {act!r}; it knows {', '.join(sorted(ACTS))}"
        raise ValueError(message)
    if word in {"pull", "button"}:
        pulled = ACTS[word](at_ns, rest)
        return [pulled, Released(at_ns, pulled.sensor)] if isinstance(pulled, Pull) else [pulled]
    return [ACTS[word](at_ns, rest)] * (int(rest or 1) if word == "garbage" else 1)


def in_words(event: Event) -> str:
    """An event as a story says it; telemetry is not told."""
    data = event.data
    if not data.KEPT:
        return ""
    if isinstance(data, Hour | ShiftSummary):
        words = "hour" if isinstance(data, Hour) else f"shift {data.shift}"
        return f"{words} {data.actual} of {data.plan}"
    if isinstance(data, PlanChanged):
        return f"plan {data.product or data.what.replace('_', ' ')} {'begins' if data.on else 'ends'}"
    if isinstance(data, StandardChanged):
        return (
            f"standard by {data.who}: {' and '.join(f'{each.what} {each.old} to {each.new}' for each in data.changes)}"
        )
    if isinstance(data, AgentFault):
        return f"fault {data.part}{' over' if data.over else ''}"
    if isinstance(data, CallUpdated) and data.also:
        return f"also {data.also} in {data.kind}"
    if isinstance(data, CallShelved):
        return f"shelf of {data.kind} ends: {data.ended}" if data.ended else f"shelved {data.kind}"
    if isinstance(data, ModeChanged):
        seen = " and ".join(f"{count} {name}" for name, count in data.seen.items())
        return f"back in service: {data.ended}{f' after {seen}' if seen else ''}" if data.ended else "under test"
    if isinstance(data, DetectorService):
        return f"{data.detector} {'in' if data.in_service else 'out of'} service"
    verb = event.type.split(".")[2]
    what = next((getattr(data, name) for name in ("kind", "sensor", "part") if hasattr(data, name)), "")
    how = next((str(getattr(data, name)) for name in ("how", "what", "to") if hasattr(data, name)), "")
    how, judged = ("", "") if verb == "raised" else (how, getattr(data, "verdict", None) or "")
    judged = f"as {judged}" if judged and verb != "observed" else judged
    return " ".join(part for part in (verb, what, how, judged) if part)
