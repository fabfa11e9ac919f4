import math
import struct
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sensors.sample_formats import CODES, Binary, Framed, Text

SYNC = b"\xaa\x55"


def frame(*values):
    return SYNC + struct.pack(f"<{len(values)}h", *values)


def fed(decoder, *chunks):
    """What a decoder gives for chunks that come at 0, 1, 2 ns, as values and stamps; nan as None."""
    runs = [run for at_ns, chunk in enumerate(chunks) for run in decoder.feed(chunk, at_ns)]
    return [([None if math.isnan(each) else each for each in run.raw.tolist()], run.at_ns) for run in runs]


@pytest.mark.parametrize("format_", CODES)
@given(cuts=st.lists(st.integers(0, 64), max_size=6))
def test_binary_is_the_same_however_it_is_cut(format_, cuts):
    """Numbers are read alike whether they come byte by byte or all at once."""
    values = np.array([1, -2, 300, -32768, 0, 7, 8, 32767]).astype(CODES[format_])
    places = [0, *sorted(cuts), 64]
    data = values.tobytes()
    decoder = Binary(format_)
    chunks = [data[first:last] for first, last in pairwise(places)]
    assert values.tolist() == [value for run, _ in fed(decoder, *chunks) for value in run]


def test_part_of_a_number_is_unreadable_after_a_pause():
    """Bytes that a pause cuts off are one unreadable sample, shown; the number after the pause is read."""
    decoder = Binary("i16")
    assert [] == fed(decoder, b"\x07")
    (odd,) = decoder.pause(5)
    assert (r"\x07", 1) == (odd.odd, len(odd.raw))
    assert [([2.0], 0)] == fed(decoder, b"\x02\0")


def test_text_reads_every_line_end_and_keeps_halves():
    """CR, LF and both end a number; a half line waits; what is no number stands as nan, and its look is told."""
    decoder = Text()
    assert [([1.5, -2.0], 0), ([300.0, None, None], 1)] == fed(decoder, b"1.5\r\n-2\r3e", b"2\ninf\nten\n")
    (run,) = decoder.feed(b"\xff\xfe\n1\n", 0)
    assert r"\xff\xfe" == run.odd


def test_half_a_line_at_the_end_is_no_number():
    """`12` may be the beginning of `125`: a stream that ends within a line gives no value for it."""
    decoder = Text()
    assert [] == fed(decoder, b"12")
    assert [] == list(decoder.pause(0))
    (run,) = decoder.end(0)
    assert ("12", True) == (run.odd, bool(np.isnan(run.raw).all()))


def test_frame_counts_when_the_next_one_follows():
    """A frame is given with the header after it, stamped with its own last byte, not with the header's."""
    decoder = Framed("i16", SYNC, 2)
    assert [([1.0, 2.0], 1)] == fed(decoder, frame(1, 2)[:3], frame(1, 2)[3:], SYNC)


def test_frame_before_a_pause_counts():
    """A device that sends one frame at a time is read after each; half a frame is not."""
    decoder = Framed("i16", SYNC, 2)
    assert [] == fed(decoder, frame(1, 2))
    assert [([1.0, 2.0], 0)] == [(run.raw.tolist(), run.at_ns) for run in decoder.pause(9)]
    assert [] == fed(decoder, frame(1, 2)[:4])
    assert [] == list(decoder.pause(9))
    assert ["outside of frames: \\xaaU\\x01\\x00"] == [run.odd for run in decoder.end(9)]


def test_one_lost_byte_costs_one_frame():
    """The frame that lost a byte is not read, and those after it are, unshifted."""
    data = frame(1, 2) + frame(3, 4)[:-1] + frame(5, 6) + frame(7, 8) + SYNC
    assert [[1.0, 2.0], [None], [5.0, 6.0], [7.0, 8.0]] == [run for run, _ in fed(Framed("i16", SYNC, 2), data)]


def test_sync_among_the_numbers_is_no_frame():
    """Numbers that look like the header, and a header among garbage, mislead nobody."""
    looks_alike = struct.unpack("<h", SYNC)[0]
    data = b"\x01" + SYNC + b"\x02" + frame(looks_alike, 2) + frame(looks_alike, looks_alike) + SYNC
    expected = [[None], [looks_alike, 2.0], [looks_alike, looks_alike]]
    assert expected == [run for run, _ in fed(Framed("i16", SYNC, 2), data)]


@given(st.lists(st.lists(st.sampled_from([SYNC, b"\xaa", b"\0"]), max_size=20).map(b"".join), max_size=20))
def test_nothing_grows_under_garbage(chunks):
    """Whatever comes, no more is kept than a frame and a header."""
    decoder = Framed("i16", SYNC, 2)
    for chunk in chunks:
        fed(decoder, chunk)
        assert len(decoder._kept) < len(frame(1, 2)) + len(SYNC)


@given(st.lists(st.integers(1, 9), max_size=12), st.integers(0, 8))
def test_frames_are_the_same_however_they_are_cut(lengths, noise):
    """Garbage, then frames, cut anywhere: every frame that is followed by a header is read, in order."""
    data = b"\0" * noise + b"".join(frame(2 * n, 2 * n + 1) for n in range(8)) + SYNC
    chunks, rest = [], data
    for length in lengths:
        chunks, rest = [*chunks, rest[:length]], rest[length:]
    read = [value for run, _ in fed(Framed("i16", SYNC, 2), *chunks, rest) for value in run if value is not None]
    assert list(range(16)) == read
