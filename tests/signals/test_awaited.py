import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.signals.awaited import AHEAD, OLDEST, SLICE, Awaited
from edge_agent.signals.outbox import READ, Backlog
from edge_agent.signals.window import WINDOW
from edge_agent.standard import to_ns
from tests.signals.plain_journal import PlainJournal

SHORTEST_NS, LONGEST_NS = to_ns(5.0), to_ns(300.0)


def backlog_of(last):
    """A backlog that a consumer confirms, and somebody listens."""
    journal = PlainJournal(last=last)
    backlog = Backlog(journal, Awaited(journal, lambda: 1.0))
    backlog._heard = True
    return backlog


def send(backlog, now_ns=0, most=10**6):
    """Every event the backlog gives now, taken by the broker at once."""
    sent = []
    while len(sent) < most and (row := backlog.next(now_ns)) is not None:
        sent.append(row.seq)
        backlog.land(row.seq, 0, now_ns)
    return sent


def acknowledge(backlog, upto, missing=(), epoch="e1", now_ns=0, retained=False):
    """The consumer says what it has."""
    payload = msgspec.json.encode({"epoch": epoch, "upto": upto, "missing": missing})
    backlog.acknowledge(payload, retained=retained, epoch="e1", now_ns=now_ns)


def test_what_the_broker_took_is_not_delivered_until_a_consumer_says_so():
    """A PUBACK is no delivery; an acknowledgement is, for all it covers and nothing else."""
    backlog = backlog_of(10)
    assert list(range(1, 11)) == send(backlog)
    assert () == backlog.untold(9)
    acknowledge(backlog, 7, [(3, 4)])
    assert ((1, 2), (5, 7)) == backlog.untold(9)


def test_what_the_consumer_misses_is_sent_again_at_once_and_only_once():
    """Each further acknowledgement that misses it still changes nothing, until the wait is over."""
    backlog = backlog_of(10)
    send(backlog)
    acknowledge(backlog, 10, [(3, 4)])
    assert [3, 4] == send(backlog)
    acknowledge(backlog, 10, [(3, 4)])
    assert [] == send(backlog)
    assert [3, 4] == send(backlog, SHORTEST_NS)
    acknowledge(backlog, 10)
    assert ((1, 10),) == backlog.untold(9)
    assert [] == send(backlog, 10 * LONGEST_NS)


def test_where_nobody_acknowledges_the_oldest_few_are_sent_again_ever_more_slowly():
    """One window after 5 s, then 10, 20 ... 300 s: never the whole backlog, never a busy loop."""
    backlog = backlog_of(100)
    send(backlog)
    waits, last_ns = [], 0
    for second in range(1500):
        now_ns = to_ns(second)
        if again := send(backlog, now_ns):
            assert list(range(1, OLDEST + 1)) == again
            waits.append((now_ns - last_ns) // to_ns(1.0))
            last_ns = now_ns
    assert [5, 10, 20, 40, 80, 160, 300, 300, 300] == waits
    assert backlog.awaited.overdue


def test_the_waits_are_not_the_same_at_every_station():
    """Between half and the whole of the wait, by chance."""
    journal = PlainJournal(last=1)
    backlog = Backlog(journal, Awaited(journal, lambda: 0.0))
    backlog._heard = True
    send(backlog)
    assert [1] == send(backlog, SHORTEST_NS // 2)


def test_a_consumer_that_is_back_is_told_the_rest_without_waiting():
    """It acknowledges the few that were sent again, and all that was lost with the broker follows, slice by slice."""
    backlog = backlog_of(500)
    send(backlog)
    have = send(backlog, SHORTEST_NS)
    assert list(range(1, OLDEST + 1)) == have
    while again := acknowledge(backlog, have[-1], now_ns=SHORTEST_NS) or send(backlog, SHORTEST_NS):
        assert len(again) <= SLICE
        have += again
    assert list(range(1, 501)) == have


def test_far_ahead_of_the_consumer_a_window_a_second_is_sent():
    """The broker's queue for a slow consumer is bounded: what goes beyond it would be dropped there."""
    backlog = backlog_of(AHEAD + 100)
    assert AHEAD + WINDOW == len(send(backlog))
    assert [] == send(backlog, to_ns(0.9))
    assert WINDOW == len(send(backlog, to_ns(1.0)))
    acknowledge(backlog, AHEAD, now_ns=to_ns(1.0))
    assert AHEAD + 100 == send(backlog, to_ns(1.0))[-1]


@pytest.mark.parametrize(
    ("payload", "retained", "why"),
    [
        (b'{"epoch":"e1","upto":11}', False, "of events never sent"),
        (b'{"epoch":"e2","upto":5}', False, "of another journal"),
        (b'{"epoch":"e1","upto":5}', True, "retained"),
        (b'{"epoch":"e1","upto":5,"missing":[[4,3]]}', False, "missing ranges that are none"),
        (b'{"epoch":"e1","upto":5,"missing":[[4,6]]}', False, "missing ranges that are none"),
        (b'{"epoch":"e1","upto":-1}', False, "unreadable"),
        (b'{"epoch":"e1"}', False, "unreadable"),
        (b'{"epoch":"e1","upto":5,"by":"me"}', False, "unreadable"),
        (b'{"epoch":"e1","upto":' + b"9" * 400 + b"}", False, "unreadable"),
        (b'{"epoch":"\xff","upto":5}', False, "unreadable"),
        (b"[" * 8000, False, "unreadable"),
        (b" " * 9000 + b'{"epoch":"e1","upto":5}', False, "too large"),
    ],
)
def test_an_acknowledgement_that_is_none_changes_nothing_and_is_counted(payload, retained, why):
    """Malformed, from the future, of another journal, retained: nothing is delivered, and it is said."""
    backlog = backlog_of(20)
    send(backlog, most=10)
    backlog.acknowledge(payload, retained=retained, epoch="e1", now_ns=0)
    assert () == backlog.untold(9)
    assert {why: 1} == backlog.awaited.ignored


@given(st.binary(max_size=300) | st.builds(msgspec.json.encode, st.dictionaries(st.text(max_size=8), st.integers())))
def test_no_bytes_bring_it_down(payload):
    """Noise on the topic changes nothing."""
    backlog = backlog_of(10)
    send(backlog)
    backlog.acknowledge(payload, retained=False, epoch="e1", now_ns=0)
    assert () == backlog.untold(9)


def test_an_uplink_that_restarts_believes_acknowledgements_of_what_it_has_offered():
    """Said before, it may be forged; all is offered again, and then it counts."""
    backlog = backlog_of(10)
    backlog.renew(10)
    backlog._heard = True
    acknowledge(backlog, 10)
    assert () == backlog.untold(9)
    assert [1, 2, 3, 4] == send(backlog, most=4)
    acknowledge(backlog, 10, [(2, 2), (6, 7)])
    assert ((1, 1), (3, 4)) == backlog.untold(9)
    backlog.journal.last = 20
    backlog.nudge()
    acknowledge(backlog, 11)
    assert {"of events never sent": 1} == backlog.awaited.ignored
    assert [2, *range(5, 21)] == send(backlog)
    acknowledge(backlog, 20)
    assert ((1, 20),) == backlog.untold(9)


def test_an_uplink_that_restarts_believes_what_lies_between_confirmed_numbers():
    """The one left open lies below others that are not offered again: it does not wait for ever."""
    backlog = backlog_of(10)
    backlog.journal.confirmed = set(range(1, 11)) - {6}
    backlog.renew(10)
    backlog._heard = True
    assert [6] == send(backlog)
    acknowledge(backlog, 10)
    assert 6 in backlog._untold


def test_a_new_connection_sends_again_what_was_in_flight_and_nothing_else():
    """What the broker had taken waits for its acknowledgement: a link that flaps does not flood the plant."""
    backlog = backlog_of(30)
    send(backlog, most=20)
    flying = [backlog.next(0).seq for _ in range(5)]
    backlog.open()
    backlog._heard = True
    assert flying + list(range(26, 31)) == send(backlog)


def test_what_the_journal_has_no_more_is_not_waited_for():
    """A row that was dropped cannot be sent again; the rest goes on."""
    backlog = backlog_of(10)
    send(backlog)
    backlog.journal.dropped = {3, 4, 5}
    acknowledge(backlog, 10, [(3, 6)])
    assert [6] == send(backlog)
    acknowledge(backlog, 10, [(3, 5)])
    assert 0 == len(backlog.awaited.sent)


def test_a_consumer_that_lost_its_books_gets_again_what_it_misses():
    """A ledger restored from an older copy says so by what it misses."""
    backlog = backlog_of(10)
    send(backlog)
    acknowledge(backlog, 10)
    acknowledge(backlog, 10, [(5, 6)])
    assert [5, 6] == send(backlog)


def test_days_offline_cost_no_memory():
    """A hundred thousand events, connections that break, nobody who listens or acknowledges: two reads of rows, ever.

    Numbers of what is open are kept beside them: what was in flight, and ranges.
    """
    backlog = backlog_of(100_000)
    held = numbers = now_s = 0
    for connection in range(200):
        backlog.open()
        for turn in range(40):
            now_s += 1
            for _ in range(WINDOW):
                row = backlog.next(to_ns(now_s))
                if row is not None and turn < 39:
                    backlog.land(row.seq, 0 if connection % 2 else 0x10, to_ns(now_s))
            held = max(held, len(backlog._waiting) + len(backlog.awaited._rows))
            open_numbers = (
                backlog._left,
                backlog._flying,
                backlog._aside,
                backlog.awaited.sent,
                backlog.awaited._again,
            )
            numbers = max(numbers, sum(map(len, open_numbers)))
    assert backlog.awaited.highest > 50_000
    assert held <= 2 * READ
    assert numbers <= 10 * WINDOW


class Line:
    """A journal, a backlog, a broker that loses what it took when it dies, and a consumer with books."""

    def __init__(self):
        self.backlog = backlog_of(0)
        self.books, self.queue, self.flying = set(), [], []
        self.now_ns = 0

    def record(self, amount):
        """So many more."""
        self.backlog.journal.last += amount
        self.backlog.nudge()

    def send(self, amount):
        """The window, at most."""
        while len(self.flying) < min(WINDOW, amount) and (row := self.backlog.next(self.now_ns)) is not None:
            self.flying.append(row.seq)

    def land(self, amount):
        """The broker takes the oldest."""
        for seq in self.flying[:amount]:
            self.queue.append(seq)
            self.backlog.land(seq, 0, self.now_ns)
        del self.flying[:amount]

    def read(self, amount):
        """The consumer keeps what the broker hands on."""
        self.books.update(self.queue[:amount])
        del self.queue[:amount]

    def acknowledge(self, _amount):
        """And says so."""
        upto = max(self.books, default=0)
        lacking = [(seq, seq) for seq in range(1, upto + 1) if seq not in self.books]
        if len(lacking) > 100:
            upto, lacking = lacking[100][0] - 1, lacking[:100]
        acknowledge(self.backlog, upto, lacking, now_ns=self.now_ns)

    def lose(self, _amount):
        """The broker is killed with everything it had taken."""
        self.queue.clear()
        self.flying.clear()
        self.backlog.open()
        self.backlog._heard = True

    def restart(self, _amount):
        """The uplink is killed, and begins again with what the journal has."""
        journal = self.backlog.journal
        self.backlog = Backlog(journal, Awaited(journal, lambda: 1.0))
        self.backlog.renew(journal.last)
        self.backlog._heard = True
        self.flying.clear()

    def rest(self, amount):
        """Some seconds pass."""
        self.now_ns += to_ns(amount)

    def tell(self, _amount):
        """The station marks what was delivered."""
        ranges = self.backlog.untold(9)
        for first, last in ranges:
            numbers = set(range(first, last + 1))
            assert numbers <= self.books, "told as delivered, and in no books"
            self.backlog.journal.confirmed |= numbers
        self.backlog.told(ranges)


STEPS = ["record", "send", "land", "read", "acknowledge", "lose", "restart", "rest", "tell"]


@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 30)), max_size=60))
def test_in_every_history_everything_recorded_comes_into_the_books(history):
    """Whatever the broker loses, nothing is marked that the consumer has not, and in the end it has everything."""
    line = Line()
    for what, amount in [*history, ("record", 1)]:
        getattr(line, what)(amount)
    for _ in range(100):
        for step in ("send", "land", "read", "acknowledge", "tell"):
            getattr(line, step)(30)
        if not line.flying and not line.queue:
            line.rest(300)
    everything = set(range(1, line.backlog.journal.last + 1))
    assert everything == line.books == line.backlog.journal.confirmed
