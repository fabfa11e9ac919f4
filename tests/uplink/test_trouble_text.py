"""What the station is told of the uplink fits, and nothing of it is missing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from edge_agent.uplink.uplink import LONGEST_TEXT, fitted


@given(st.lists(st.text(alphabet="ab", min_size=1, max_size=300), min_size=1, max_size=20))
def test_none_of_several_troubles_is_missing(texts):
    """They share the room the station has for them: short ones whole, the longest cut first."""
    told = fitted(texts, LONGEST_TEXT)
    parts = told.split("; ")
    assert len(told) <= LONGEST_TEXT
    assert len(parts) == len(texts)
    assert all(part.rstrip(".") == text[: len(part.rstrip("."))] for part, text in zip(parts, texts, strict=True))
    assert told == "; ".join(texts) or len(told) > LONGEST_TEXT - len(texts)
