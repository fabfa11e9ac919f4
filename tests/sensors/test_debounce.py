from hypothesis import given
from hypothesis import strategies as st

from edge_agent.sensors.debounce import Debounce

WINDOW = 1000
START = 1_000_000


def told(contact, edges):
    return [change for level, at_ns in edges for change in contact.edge(level, at_ns)]


def alternating(gaps, level=True, start=START):
    edges, at_ns = [], start
    for gap in (0, *gaps):
        at_ns += gap
        edges.append((level, at_ns))
        level = not level
    return edges


def bounces(at_least=0):
    """Gaps of a contact that bounces for less than the window and comes to rest where it was going."""
    return st.lists(st.integers(1, 99), min_size=at_least, max_size=10).map(lambda gaps: gaps[: len(gaps) // 2 * 2])


def test_first_edge_counts_at_once():
    """The first edge is accepted with its own stamp, whatever follows."""
    expected = [(True, START)]
    assert expected == Debounce(WINDOW, level=False).edge(True, START)


@given(bounces())
def test_bounce_gives_one_change(gaps):
    """Any bounce shorter than the window is one change, at its first edge."""
    expected = [(True, START)]
    assert expected == told(Debounce(WINDOW, level=False), alternating(gaps))


@given(bounces(), bounces(), bounces(), st.integers(WINDOW, 5 * WINDOW), st.integers(WINDOW, 5 * WINDOW))
def test_quick_second_pull_is_not_eaten(first, between, second, held, rested):
    """Pull, release and pull again, each longer than the window and each bouncing, are three changes."""
    pull = alternating(first)
    release = alternating(between, level=False, start=START + held)
    again = alternating(second, start=START + held + rested)
    expected = [(True, START), (False, START + held), (True, START + held + rested)]
    assert expected == told(Debounce(WINDOW, level=False), pull + release + again)


def test_short_tap_is_settled_before_the_next_edge():
    """A release within the window is told late, with its own stamp, so that the next pull counts."""
    edges = [(True, START), (False, START + 400), (True, START + 60_000)]
    assert edges == told(Debounce(WINDOW, level=False), edges)


def test_a_look_settles_what_no_edge_has_told():
    """A release within the window is certain once the window is over and the contact still reads so, and told once."""
    contact = Debounce(WINDOW, level=False)
    told(contact, [(True, START), (False, START + 400)])
    assert [] == contact.settle(False, START + WINDOW - 1)
    assert [(False, START + 400)] == contact.settle(False, START + WINDOW)
    assert [] == contact.settle(False, START + 5 * WINDOW)


def test_a_look_settles_nothing_while_an_edge_is_on_its_way():
    """The contact reads otherwise than the last edge told: the driver is late, and a release would be a wrong guess."""
    contact = Debounce(WINDOW, level=False)
    told(contact, [(True, START), (False, START + 400)])
    assert [] == contact.settle(True, START + 9 * WINDOW)
    assert [] == contact.edge(True, START + 500)


def test_settled_release_may_bounce_too():
    """The bounce of a release that began within the window is no second pull."""
    edges = alternating([900, 150, 50, 100, 80])
    contact = Debounce(WINDOW, level=False)
    expected = [(True, START), (False, START + 900)]
    assert expected == told(contact, [*edges, (False, START + 50_000)])[:2]


def test_missed_edge_is_no_change():
    """A driver that lost an edge and tells the same level again changes nothing."""
    contact = Debounce(WINDOW, level=False)
    expected = [(True, START)]
    assert expected == told(contact, [(True, START), (True, START + 9_000), (True, START + 20_000)])


EDGES = st.lists(st.tuples(st.booleans(), st.integers(-2 * WINDOW, 3 * WINDOW)), max_size=60)


@given(EDGES, st.booleans(), st.integers(0, WINDOW))
def test_changes_alternate_and_never_go_back(steps, level, window):
    """Whatever a driver tells, in whatever order, changes alternate and their stamps do not decrease."""
    at_ns, edges = START, []
    for edge_level, step in steps:
        at_ns += step
        edges.append((edge_level, at_ns))
    changes = told(Debounce(window, level=level), edges)
    assert [bool((place + level + 1) % 2) for place in range(len(changes))] == [change for change, _ in changes]
    assert sorted(at for _, at in changes) == [at for _, at in changes]


@given(st.lists(st.integers(1, 300), max_size=60), st.booleans())
def test_last_level_is_told_by_the_next_edge(gaps, level):
    """After quiet longer than the window, the next edge finds the contact's true level reported."""
    contact = Debounce(WINDOW, level=not level)
    edges = alternating(gaps, level=level)
    changes = told(contact, edges)
    last_level, last_ns = edges[-1]
    changes += contact.edge(not last_level, last_ns + 2 * WINDOW)
    assert (not last_level, last_ns + 2 * WINDOW) == changes[-1]


@given(st.lists(st.integers(1, 20), min_size=3, max_size=9).map(lambda some: (some * 4_000)[:9_999]))
def test_burst_is_bounded(gaps):
    """10,000 edges give at most two changes for each window they last, and two more."""
    edges = alternating(gaps)
    windows = (edges[-1][1] - START) // WINDOW + 1
    assert len(told(Debounce(WINDOW, level=False), edges)) <= 2 * windows + 2
