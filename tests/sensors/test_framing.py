import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sensors.framing import LONGEST, Framing


@pytest.mark.parametrize(
    ("terminator", "sent", "lines"),
    [
        ("cr", b"one\rtwo\rthr", [b"one", b"two"]),
        ("lf", b"one\r\ntwo\n", [b"one", b"two"]),
        ("crlf", b"one\rtwo\r\n", [b"one\rtwo"]),
        ("etx", b"\x02one\x03\x02two\x03", [b"one", b"two"]),
        ("auto", b"one\rtwo\nthree\r\n\x02four\x03", [b"one", b"two", b"three", b"four"]),
        ("cr", b"\0one\0\r\r  \r two \r", [b"one", b"two"]),
        ("etx", b"noise\x02one\x03", [b"one"]),
    ],
)
def test_lines_are_cut(terminator, sent, lines):
    """Each terminator ends a line and no other does; frame, NUL and empty lines are left out."""
    assert lines == Framing(terminator).feed(sent)


@given(
    st.binary(max_size=300), st.lists(st.integers(1, 20), max_size=100), st.sampled_from(["cr", "lf", "crlf", "etx"])
)
def test_cuts_do_not_matter(sent, sizes, terminator):
    """However the bytes arrive, one by one or all at once, the lines are the same."""
    whole = Framing(terminator).feed(sent)
    framing, parts = Framing(terminator), []
    for size in [*sizes, len(sent)]:
        parts += framing.feed(sent[:size])
        sent = sent[size:]
    assert whole == parts


@pytest.mark.parametrize("terminator", ["cr", "crlf", "auto"])
def test_endless_line_is_told_once_and_dropped(terminator):
    """A megabyte without a terminator gives its beginning once, keeps little, and the line after it is read."""
    framing, lines = Framing(terminator), []
    for _ in range(1024):
        lines += framing.feed(b"x" * 1024)
        assert len(framing._kept) <= LONGEST
    lines += framing.feed(b"tail\r")
    lines += framing.feed(b"\n")
    lines += framing.feed(b"01A+0000.123\r\n")
    expected = [b"x" * LONGEST, b"01A+0000.123"]
    assert expected == lines
