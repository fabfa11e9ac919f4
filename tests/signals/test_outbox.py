import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_agent.journal import JournalError
from edge_agent.signals.outbox import (
    AGAIN_NS,
    ASIDE,
    LISTEN_NS,
    READ,
    REPLAYS,
    UNTOLD,
    Backlog,
    Replays,
)
from edge_agent.signals.window import WINDOW, Window
from tests.signals.plain_journal import PlainJournal


def listened_to(journal):
    """A backlog that knows that somebody listens."""
    backlog = Backlog(journal)
    backlog._heard = True
    return backlog


def drain(backlog, now_ns=0, most=10**6):
    """Every event the backlog gives now, by number."""
    found = []
    while len(found) < most and (row := backlog.next(now_ns)) is not None:
        found.append(row.seq)
    return found


def test_events_come_in_order_and_once_a_connection():
    """All of them, oldest first, over many reads, and none again before the connection ends."""
    backlog = listened_to(PlainJournal(last=3 * READ + 1))
    assert list(range(1, 3 * READ + 2)) == drain(backlog)
    backlog.nudge()
    assert drain(backlog) == []


def test_a_new_connection_sends_again_what_was_not_confirmed():
    """What the broker confirmed is not sent again, even before the station knows; the rest is, in order."""
    backlog = listened_to(PlainJournal(last=6))
    assert drain(backlog) == [1, 2, 3, 4, 5, 6]
    for seq in (1, 2, 4):
        backlog.land(seq, 0, now_ns=0)
    backlog.open()
    assert drain(backlog) == [3], "one finds out whether somebody listens"
    backlog.land(3, 0, now_ns=0)
    assert drain(backlog) == [5, 6]


def test_deliveries_are_told_as_ranges_until_the_station_has_marked_them():
    """Ranges are merged and bounded, and stay until told; told twice does no harm."""
    backlog = listened_to(PlainJournal(last=9))
    drain(backlog)
    for seq in (1, 2, 3, 5, 8, 9):
        backlog.land(seq, 0, now_ns=0)
    assert backlog.untold(100) == ((1, 3), (5, 5), (8, 9))
    assert backlog.untold(2) == ((1, 3), (5, 5))
    backlog.told(((1, 3), (5, 5)))
    backlog.told(((1, 3),))
    assert backlog.untold(100) == ((8, 9),)


def test_until_somebody_listens_one_event_a_second_finds_out():
    """`No matching subscribers` is no delivery: the oldest is tried again, the others wait for it."""
    backlog = Backlog(PlainJournal(last=3))
    for number in range(5):
        assert drain(backlog, number * LISTEN_NS) == [1]
        assert drain(backlog, number * LISTEN_NS) == [], "until the broker has answered"
        backlog.land(1, 0x10, now_ns=number * LISTEN_NS)
        assert drain(backlog, (number + 1) * LISTEN_NS - 1) == []
    assert backlog.aside["unheard"] == 1
    assert backlog.untold(9) == ()


def test_whoever_comes_late_is_told_everything_in_order():
    """Nobody listened for a while, with a window in flight: as soon as one is heard all follow, oldest first."""
    backlog = listened_to(PlainJournal(last=50))
    for seq in drain(backlog, most=20):
        backlog.land(seq, 0x10, now_ns=0)
    heard = []
    while again := drain(backlog, LISTEN_NS):
        heard += again
        for seq in again:
            backlog.land(seq, 0, now_ns=LISTEN_NS)
    assert list(range(1, 51)) == heard
    assert backlog.aside["unheard"] == 0


def test_a_refused_try_leaves_the_next_one_to_find_out():
    """The first event of a connection is refused or too large: the second one is tried, one at a time."""
    backlog = Backlog(PlainJournal(last=3))
    assert drain(backlog) == [1]
    backlog.land(1, 0x87, now_ns=0)
    assert drain(backlog) == [2]
    backlog.put_aside(2, "too_large", now_ns=0)
    assert drain(backlog) == [3]


def test_a_refused_event_does_not_hold_up_the_rest_and_is_tried_slowly():
    """Reason codes from 0x80 are no delivery; a few each minute are tried, those that waited longest first."""
    journal = PlainJournal(last=60)
    backlog = listened_to(journal)
    for seq in drain(backlog):
        backlog.land(seq, 0x87, now_ns=0)
    journal.last = 61
    backlog.nudge()
    assert drain(backlog) == [61]
    backlog.land(61, 0, now_ns=0)
    assert drain(backlog) == []
    first = drain(backlog, AGAIN_NS)
    for seq in first:
        backlog.land(seq, 0x87, now_ns=AGAIN_NS)
    assert first == list(range(1, 21))
    assert drain(backlog, AGAIN_NS * 2) == list(range(21, 41))


def test_a_poison_event_is_not_tried_again_on_the_same_connection():
    """Too large stays too large; the next connection may have other limits."""
    backlog = listened_to(PlainJournal(last=1))
    backlog.put_aside(backlog.next(0).seq, "too_large", now_ns=0)
    assert drain(backlog, AGAIN_NS * 10) == []
    backlog.open()
    assert drain(backlog) == [1]


def test_what_is_remembered_is_bounded_and_said():
    """With 10,000 set aside nothing new is offered, with 10,000 untold nothing at all, and `full` says so."""
    backlog = listened_to(PlainJournal(last=ASIDE + 100))
    for seq in drain(backlog, most=ASIDE):
        backlog.land(seq, 0x87, now_ns=0)
    assert drain(backlog) == []
    assert "set aside" in backlog.full
    backlog = listened_to(PlainJournal(last=2 * UNTOLD + 100))
    for seq in drain(backlog, most=2 * UNTOLD):
        if seq % 2:
            backlog.land(seq, 0, now_ns=0)
    assert drain(backlog) == []
    assert "cannot be told" in backlog.full
    backlog.told(((1, 2 * UNTOLD),))
    assert len(drain(backlog)) == 100


def test_a_new_journal_starts_from_its_first_number():
    """Numbers of the old one concern nobody any more, also those delivered and not told."""
    backlog = listened_to(PlainJournal(last=3))
    for seq in drain(backlog):
        backlog.land(seq, 0, now_ns=0)
    backlog.renew()
    assert backlog.untold(9) == ()
    assert drain(backlog) == [1]
    backlog.land(1, 0, now_ns=0)
    assert drain(backlog) == [2, 3]


def test_a_replay_gives_its_range_whatever_was_confirmed():
    """Ranges come one after the other, in order, and only so many may wait."""
    replays = Replays(PlainJournal(last=2 * READ))
    assert replays.next() is None
    assert [replays.add(5, 2 * READ + 50)] + [replays.add(1, 2) for _ in range(REPLAYS)] == [True] * REPLAYS + [False]
    found = []
    while (row := replays.next()) is not None:
        found.append(row.seq)
    assert [*range(5, 2 * READ + 1), 1, 2, 1, 2, 1, 2] == found


def test_the_window_knows_how_long_the_oldest_has_waited():
    """A broker that confirms nothing is found out by it."""
    window = Window()
    window.open(None)
    assert window.room == 20
    assert window.waited_ns(50) == 0
    window.send(1, 1, now_ns=10)
    window.send(2, 2, now_ns=20)
    assert window.waited_ns(50) == 40
    window.land(1)
    assert window.waited_ns(50) == 30


class Line:
    """A journal, a backlog and a broker that answers as it is told."""

    def __init__(self, receive_maximum):
        self.journal = PlainJournal()
        self.window = Window()
        self.backlog = listened_to(self.journal)
        self.receive_maximum = receive_maximum
        self.delivered = set()
        self.mids = iter(range(1, 10**9))
        self.drop(0)

    def record(self, amount):
        """So many more events."""
        self.journal.last += amount
        self.backlog.nudge()

    def send(self, _amount):
        """All the window allows."""
        while self.window.room > 0 and (row := self.backlog.next(0)) is not None:
            self.flying[mid := next(self.mids)] = row.seq
            self.window.send(mid, row.seq, 0)
        assert len(self.flying) <= min(WINDOW, self.receive_maximum or WINDOW)

    def land(self, amount):
        """The broker answers the oldest in flight."""
        if self.flying:
            mid, seq = next(iter(self.flying.items()))
            del self.flying[mid]
            assert seq == self.window.land(mid)
            code = (0, 0, 0x10, 0x87)[amount % 4]
            self.delivered.update({seq} if code == 0 else set())
            self.backlog.land(seq, code, 0)

    def drop(self, _amount):
        """The connection ends and a new one begins."""
        self.flying = {}
        self.window.open(self.receive_maximum)
        self.backlog.open()

    def tell(self, _amount):
        """The station marks what was delivered."""
        while ranges := self.backlog.untold(9):
            for first, last in ranges:
                self.journal.confirmed.update(range(first, last + 1))
            self.backlog.told(ranges)


@settings(max_examples=50)
@given(
    st.sampled_from([None, 1, 5, 20, 65535]),
    st.lists(st.tuples(st.sampled_from(["record", "send", "land", "drop", "tell"]), st.integers(0, 30)), max_size=60),
)
def test_in_every_history_nothing_is_lost_and_the_window_is_kept(receive_maximum, history):
    """Whatever breaks in between, a good connection at the end delivers each event; never too many in flight."""
    line = Line(receive_maximum)
    for what, amount in history:
        getattr(line, what)(amount)
    line.drop(0)
    line.send(0)
    while line.flying:
        line.land(0)
        line.send(0)
    line.tell(0)
    assert set(range(1, line.journal.last + 1)) == line.delivered == line.journal.confirmed


def test_a_journal_that_cannot_be_read_for_a_moment_costs_no_event():
    """Whatever was about to be sent again is still known when the journal can be read once more."""
    journal = PlainJournal(last=40)
    backlog = listened_to(journal)
    for seq in drain(backlog, most=20):
        backlog.land(seq, 0x87, now_ns=0)
    flying = drain(backlog, most=5)
    read = journal.range

    def fails(*_):
        raise JournalError

    for opened in (False, True):
        if opened:
            backlog.open()
            backlog._heard = True
        journal.range = fails
        with pytest.raises(JournalError):
            backlog.next(AGAIN_NS)
        journal.range = read
    assert list(range(1, 41)) == sorted({*drain(backlog, AGAIN_NS), *flying})
