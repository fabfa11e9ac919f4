from hypothesis import given
from hypothesis import strategies as st

from edge_agent.signals.spans import Spans, taken

NUMBERS = st.integers(1, 40)
CHANGES = st.lists(st.tuples(st.sampled_from(["add", "drop"]), NUMBERS, NUMBERS), max_size=30)


@given(CHANGES, NUMBERS, NUMBERS)
def test_spans_are_a_set_of_numbers(changes, first, last):
    """Whatever is added and dropped, it holds what a plain set holds, as few ranges in order as there can be."""
    spans, plain = Spans(), set()
    for what, begin, end in changes:
        getattr(spans, what)(begin, end)
        numbers = set(range(begin, end + 1))
        plain = plain | numbers if what == "add" else plain - numbers
    assert plain == {number for begin, end in spans for number in range(begin, end + 1)}
    assert all(before[1] + 1 < after[0] for before, after in zip(spans, list(spans)[1:], strict=False))
    assert plain == {number for number in range(50) if number in spans}
    assert (len(plain), min(plain, default=0), max(plain, default=0)) == (spans.total, spans.first, spans.last)
    inside = set(range(first, last + 1))
    assert inside - plain == {number for begin, end in spans.gaps(first, last) for number in range(begin, end + 1)}
    assert next(number for number in range(first, 99) if number not in plain) == spans.past(first)


def test_the_first_numbers_are_taken():
    """Of ranges only so many numbers, cut where it must be, and nothing of nothing."""
    assert [(2, 4), (9, 9)] == taken([(2, 4), (9, 30)], 4)
    assert [] == taken([(2, 4)], 0)
