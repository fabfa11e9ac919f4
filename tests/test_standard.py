"""Spans of time as people write them, and the conversions everything rests on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.standard import Characteristic, Span, Workplace, to_ns, to_s


@pytest.mark.parametrize(
    ("text", "ns"),
    [
        ("60s", 60_000_000_000),
        ("15min", 900_000_000_000),
        ("2takt", 120_000_000_000),
        ("1 h", 3_600_000_000_000),
        (1.5, 1_500_000_000),
    ],
)
def test_a_span_is_read_as_people_write_it(text: object, ns: int) -> None:
    """Seconds, minutes, hours, takts, or a bare number of seconds."""
    assert ns == Span.parse(text).ns(takt_s=60.0)


@pytest.mark.parametrize(
    "text", ["", "fast", "60", "-1s", "1e3s", "0s", 0, -1.0, True, None, float("nan"), "99999h", "1takts"]
)
def test_what_is_no_span_is_refused_with_an_example(text: object) -> None:
    """The error says what to write."""
    with pytest.raises(ValueError, match=r"(write it like '60s', '15min' or '2takt'|must be longer than nothing)"):
        Span.parse(text)


@given(st.integers(0, 10**16))
def test_seconds_and_back(ns: int) -> None:
    """Nanoseconds survive the way through seconds for a hundred days."""
    assert abs(ns - to_ns(to_s(ns))) <= 1


def test_takts_need_a_takt() -> None:
    """Without one the error names the span."""
    with pytest.raises(ValueError, match="'2takt' needs a takt"):
        Span(2, "takt").ns(None)


def test_an_open_limit_accepts_everything_on_its_side() -> None:
    """A limit left out does not exist."""
    assert Characteristic(name="x", lower=1.0).accepts(1e300)
    assert not Characteristic(name="x", lower=1.0).accepts(0.999)


def test_an_unknown_characteristic_is_an_error() -> None:
    """The border has checked the names; inside, a wrong one is a fault."""
    from edge_agent.standard import Standard

    with pytest.raises(KeyError):
        Workplace(standard=Standard(standard_cycle_s=1.0)).characteristic("nothing")
