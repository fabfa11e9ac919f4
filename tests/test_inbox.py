from edge_agent.control import Recorded
from edge_agent.inbox import Inbox
from edge_agent.signals.mqtt import Came, Landed
from edge_agent.uplink.link import StationAway, StationSaid
from edge_agent.uplink.uplink import INBOX_LIMIT as MOST
from edge_agent.uplink.uplink import SHARES

COMMAND = Came(1, "cmd", b"", False, None, None)


def test_a_flood_of_commands_leaves_room_for_what_the_broker_confirms():
    """Commands beyond their share are dropped and counted; nothing was lost that nobody repeats."""
    inbox = Inbox(MOST, SHARES)
    for _ in range(2 * MOST):
        inbox.post(COMMAND)
    inbox.post(Landed(1, 1, 0))
    assert inbox.dropped == {"Came": 2 * MOST - SHARES["Came"]}
    assert {"Came"} == inbox.refused().keys()
    assert not inbox.refused()


def test_losing_a_confirmation_is_known():
    """A full inbox drops, counts, and says that something is missing."""
    inbox = Inbox(MOST, SHARES)
    for mid in range(MOST + 1):  # one more than there is room for
        inbox.post(Landed(1, mid, 0))
    inbox.post(StationSaid(Recorded(seq=1, depth=1)))
    assert inbox.dropped == {"Landed": 1, "StationSaid": 1}
    assert {"Landed", "StationSaid"} == inbox.refused().keys()


def test_messages_come_out_in_order_and_nothing_is_no_message():
    """First in, first out; None when nothing came in time."""
    inbox = Inbox(MOST, SHARES)
    for why in ("a", "b"):
        inbox.post(StationAway(why))
    assert [StationAway("a"), StationAway("b"), None] == [inbox.take(0.001) for _ in range(3)]
