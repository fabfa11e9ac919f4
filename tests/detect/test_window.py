"""The rolling window holds the newest values, contiguous, whatever was appended."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.detect.window import Window

FINITE = st.floats(allow_nan=False, width=64)


@given(st.integers(1, 50), st.lists(st.tuples(FINITE, st.integers(-(2**62), 2**62)), max_size=200))
def test_it_is_the_tail_of_everything(capacity: int, entries: list[tuple[float, int]]) -> None:
    """After each append the views equal the newest `capacity` entries, values and stamps alike."""
    window = Window(capacity)
    for count, (value, at_ns) in enumerate(entries, 1):
        window.append(value, at_ns)
        tail = entries[max(0, count - capacity) : count]
        assert [entry[0] for entry in tail] == window.values.tolist()
        assert [entry[1] for entry in tail] == window.stamps.tolist()
        assert len(tail) == len(window)


def test_its_views_share_memory_and_have_the_promised_types() -> None:
    """No copy is made: a view is a slice of the ring, float64 and int64."""
    window = Window(4)
    for value in range(9):
        window.append(float(value), value)
    assert window.values.base is not None
    assert (np.dtype(np.float64), np.dtype(np.int64)) == (window.values.dtype, window.stamps.dtype)
    assert window.values.flags.c_contiguous


def test_evidence_is_a_copy() -> None:
    """What travels with an event does not change with the next cycle."""
    window = Window(2)
    window.append(1.0, 0)
    evidence = window.last(5)
    window.append(2.0, 1)
    assert (1.0,) == evidence
    assert () == window.last(0)


@pytest.mark.parametrize("capacity", [0, -1, 10_001])
def test_a_senseless_capacity_is_refused(capacity: int) -> None:
    """Nothing, less than nothing, or more than the views are made for."""
    with pytest.raises(ValueError, match="a window keeps"):
        Window(capacity)
