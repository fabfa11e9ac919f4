"""The table of false calls says what the detectors do: a smaller simulation agrees with it, textbook limits do not."""

from __future__ import annotations

import math
from functools import cache

import numpy as np
import pytest

from edge_agent.detect.block import Cycles
from edge_agent.detect.cycle_overrun import Settings as Overrun
from edge_agent.detect.out_of_spec import Settings as OutOfSpec
from edge_agent.detect.reading_drift import Settings as ReadingDrift
from edge_agent.detect.rule import Settings
from edge_agent.detect.slow_drift import Settings as SlowDrift
from edge_agent.kind import kind_of
from tests.simulation import tables
from tests.simulation.streams import CYCLES, READINGS, Stream, as_cycles, as_readings
from tests.simulation.trials import ANSWER, Delay, Figure, false_calls, held, raised, summary, watching

RUNS, SEED = 10, 7  # of 20 shifts; a seed of its own, so that agreement is no echo
STREAMS = {stream.name: stream for stream in (*CYCLES, *READINGS) if stream.name in tables.WELL_BEHAVED}
LIT = [
    pytest.param(settings, stream, id=f"{kind_of(type(settings))}-{stream.name}")
    for stream in STREAMS.values()
    for settings in tables.watches(stream)
    if tables.lit(settings)
]


def found(settings: Settings, stream: Stream) -> float:
    return false_calls(settings, stream, SEED, RUNS).value


@cache
def table() -> dict[tuple[str, str], tuple[float, float]]:
    return tables.written()


def expected(settings: Settings, stream: Stream) -> tuple[float, float]:
    """What the table says: mean, and the standard error of a mean of RUNS runs."""
    mean, error = table().get((kind_of(type(settings)), stream.name), (0.0, 0.0))
    # few runs may show none of what is rare: their own spread is no measure, chance alone (Poisson) is the least
    return mean, max(error * math.sqrt(tables.RUNS / RUNS), math.sqrt(max(mean, 0.1) / RUNS))


@pytest.mark.parametrize(("settings", "stream"), LIT)
def test_a_default_for_the_lamp_is_as_quiet_as_the_table_says(settings: Settings, stream: Stream) -> None:
    """On well-behaved data it agrees with the table within four standard errors, and stays under the bound."""
    mean, error = expected(settings, stream)
    assert mean + 4.0 * error >= found(settings, stream) >= mean - 4.0 * error
    assert mean <= tables.WIDER.get(kind_of(type(settings)), tables.BOUND)


@pytest.mark.parametrize(
    ("textbook", "stream"), [(SlowDrift(h=5.0), "lognormal, CV 10 %"), (ReadingDrift(limit=2.7), "normal")]
)
def test_textbook_limits_are_too_loud_for_a_lamp(textbook: Settings, stream: str) -> None:
    """The control: h = 5, or 2.7 sigma of an EWMA, right for a chart on a wall, disagrees with both."""
    mean, error = expected(textbook, STREAMS[stream])
    calls = found(textbook, STREAMS[stream])
    assert calls > mean + 4.0 * error
    assert calls > tables.BOUND


def test_a_call_that_ends_by_itself_is_raised_each_time() -> None:
    """Two long cycles apart are two calls, two in a row are one."""
    series = np.ones(300)
    series[[120, 140, 141, 200]] = 1.7
    block = as_cycles(series)
    assert [120, 140, 200] == list(raised(watching(Overrun(), block), block))


def test_a_call_that_waits_for_somebody_is_raised_once() -> None:
    """Bad parts before the call was answered belong to it; the first one after is a call of its own."""
    series = np.zeros(300)
    series[[50, 55, 50 + ANSWER, 51 + ANSWER]] = 9.0
    block = as_readings(series)
    assert [50, 51 + ANSWER] == list(raised(watching(OutOfSpec(), block), block))


def test_what_still_stands_is_restored_when_somebody_comes() -> None:
    """A level that stays is called again after each answer: the detector begins anew, and finds it anew."""
    dice = STREAMS["normal"].dice(SEED, 0)
    series = dice.normal(size=200)
    series[150:] += 4.0
    block = as_readings(series)
    first, second, third, *_ = raised(watching(ReadingDrift(), block), block)
    assert 150 <= first
    assert min(second - first, third - second) > ANSWER + 1  # an average that begins anew takes a few readings more


def test_calls_do_not_depend_on_how_far_it_looks_ahead() -> None:
    """The same places come out when every sample is judged by itself."""
    stream = next(stream for stream in CYCLES if stream.name == "lognormal, CV 10 %")
    block = as_cycles(stream.draw(stream.dice(SEED, 0), 2_000))
    settings = SlowDrift(h=3.0)
    assert one_by_one(settings, block) == list(raised(watching(settings, block), block))


def one_by_one(settings: Settings, block: Cycles) -> list[int]:
    detector, calls, standing = watching(settings, block), [], False
    for place in range(len(block)):
        bad = int(detector.scan(block.part(place, place + 1))[0]) == 2
        if bad and not standing:
            calls.append(place)
        standing = bad
        if bad and place - calls[-1] == ANSWER:
            detector.restart(int(block.ended_ns[place]))
            standing = False
    return calls


def test_silence_keeps_the_verdict_before_it() -> None:
    """A detector that has nothing new to say has not changed its mind, nor raised a second call."""
    assert [0, 2, 2, 0, 0] == held(np.array([-1, 2, -1, 0, -1], dtype=np.int8), 0).tolist()


def test_a_delay_is_a_median_only_where_half_found_it() -> None:
    """Runs that did not find the change within a shift count as later than any that did."""
    assert Figure(3.0, 1.0, 9) == summary([1, 2, 3, 4, 5, math.inf, 1, 2, 3]).median
    assert Delay(None, 0.5) == summary([1, 2, math.inf, math.inf])
