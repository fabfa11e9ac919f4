"""When the uplink's trouble is said as a fault: late enough, once a cause, and over when the link has held."""

import pytest

from edge_agent.agent.uplink_fault import AGAIN_NS, HOLDS_NS, MOST_CAUSES, STANDS_NS, UplinkFault
from edge_agent.standard import to_ns


@pytest.fixture
def fault():
    return UplinkFault()


def told(fault, now_ns):
    """What is said at an instant, and nothing a moment before it is due."""
    said = fault.tell(now_ns)
    return None if said is None else (said.part, said.why, said.over)


def test_a_short_outage_is_not_said(fault):
    """The broker restarts: back within seconds, nothing to write down."""
    fault.heard("refused", "nothing listens", 0)
    assert told(fault, STANDS_NS - 1) is None
    fault.heard("", "connected", STANDS_NS - 1)
    assert fault.due_ns() is None
    assert told(fault, STANDS_NS + HOLDS_NS) is None


def test_an_outage_is_said_once_and_so_is_its_end(fault):
    """When it has stood long enough, with the text of then; over when the link has held."""
    fault.heard("refused", "nothing listens", 0)
    assert STANDS_NS == fault.due_ns()
    assert told(fault, STANDS_NS) == ("uplink", "nothing listens", False)
    fault.heard("refused", "nothing listens; 3 commands ignored", 2 * STANDS_NS)
    assert fault.due_ns() is None
    fault.heard("", "connected", 3 * STANDS_NS)
    assert told(fault, 3 * STANDS_NS + HOLDS_NS - 1) is None
    assert told(fault, 3 * STANDS_NS + HOLDS_NS) == ("uplink", "The uplink does its work again.", True)
    assert fault.due_ns() is None


def test_another_cause_in_one_outage_is_said_at_once(fault):
    """First no network, then a certificate: whoever comes must know the last one too."""
    fault.heard("name", "not resolved", 0)
    assert told(fault, STANDS_NS)
    fault.heard("certificate_expired", "expired", STANDS_NS + 1)
    assert told(fault, STANDS_NS + 1) == ("uplink", "expired", False)


def test_flapping_says_little(fault):
    """An hour of two seconds up and two down: one fault, and no end until the link holds."""
    said = []
    for second in range(0, 3600, 4):
        fault.heard("lost", "connection lost", to_ns(second))
        fault.heard("refused", "nothing listens", to_ns(second + 1))
        said += [fault.tell(to_ns(second + 2))]
        fault.heard("", "connected", to_ns(second + 2))
    assert not any(said)
    fault.heard("refused", "nothing listens", to_ns(3600))
    assert told(fault, to_ns(3600) + STANDS_NS)


def test_a_cause_that_comes_and_goes_is_said_four_times_an_hour_at_most(fault):
    """Outages long enough to be said, one after the other for a day."""
    said, now_ns, outage_ns = 0, 0, STANDS_NS + HOLDS_NS
    while now_ns < to_ns(86_400.0):
        fault.heard("dead", "confirms nothing", now_ns)
        said += fault.tell(now_ns + STANDS_NS) is not None
        fault.heard("", "connected", now_ns + STANDS_NS)
        fault.tell(now_ns + outage_ns)
        now_ns += outage_ns
    assert 0 < said <= to_ns(86_400.0) // AGAIN_NS + 1


def test_memory_is_bounded(fault):
    """Whoever may write to the control socket may name causes without end: they take no room."""
    for number in range(3 * MOST_CAUSES):
        fault.heard(f"cause_{number}", "x", 0)
        fault.tell(to_ns(100.0))
    assert len(fault._last_ns) <= MOST_CAUSES
