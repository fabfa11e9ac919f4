"""What only many times is a gap is counted on over restarts: wherever they fall, no call is doubled or missing."""

from __future__ import annotations

from itertools import combinations_with_replacement

import msgspec
import pytest

from edge_agent.andon.response import Response
from edge_agent.detect import consecutive_defects, defect_rate, micro_stop, repeat
from edge_agent.detect.rule import Settings
from edge_agent.events import CallRaised
from edge_agent.observations import CycleEnd, Judged, Observation, Pull, Reading, Released, Restore
from edge_agent.standard import NS_PER_S, Span
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.stories import story

S, MIN = NS_PER_S, 60 * NS_PER_S
TIMES = {"standard": "50", "takt": "60"}
Turns = list[Observation]


def made(settings: Settings, of: str, memory: Memory | None = None) -> Station:
    """A station with one detector."""
    return Station(story.workplace(TIMES), [(settings, of)], Response(), memory=memory, plan=story.plan(TIMES))


def again(settings: Settings, of: str, station: Station, by_ns: int) -> Station:
    """The same after a restart, on a clock that reads `by_ns` more; what it kept went through the journal."""
    kept = msgspec.json.decode(msgspec.json.encode(station.memory()), type=Memory)
    return made(settings, of, kept.moved(by_ns))


def raised(settings: Settings, of: str, turns: Turns, cuts: tuple[int, ...] = (), boot_ns: int = 0) -> list[int]:
    """When its calls were raised, on the first clock; restarted before these turns, each time on another clock."""
    station, by_ns, found = made(settings, of), 0, list[int]()
    station.begin(0)
    for place, seen in enumerate(turns):
        for _ in range(cuts.count(place)):
            station, by_ns = again(settings, of, station, boot_ns), by_ns + boot_ns
            station.begin(station.clock_ns)
        at_ns = seen.at_ns + by_ns
        said = station.step(msgspec.structs.replace(seen, at_ns=at_ns), at_ns)
        calls = [event for event in said if isinstance(event.data, CallRaised) and event.data.trigger == "auto"]
        found += [event.at_ns - by_ns for event in calls]
    return found


def pulls() -> Turns:
    """Three within the hour, three in the silence after, restored one by one; three when it is over."""
    seen: Turns = []
    for at_min in (1, 2, 3, 4, 5, 6, 64, 65, 66):
        seen += [Pull(at_min * MIN, "cord", "help"), Released(at_min * MIN + S, "cord"), Restore(at_min * MIN + 20 * S)]
    return seen


def parts() -> Turns:
    """Bad ones, a good one between, restored in the middle of a row."""
    bad = [1, 0, 1, 1, 1, 1, None, 1, 1, 0, 1, 1, 1]
    return [Restore(n * MIN) if b is None else Judged(n * MIN, "gauge", "bore_mm", not b) for n, b in enumerate(bad, 1)]


SCENES = [
    (repeat.Settings(many=3, within=Span(60, "min")), "every", pulls(), [3, 66]),
    (consecutive_defects.Settings(), "bore_mm", parts(), [5, 13]),
    (defect_rate.Settings(), "bore_mm", parts(), [5, 12]),
]


@pytest.mark.parametrize("boot_ns", [0, -7 * MIN, 5 * MIN])
@pytest.mark.parametrize(("settings", "of", "turns", "expected_min"), SCENES)
def test_restarts_change_no_call(
    settings: Settings, of: str, turns: Turns, expected_min: list[int], boot_ns: int
) -> None:
    """Two of them, at every pair of places, on the same boot's clock and on another's."""
    expected = [at_min * MIN for at_min in expected_min]
    assert expected == raised(settings, of, turns)
    for cuts in combinations_with_replacement(range(len(turns) + 1), 2):
        assert expected == raised(settings, of, turns, cuts, boot_ns), cuts


@pytest.mark.parametrize("cut", range(13))
def test_a_restart_costs_the_one_stop_it_falls_into(cut: int) -> None:
    """Three micro stops call; of the stop that spans the restart nobody saw the beginning."""
    ends_s, turns, stops = 0, [], []
    for number in range(12):
        ends_s += 150 if number % 2 else 50
        turns.append(CycleEnd(ends_s * S, "press"))
        if number % 2 and number != cut:
            stops.append(ends_s * S)
    assert stops[2:3] == raised(micro_stop.Settings(many=3), "press", turns, (cut,))[:1]


def test_a_call_of_micro_stops_stands_over_a_restart() -> None:
    """It ends when the first of them is too long ago, not by the restart."""
    settings = micro_stop.Settings(many=2, within=Span(10, "min"))
    station = made(settings, "press")
    station.begin(0)
    for at_s in (50, 200, 350):
        station.step(CycleEnd(at_s * S, "press"), at_s * S)
    station = again(settings, "press", station, 0)
    station.begin(351 * S)
    assert [1] == list(station.calls.open)
    assert (200 + 600) * S == station.watch.due_ns()
    station.step(None, 800 * S)
    assert [] == list(station.calls.open)


def test_calls_are_calls_by_another_standard_too() -> None:
    """Two calls, another standard, the third: it is one call too many; and it stays silent over the next standard."""
    settings = repeat.Settings(many=3, within=Span(60, "min"))
    station, said = made(settings, "every"), []
    station.begin(0)
    for number, standard in enumerate(("50", "50", "45", "40", "40", "40"), 1):
        station.watch.hold(story.workplace(TIMES | {"standard": standard}), [(settings, "every")], number * MIN)
        for seen in (
            Pull(number * MIN, "cord", "help"),
            Released(number * MIN + S, "cord"),
            Restore(number * MIN + 2 * S),
        ):
            said += station.step(seen, seen.at_ns)
    assert [3 * MIN] == [
        event.at_ns for event in said if isinstance(event.data, CallRaised) and event.data.kind == "repeat"
    ]


def test_a_memory_without_counts_is_read() -> None:
    """What an older version kept: it counts from none."""
    old = msgspec.json.decode(b'{"next_call":7}', type=Memory)
    station = made(consecutive_defects.Settings(), "bore_mm", old)
    station.begin(0)
    assert () == station.memory().counted


def test_what_is_kept_is_bounded() -> None:
    """It is written with every event: calls by the hundred and parts by the thousand leave a handful of stamps."""
    calls, bad = made(repeat.Settings(), "every"), made(consecutive_defects.Settings(), "bore_mm")
    calls.begin(0)
    bad.begin(0)
    for number in range(1, 500):
        at_ns = number * 7 * MIN
        for seen in (Pull(at_ns, "cord", "help"), Released(at_ns + S, "cord"), Restore(at_ns + 2 * S)):
            calls.step(seen, seen.at_ns)
        bad.step(Reading(at_ns, "gauge", "bore_mm", 26.0), at_ns)
    sizes = [len(msgspec.json.encode(station.memory().counted)) for station in (calls, bad)]
    assert max(sizes) < 300
