"""How long run rules run until one of them signals: the average run length of Western Electric and Nelson rules.

For independent normal samples of known mean and standard deviation, in samples, up to and including the first
signal. The zone rules are Markov chains with few states (Champ and Woodall 1987): what a rule must remember
is coded so that two pasts that cannot differ in what follows are one state. The trend and the alternation rule
compare samples with each other only: their run length is the same for every continuous distribution, shifted
or not, and follows from the rank of the newest sample alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from edge_agent.arrays import np
from edge_agent.detect.charts.run_length import check_shift, legendre, normal_cdf

if TYPE_CHECKING:
    from edge_agent.arrays import Floats

State = tuple[int, ...]

MOST_STATES = 2_000  # the chain's dense system: 32 MB and about a second to solve; WE1-4 with N2 has 613
MOST_TURNS = 100  # inverse iteration gains at least a digit a turn; it is done after fifteen
# A zone is its side, and 1 + the whole sigmas its samples lie beyond, at most 3; it reaches from edge to edge.
ZONES = {
    -4: (-math.inf, -3.0),
    -3: (-3.0, -2.0),
    -2: (-2.0, -1.0),
    -1: (-1.0, 0.0),
    1: (0.0, 1.0),
    2: (1.0, 2.0),
    3: (2.0, 3.0),
    4: (3.0, math.inf),
}
SIGNAL = -1  # in place of a state's number
STILL = 1e-12  # shares that move less than this are the long run's: a turn gains a digit or more
RANKS = 40  # nodes for the rank of the newest sample; the solutions are entire functions: 15 digits


class Memory(NamedTuple):
    """What one rule remembers: a first state, and the state after a zone; None when it signals."""

    first: State
    after: Callable[[State, int], State | None]


def rules_arl(rules: Sequence[str], *, shift: float = 0.0, steady_state: bool = False) -> float:
    """ARL of `rules`, any of WE1 to WE4 and N1 to N8 judged together, in samples.

    N3 and N4 are known alone only, and in zero state. `steady_state`: the shift comes after a long time in
    control without a signal, instead of at the chart's start.

    >>> round(rules_arl(["WE1", "WE2", "WE3", "WE4"]), 2), round(rules_arl(["N3"]), 2)
    (91.75, 421.6)

    Raises:
        ValueError: unknown rules, none, N3 or N4 together with others, a chain of more than 2,000 states or without a
            long run.
    """
    check_shift(shift)
    unknown = sorted(set(rules) - set(MEMORIES) - set(COMPARING))
    if unknown or not rules or isinstance(rules, str):
        message = f"rules are one or more of {', '.join((*MEMORIES, *COMPARING))}, not {unknown or rules!r}"
        raise ValueError(message)
    if not set(rules) & set(COMPARING):
        return memories_arl([MEMORIES[rule] for rule in dict.fromkeys(rules)], shift, steady_state=steady_state)
    if len(set(rules)) > 1 or steady_state:
        message = "N3 and N4 have a known run length alone and in zero state only; simulate them with others"
        raise ValueError(message)
    return comparing_arl(*COMPARING[rules[0]])


def memories_arl(memories: Sequence[Memory], shift: float = 0.0, *, steady_state: bool = False) -> float:
    """ARL of rules given by what they remember, in samples."""
    transitions = _chain(memories)
    stay = np.eye(len(transitions)) - _chances(transitions, shift)
    run_lengths = np.linalg.solve(stay, np.ones(len(transitions)))
    if not steady_state:
        return float(run_lengths[0])
    return float(_long_run(np.eye(len(transitions)) - _chances(transitions, 0.0)) @ run_lengths)


def _chain(memories: Sequence[Memory]) -> list[list[int]]:
    """All states that can be reached, the first one first: for each, the state after each zone."""
    first = tuple(memory.first for memory in memories)
    numbers = {first: 0}
    reached = [first]
    transitions: list[list[int]] = []
    while len(transitions) < len(reached):
        row = []
        for zone in ZONES:
            known = _after(memories, reached[len(transitions)], zone)
            if known is not None and known not in numbers:
                numbers[known] = len(reached)
                reached.append(known)
            row.append(SIGNAL if known is None else numbers[known])
        transitions.append(row)
        if len(reached) > MOST_STATES:
            message = f"these rules together need more than {MOST_STATES} states; ask for fewer at a time, or simulate"
            raise ValueError(message)
    return transitions


def _after(memories: Sequence[Memory], states: tuple[State, ...], zone: int) -> tuple[State, ...] | None:
    """The states of all rules after a sample in `zone`; None when one of them signals."""
    following = []
    for memory, state in zip(memories, states, strict=True):
        after = memory.after(state, zone)
        if after is None:
            return None
        following.append(after)
    return tuple(following)


def _chances(transitions: list[list[int]], shift: float) -> Floats:
    """Probability to go from each state (rows) to each, without a signal."""
    chances: Floats = np.zeros((len(transitions), len(transitions)))
    for column, (lower, upper) in enumerate(ZONES.values()):
        # the tail that is nearer: differences of numbers near one lose digits
        low, high = (lower - shift, upper - shift) if lower + upper < 2.0 * shift else (shift - upper, shift - lower)
        chance = normal_cdf(high) - normal_cdf(low)
        for state, row in enumerate(transitions):
            if row[column] != SIGNAL:
                chances[state, row[column]] += chance
    return chances


def _long_run(stay: Floats) -> Floats:
    """Distribution of the states after a long time without a signal: the left eigenvector of the chain.

    By inverse iteration: its eigenvalue is the one nearest to one, because signals are rare.
    """
    inverse = np.linalg.inv(stay)
    shares: Floats = np.full(len(stay), 1.0 / len(stay))
    for _ in range(MOST_TURNS):
        following = shares @ inverse
        following /= following.sum()
        if float(np.abs(following - shares).max()) < STILL:
            return following
        shares = following
    message = f"the long run of these rules is not found in {MOST_TURNS} turns; ask for the zero state"
    raise ValueError(message)


def some_of(least: int, newest: int, beyond: int) -> Memory:
    """`least` of the `newest` samples more than `beyond` sigma from the centre on one side.

    Remembers, a side, which of the samples before were hits, without those too old to count by the time enough
    others can have come.
    """

    def after(state: State, zone: int) -> State | None:
        sides = []
        for hits, side in zip(state, (1, -1), strict=True):
            now = (hits << 1 | (side * zone > beyond)) & ((1 << newest) - 1)
            if now.bit_count() >= least:
                return None
            sides.append(useful(now & ((1 << newest - 1) - 1)))
        return tuple(sides)

    def useful(hits: int) -> int:
        for age in range(newest - 2, -1, -1):
            if hits.bit_count() + newest - 1 - age >= least:
                break
            hits &= (1 << age) - 1
        return hits

    return Memory((0, 0), after)


def run_inside(length: int) -> Memory:
    """`length` samples in a row within one sigma of the centre."""

    def after(state: State, zone: int) -> State | None:
        count = state[0] + 1 if abs(zone) == 1 else 0
        return None if count >= length else (count,)

    return Memory((0,), after)


def run_outside(length: int) -> Memory:
    """`length` samples in a row more than one sigma from the centre, both sides among them.

    Remembers the side of the newest, how many in a row lie outside, and how many of these on that side.
    """

    def after(state: State, zone: int) -> State | None:
        if abs(zone) == 1:
            return (0, 0, 0)
        side = 1 if zone > 0 else -1
        outside, same = min(state[1] + 1, length), min(state[2] + 1, length) if side == state[0] else 1
        return None if outside == length and same < length else (side, outside, same)

    return Memory((0, 0, 0), after)


@cache
def comparing_arl(steps: int, same: bool) -> float:
    """ARL of `steps` steps in a row that go the same way (a trend), or each the other way than the one before.

    With u the rank (0 to 1) of the newest sample and L_j(u) the samples still to come after j such steps, the
    last upwards: L_j(u) = 1 + integral of L_{j+1} over what goes on + integral of L_1 over what does not; a step
    down is a step up seen from 1 - u. Exact for every continuous distribution.
    """
    nodes, weights = legendre(RANKS)
    above = _integral_above(nodes)
    below = above[::-1]  # of the mirrored function: a step down from u is a step up from 1 - u
    goes_on, breaks = (above, below) if same else (below, above)
    size = steps - 1
    system = np.eye(size * RANKS)
    for number in range(size):
        rows = slice(number * RANKS, (number + 1) * RANKS)
        system[rows, :RANKS] -= breaks
        if number + 1 < size:
            system[rows, (number + 1) * RANKS : (number + 2) * RANKS] -= goes_on
    after_one = np.linalg.solve(system, np.ones(size * RANKS))[:RANKS]
    after_first = 1.0 + (above + below) @ after_one
    return 1.0 + float(0.5 * weights @ after_first)


def _integral_above(nodes: Floats) -> Floats:
    """The matrix that makes a function's values at the nodes its integrals from each node to one; nodes on [-1, 1]."""
    series = np.linalg.inv(np.polynomial.legendre.legvander(nodes, nodes.size - 1))
    integrals = np.polynomial.legendre.legint(series, lbnd=1.0, axis=0)
    return np.asarray(-0.5 * np.polynomial.legendre.legval(nodes, integrals, tensor=True).T)


# WE4 is 8 in a row, N2 is 9; N1, N5 and N6 are WE1, WE2 and WE3.
MEMORIES = {
    "WE1": some_of(1, 1, 3),
    "WE2": some_of(2, 3, 2),
    "WE3": some_of(4, 5, 1),
    "WE4": some_of(8, 8, 0),
    "N1": some_of(1, 1, 3),
    "N2": some_of(9, 9, 0),
    "N5": some_of(2, 3, 2),
    "N6": some_of(4, 5, 1),
    "N7": run_inside(15),
    "N8": run_outside(8),
}
COMPARING = {"N3": (5, True), "N4": (13, False)}  # six samples steadily up or down; fourteen that alternate
