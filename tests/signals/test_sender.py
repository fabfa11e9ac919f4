import itertools
import json

import pytest

from edge_agent.signals.contract import Identity
from edge_agent.signals.mqtt import Letter
from edge_agent.signals.sender import ANSWERS, Sender
from edge_agent.standard import to_ns
from tests.signals.plain_journal import PlainJournal

IDENTITY = Identity(enterprise="acme", site="plant1", area="assembly", line="line4", station="st07")


class Net:
    """Takes letters and gives each an id."""

    def __init__(self):
        self.sent = []

    def send(self, letter):
        """One letter more."""
        self.sent.append(letter)
        return len(self.sent)

    def events(self):
        """Number and mark of the events sent."""
        found = [json.loads(letter.payload) for letter in self.sent if letter.cloud_event]
        return [(int(event["sequence"]), event.get("replayed", False)) for event in found]


def sender_of(last, receive_maximum=None, largest=None):
    sender = Sender(IDENTITY, PlainJournal(last=last))
    sender.open(receive_maximum, largest)
    sender.renew("e1")
    sender.backlog._heard = True  # somebody listens: who finds that out is the backlog's own matter
    return sender


def notice(kind, payload=b"{}"):
    return Letter(topic=IDENTITY.topic(kind), payload=payload, retain=True)


def test_new_events_and_replayed_ones_take_turns():
    """A replay of a thousand does not hold up what happens now, nor the other way round."""
    sender, net = sender_of(10), Net()
    sender.replays.add(1, 10)
    sender.fill(net.send, 0, events=True)
    marks = [replayed for _, replayed in net.events()]
    assert len(marks) == 20
    assert all(first != second for first, second in itertools.pairwise(marks))


def test_status_comes_before_info_before_state_before_events():
    """Whatever order they were made in; of each kind only the newest."""
    sender, net = sender_of(2), Net()
    for kind in ("state", "info", "status", "status"):
        sender.publish(kind, notice(kind))
    sender.answer(notice("res"), 60, 0)
    sender.fill(net.send, 0, events=True)
    kinds = [letter.topic.rsplit("/", 1)[1] for letter in net.sent]
    assert kinds == ["status", "info", "state", "res", "event", "event"]


def test_no_event_is_sent_before_the_journal_is_known():
    """An event without its epoch would have no id."""
    sender, net = Sender(IDENTITY, PlainJournal(last=2)), Net()
    sender.open(None, None)
    sender.fill(net.send, 0, events=True)
    assert net.sent == []


def test_answers_are_bounded_and_the_rest_is_said():
    """With nothing confirmed answers wait; beyond their number they are lost and counted."""
    sender = sender_of(0)
    for _ in range(ANSWERS + 3):
        sender.answer(notice("res"), 60, 0)
    assert "3 other messages lost: answers without room" in sender.trouble()


def test_a_notice_too_large_is_not_sent_but_said():
    """The broker would end the connection, again and again."""
    sender, net = sender_of(0, largest=1000), Net()
    sender.publish("info", notice("info", b"x" * 1000))
    sender.fill(net.send, 0, events=True)
    assert net.sent == []
    assert sender.idle
    assert "too_large" in sender.trouble()


def test_a_refused_notice_is_said():
    """An access list that forgot `state` shows at the station."""
    sender, net = sender_of(0), Net()
    sender.publish("state", notice("state"))
    sender.fill(net.send, 0, events=True)
    sender.land(1, 0x87, 0)
    assert "refused by the broker" in sender.trouble()


@pytest.mark.parametrize("damaged", [b"\0", b'{"why":"\xa0"}', b'{"\xa0":1}'])
def test_an_event_that_cannot_be_read_does_not_stop_the_rest(damaged):
    """A row damaged in the journal is left behind and said."""
    sender, net = sender_of(3), Net()
    whole = sender.backlog.journal.row
    sender.backlog.journal.row = lambda seq: (
        whole(seq) if seq != 2 else type(whole(2))(2, 0, "b", 0, "synced", "t", damaged)
    )
    sender.fill(net.send, 0, events=True)
    assert [(1, False), (3, False)] == net.events()
    assert "1 events unreadable" in sender.trouble()


def test_an_answer_says_how_much_of_its_life_is_left():
    """While the window is full an answer ages: what is left goes out with it, and one too old does not go at all."""
    sender, net = sender_of(0), Net()
    sender.answer(notice("res"), 60, 0)
    sender.fill(net.send, to_ns(45.5), events=False)
    assert [14] == [letter.expiry_s for letter in net.sent]
    sender.answer(notice("res"), 60, 0)
    sender.fill(net.send, to_ns(60.0), events=False)
    assert 1 == len(net.sent)
    assert "1 other messages lost: answers too late" in sender.trouble()
