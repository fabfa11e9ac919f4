"""Inputs made of real ones by chance: pieces cut, doubled and joined, bytes changed, and plain garbage."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

AWKWARD = (  # what has broken parsers before
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\r", b"\n", b"\r\n", b"\x02", b"\x03", b'"',
    b"\\u0000", b"\\ud800", b"nan", b"1e999", b"-0", b"-1", b"0", b"9223372036854775807", b"9223372036854775808",
    b"9" * 400, b"null", b"true", b"[", b"{", b"[" * 300, b'{"a":' * 300, b"'" * 3, b"a" * 5000, b"../../", b"$", b"%s",
    b"\x1b[2J",
)  # fmt: skip
Edit = tuple[float, int, bytes]
"""Where, as a part of the whole; how many bytes go; what takes their place."""


def edited(seed: bytes, edits: Sequence[Edit]) -> bytes:
    """The real input with each change made.

    >>> edited(b"01A+1.5", [(0.5, 1, b"-")])
    b'01A-1.5'
    """
    for where, length, change in edits:
        place = int(where * len(seed))
        seed = seed[:place] + change + seed[place + length :]
    return seed


def inputs(seeds: Sequence[bytes]) -> st.SearchStrategy[bytes]:
    """Bytes for a target with these seeds."""
    change = st.sampled_from(AWKWARD) | st.binary(max_size=8)
    edit = st.tuples(st.floats(0, 1), st.integers(0, 12), change)
    real = st.sampled_from(seeds)
    changed = st.builds(edited, real, st.lists(edit, max_size=6))
    return changed | st.lists(changed, max_size=3).map(b"".join) | st.binary(max_size=200)
