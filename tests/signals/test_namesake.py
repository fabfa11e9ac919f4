"""Another machine that speaks as this station: what tells it from ourselves, and when our `status` is said again."""

import msgspec
import pytest

from edge_agent.signals.namesake import AGAIN_NS, CONNECTIONS, GONE_NS, Namesake
from edge_agent.signals.payloads import Presence


@pytest.fixture
def namesake():
    made = Namesake()
    made.begin("ours-1")
    made.said(0)
    return made


def status(conn, state="online", serial="other"):
    presence = Presence(state=state, reason="started", conn=conn, boot="b", serial=serial, since="", agent="")
    return msgspec.json.encode(presence)


def test_our_own_words_mean_nothing(namesake):
    """What we have said comes back to us, as every `status` on the topic does."""
    namesake.hear(status("ours-1"), retained=False, now_ns=1)
    assert not namesake.present(1)
    assert not namesake.wants_word(AGAIN_NS)


def test_another_that_is_online_is_known_and_answered(namesake):
    """It is shown by its serial, and told of us as soon as that is no flood."""
    namesake.hear(status("theirs"), retained=False, now_ns=AGAIN_NS - 1)
    assert namesake.present(AGAIN_NS - 1)
    assert namesake.serial == "other"
    assert not namesake.wants_word(AGAIN_NS - 1)
    assert namesake.wants_word(AGAIN_NS)
    namesake.said(AGAIN_NS)
    assert not namesake.wants_word(10 * AGAIN_NS)


@pytest.mark.parametrize("state", ["offline", "stopping"])
def test_it_is_over_when_the_other_goes(namesake, state):
    """Its goodbye or its will: nobody else speaks, and our `status` takes the place of its last word."""
    namesake.hear(status("theirs"), retained=False, now_ns=1)
    namesake.said(2)
    namesake.hear(status("theirs", state), retained=False, now_ns=3)
    assert not namesake.present(3)
    assert namesake.wants_word(2 + AGAIN_NS)


def test_it_is_over_when_the_other_is_not_heard_any_more(namesake):
    """It would answer ours; when it does not, for long, it is gone."""
    namesake.hear(status("theirs"), retained=False, now_ns=1)
    assert namesake.present(GONE_NS)
    assert not namesake.present(1 + GONE_NS)


def test_our_own_last_run_is_not_another(namesake):
    """What the broker has kept from before we started says nothing; from the second connection on it does."""
    namesake.hear(status("theirs"), retained=True, now_ns=1)
    assert not namesake.present(1)
    namesake.begin("ours-2")
    namesake.hear(status("theirs", "offline"), retained=True, now_ns=2)
    assert namesake.present(2)


def test_the_will_of_an_earlier_connection_is_put_right(namesake):
    """The broker says it late: boards see offline while we are online, until we say it again."""
    namesake.begin("ours-2")
    namesake.hear(status("ours-1", "offline"), retained=False, now_ns=1)
    assert namesake.wants_word(AGAIN_NS)
    assert not namesake.present(1)


@pytest.mark.parametrize("payload", [b"", b"\xff", b"[" * 500, b"{}"])
def test_what_no_station_wrote_is_replaced(namesake, payload):
    """A poisoned or removed `status` does not stay."""
    namesake.hear(payload, retained=False, now_ns=1)
    assert namesake.wants_word(AGAIN_NS)
    assert not namesake.present(1)


def test_what_a_stranger_says_is_short_and_inert(namesake):
    """Its serial goes into logs and lines on a screen."""
    namesake.hear(status("theirs", serial="a\x1b[31m\n" * 100), retained=False, now_ns=1)
    assert namesake.serial.isprintable()
    assert len(namesake.serial) <= 32
    for number in range(10 * CONNECTIONS):
        namesake.begin(f"ours-{number}")
    assert len(namesake._ours) == CONNECTIONS
