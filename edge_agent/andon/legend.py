"""What the lamps mean and who does what: the stack's legend as one table, and how it is shown on the tiers there are.

Colour says severity. Blinking says nobody is there yet, steady says attended, fast says the response time is
over; sound only while a call is unacknowledged. Red, yellow and green exclude each other; blue and white are
beside them. Green is shown alone or not at all. All dark means that nobody is watching, and is also what the
first seconds look like, before the first evidence.

A tier that is not wired gives its meanings to a pattern of one that is: the next entry of the row.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import StrEnum
from typing import Literal

import msgspec


class Tier(StrEnum):
    """A segment of the stack; names are those of OPC UA 10000-200."""

    RED = "red"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    WHITE = "white"


class Mode(StrEnum):
    """How a segment is lit; `flashing` is off longer than on: `_twice`, `_thrice` in groups, `_rarely` once in 5 s."""

    CONTINUOUS = "continuous"
    BLINKING = "blinking"
    BLINKING_FAST = "blinking_fast"
    FLASHING = "flashing"
    FLASHING_TWICE = "flashing_twice"
    FLASHING_THRICE = "flashing_thrice"
    FLASHING_RARELY = "flashing_rarely"


class Sign(StrEnum):
    """What the stack can say."""

    STOP_WAITING = "stop_waiting"
    STOP_ATTENDED = "stop_attended"
    CALL_WAITING = "call_waiting"
    CALL_ATTENDED = "call_attended"
    OUTSIDE_WAITING = "outside_waiting"
    OUTSIDE_ATTENDED = "outside_attended"
    BLIND = "blind"
    PLANNED = "planned"
    SET_ASIDE = "set_aside"
    TEST = "test"
    RUNNING = "running"
    STARTING = "starting"


class Row(msgspec.Struct, frozen=True):
    """One line of the legend: the patterns that show it, best first, what it means, who does what."""

    sign: Sign
    patterns: tuple[tuple[Tier, Mode], ...]
    means: str
    who_does_what: str


R, Y, G, B, W = Tier.RED, Tier.YELLOW, Tier.GREEN, Tier.BLUE, Tier.WHITE
ON, BLINK, FAST = Mode.CONTINUOUS, Mode.BLINKING, Mode.BLINKING_FAST
FLASH, TWICE, THRICE, RARELY = Mode.FLASHING, Mode.FLASHING_TWICE, Mode.FLASHING_THRICE, Mode.FLASHING_RARELY

# Worst first: where two signs want one tier, the upper one has it.
LEGEND: tuple[Row, ...] = (
    Row(
        Sign.STOP_WAITING,
        ((R, BLINK), (Y, FAST), (W, FAST)),
        "fixed position passed, line stop requested, nobody there",
        "next level comes",
    ),
    Row(Sign.STOP_ATTENDED, ((R, ON), (Y, ON), (W, ON)), "stopped, attended", "restore, then reset"),
    Row(
        Sign.CALL_WAITING,
        ((Y, BLINK), (R, BLINK), (W, BLINK)),
        "gap or call, nobody there",
        "team leader comes within the response time",
    ),
    Row(Sign.CALL_ATTENDED, ((Y, ON), (R, ON), (W, ON)), "attended", "team leader and operator"),
    Row(
        Sign.OUTSIDE_WAITING, ((B, BLINK), (Y, BLINK), (R, BLINK)), "material or outside help called", "logistics comes"
    ),
    Row(Sign.OUTSIDE_ATTENDED, ((B, ON), (Y, ON), (R, ON)), "material or outside help is there", "logistics"),
    Row(
        Sign.BLIND,
        ((W, BLINK), (Y, FLASH), (R, FLASH)),
        "blind: the agent cannot tell",
        "maintenance looks at the sensor named on the station page",
    ),
    Row(  # it asks for nobody; but dark would say that nobody is watching
        Sign.PLANNED,
        ((W, ON), (B, FLASH), (Y, RARELY), (R, RARELY)),
        "planned stop, changeover, not scheduled",
        "nothing",
    ),
    Row(
        Sign.SET_ASIDE,
        ((W, FLASH), (Y, TWICE), (R, TWICE), (B, TWICE)),
        "a rule is shelved or out of service",
        "team leader sees that its cause is mended and it comes back",
    ),
    Row(
        Sign.TEST,
        ((W, THRICE), (B, THRICE), (Y, THRICE), (R, THRICE)),
        "under test: nothing is judged, nobody is called",
        "whoever tests ends it; it ends by itself",
    ),
    Row(Sign.RUNNING, ((G, ON),), "running inside standard, fresh evidence", "nothing"),
    Row(Sign.STARTING, (), "just started, no evidence yet", "nothing; it ends by itself"),
)


class Kind(msgspec.Struct, frozen=True):
    """What a person's call means here: the tier that shows it, whether it may stop the line, and whom it calls.

    Where `to` is None, it is the role of `[response]`.
    """

    tier: Literal["yellow", "blue"]
    stops_line: bool
    text: str
    to: str | None = None


KINDS: dict[str, Kind] = {  # by `CallKind`
    "help": Kind("yellow", True, "Help is called."),
    "quality": Kind("yellow", True, "A quality problem is called."),
    "safety": Kind("yellow", True, "A safety concern is called."),
    "method": Kind("yellow", False, "A question about the method is called."),
    "maintenance": Kind("yellow", False, "Maintenance is called.", "maintenance"),
    "material": Kind("blue", False, "Material is called.", "logistics"),
}


DARK = ("all dark", "nobody is watching", "maintenance")

SLOW_PERIOD_NS = 1_250_000_000  # 0.8 Hz, half on, half off: IEC 60073 slow, at least NUREG-0700's 0.8 Hz
FAST_PERIOD_NS = 357_142_857  # 2.8 Hz: IEC 60073 fast, 2 Hz apart from slow as NUREG-0700 asks
FLASH_ON_NS = SLOW_PERIOD_NS // 8  # clearly shorter than half, so that it is not taken for blinking

SWITCHES_NS: dict[Mode, tuple[int, ...]] = {  # when it goes off, on, off again; the last is the end of the period
    Mode.BLINKING: (SLOW_PERIOD_NS // 2, SLOW_PERIOD_NS),
    Mode.BLINKING_FAST: (FAST_PERIOD_NS // 2, FAST_PERIOD_NS),
    Mode.FLASHING: (FLASH_ON_NS, SLOW_PERIOD_NS),
    Mode.FLASHING_TWICE: (FLASH_ON_NS, 2 * FLASH_ON_NS, 3 * FLASH_ON_NS, SLOW_PERIOD_NS),
    Mode.FLASHING_THRICE: (*(n * FLASH_ON_NS for n in range(1, 6)), SLOW_PERIOD_NS),
    Mode.FLASHING_RARELY: (FLASH_ON_NS, 4 * SLOW_PERIOD_NS),
}


# What the output `alive` does while the agent turns. The gap is short, so that the first edge, on which a relay outside
# feeds the lamps, comes at once with most starts and within 0.16 s with the others: in time for the lamp test.
ALIVE_NS = (SLOW_PERIOD_NS - FLASH_ON_NS, SLOW_PERIOD_NS)


def lit(mode: Mode, now_ns: int) -> bool:
    """Whether a segment in `mode` is on at `now_ns`: one phase for all tiers, so that they blink together.

    >>> [lit(Mode.BLINKING, t * 625_000_000) for t in range(4)]
    [True, False, True, False]
    """
    return mode is Mode.CONTINUOUS or on(SWITCHES_NS[mode], now_ns)


def on(switches_ns: Sequence[int], now_ns: int) -> bool:
    """Whether what switches so is on, as it is at the beginning of its period."""
    phase_ns = now_ns % switches_ns[-1]
    return sum(phase_ns >= switch_ns for switch_ns in switches_ns) % 2 == 0


def next_change_ns(modes: Iterable[Mode], now_ns: int) -> int | None:
    """When the first of `modes` switches next by time alone; None where all are steady."""
    changes = (next_switch_ns(SWITCHES_NS[mode], now_ns) for mode in modes if mode is not Mode.CONTINUOUS)
    return min(changes, default=None)


def next_switch_ns(switches_ns: Sequence[int], now_ns: int) -> int:
    """When what switches so does it next."""
    phase_ns = now_ns % switches_ns[-1]
    return now_ns - phase_ns + next(each for each in switches_ns if each > phase_ns)


def show(signs: Collection[Sign], tiers: Collection[Tier], hurry: bool = False) -> dict[Tier, Mode]:
    """Put `signs` on the tiers that are wired; `hurry` makes what blinks blink fast.

    >>> show({Sign.CALL_WAITING, Sign.BLIND}, {Tier.YELLOW, Tier.WHITE})
    {<Tier.YELLOW: 'yellow'>: <Mode.BLINKING: 'blinking'>, <Tier.WHITE: 'white'>: <Mode.BLINKING: 'blinking'>}
    """
    lamps: dict[Tier, Mode] = {}
    for row in LEGEND:
        if row.sign in signs:
            pattern = next((pattern for pattern in row.patterns if pattern[0] in tiers), None)
            if pattern is not None and pattern[0] not in lamps:
                tier, mode = pattern
                fast = hurry and mode is Mode.BLINKING and row.sign is not Sign.BLIND
                lamps[tier] = Mode.BLINKING_FAST if fast else mode
    return lamps


def legend(tiers: Collection[Tier]) -> list[tuple[str, str, str]]:
    """The legend of a stack with these tiers: lamp, what it means, who does what; rows it cannot show left out."""
    rows = []
    for row in LEGEND:
        for tier, mode in show({row.sign}, tiers).items():
            rows.append((spoken(tier, mode), row.means, row.who_does_what))
    return [*rows, DARK]


def spoken(tier: Tier, mode: Mode) -> str:
    """A lamp as people say it.

    >>> spoken(Tier.YELLOW, Mode.BLINKING_FAST)
    'yellow blinking fast'
    """
    return tier if mode is Mode.CONTINUOUS else f"{tier} {mode.replace('_', ' ')}"
