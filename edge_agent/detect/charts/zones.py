"""Where a standardised value lies and which way it went: one code a sample, from which every run rule is read.

Fifteen codes in a row decide all rules, so the code is the whole memory a rule needs. Nothing is rounded and
nothing is interpolated: "above" and "beyond" are strict, so a value on a line is not beyond it, and only
WITHIN_1 holds its own border. A value that is not there (nan, before the first) has no bit set.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from edge_agent.arrays import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edge_agent.arrays import Codes, Floats


LIMIT_1, LIMIT_2, LIMIT_3 = 1.0, 2.0, 3.0  # sigma

ABOVE, BELOW = 1 << 0, 1 << 1  # z > 0, z < 0: a value on the centre line is on neither side
ABOVE_1, BELOW_1 = 1 << 2, 1 << 3  # z > 1, z < -1
ABOVE_2, BELOW_2 = 1 << 4, 1 << 5  # z > 2, z < -2
RISING, FALLING = 1 << 6, 1 << 7  # against the value before; equal neighbours are neither
ALTERNATES = 1 << 8  # rising after falling or falling after rising
WITHIN_1 = 1 << 9  # |z| <= 1
BEYOND_1 = 1 << 10  # |z| > 1
BEYOND_3 = 1 << 11  # |z| > 3

_EITHER_WAY = RISING | FALLING


def read(values: Floats, before: Floats, code_before: Codes) -> Codes:
    """The code of each value.

    Args:
        values: standardised, shape (n, channels), oldest first, n >= 1.
        before: the row before them, shape (channels,); nan where there is none.
        code_before: the code of that row.

    Returns:
        codes, shape (n, channels).
    """
    size = np.abs(values)
    low, bit = np.zeros(values.shape, dtype=np.uint8), np.empty(values.shape, dtype=np.bool_)
    # Two planes of bytes, put together at the end: numpy handles eight bytes in the time of one long integer.
    for zone, limit in ((ABOVE, 0.0), (ABOVE_1, LIMIT_1), (ABOVE_2, LIMIT_2)):
        _mark(low, np.greater(values, limit, out=bit), zone)
    for zone, limit in ((BELOW, 0.0), (BELOW_1, -LIMIT_1), (BELOW_2, -LIMIT_2)):
        _mark(low, np.less(values, limit, out=bit), zone)
    for zone, compare in ((RISING, np.greater), (FALLING, np.less)):
        compare(values[:1], before, out=bit[:1])
        compare(values[1:], values[:-1], out=bit[1:])
        _mark(low, bit, zone)
    turned = np.empty_like(low)
    np.bitwise_xor(low[:1], code_before.astype(np.uint8), out=turned[:1])
    np.bitwise_xor(low[1:], low[:-1], out=turned[1:])
    # Each row has at most one direction, so both bits differ only where one row rose and the other fell.
    np.bitwise_and(turned, _EITHER_WAY, out=turned)
    high: NDArray[np.uint8] = np.equal(turned, _EITHER_WAY).view(np.uint8)
    _mark(high, np.less_equal(size, LIMIT_1, out=bit), WITHIN_1 >> 8)
    _mark(high, np.greater(size, LIMIT_1, out=bit), BEYOND_1 >> 8)
    _mark(high, np.greater(size, LIMIT_3, out=bit), BEYOND_3 >> 8)
    codes: Codes = high.astype(np.uint16)
    np.left_shift(codes, 8, out=codes)
    return np.bitwise_or(codes, low, out=codes)


def _mark(plane: NDArray[np.uint8], where: NDArray[np.bool_], bit: int) -> None:
    """Set `bit` of the plane where the condition holds; `where` is lost."""
    ones = where.view(np.uint8)
    np.multiply(ones, np.uint8(bit), out=ones)
    np.bitwise_or(plane, ones, out=plane)
