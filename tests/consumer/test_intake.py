import contextlib
import json

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.consumer.intake import Entry, NotBelieved, Recorded, read
from edge_agent.journal import Row
from edge_agent.signals.contract import cloud_event
from tests.plant import IDENTITY

ROW = Row(7, 5, "boot", 10**9, "synced", "andon.sensor.lost.v1", b'{"sensor":"gauge"}')
EVENT = msgspec.json.encode(cloud_event(IDENTITY, "e1", ROW))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=10,
)
KINDS = st.sampled_from(["event", "state", "res", "status", "info"])


def test_an_event_of_ours_is_believed():
    """What the station says is what the books are given."""
    entry = read(IDENTITY.topic("event"), EVENT, retained=False)
    assert isinstance(entry, Entry)
    assert (IDENTITY.path, "e1", 7, ROW.type, EVENT) == (
        entry.station,
        entry.epoch,
        entry.seq,
        entry.type,
        entry.document,
    )


def test_state_says_how_far_a_station_is():
    """Without a journal, or with an empty one, it says nothing a consumer needs."""
    topic = IDENTITY.topic("state")
    assert Recorded(IDENTITY.path, "e1", 9) == read(topic, b'{"epoch":"e1","seq":9}', retained=True)
    for nothing in (b'{"epoch":"","seq":null}', b'{"epoch":"e1","seq":0}'):
        assert read(topic, nothing, retained=True) is None


@pytest.mark.parametrize(
    "topic", ["event", "andon/v1/a/b/c/d/event", "andon/v2/a/b/c/d/e/event", "andon/v1/a/b/c/d/é/event"]
)
def test_topics_outside_the_contract_are_not_believed(topic):
    """Whatever is said there."""
    with pytest.raises(NotBelieved):
        read(topic, EVENT, retained=False)


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        (b'"gauge"', b'"\xff\xfe"'),
        (b'"gauge"', b'"\x1b[2J"'),
        (b'{"sensor"', b'{"x":01,"sensor"'),
        (b'"source"', b'"extra":"\xff","source"'),
        (b'"type":"andon.sensor.lost.v1"', b'"type":"\\u001b[2J"'),
        (b'"type":"andon.sensor.lost.v1"', '"type":"\u202eandon"'.encode()),
        (b'"1970-01-01T00:00:01.000000Z"', b'"\\u001b]0;pwned\\u0007"'),
        (b'"1970-01-01T00:00:01.000000Z"', b'"1970-13-01T00:00:01.000000Z"'),
        (b'"1970-01-01T00:00:01.000000Z"', b'"yesterday"'),
    ],
)
def test_an_event_that_nobody_could_read_back_is_not_believed(written, instead):
    """Bytes that are no text, in a field nobody knows even; a type or a time that would write on a terminal."""
    assert EVENT.count(written) == 1
    with pytest.raises(NotBelieved):
        read(IDENTITY.topic("event"), EVENT.replace(written, instead), retained=False)


@given(KINDS, st.binary(max_size=200))
def test_no_bytes_bring_it_down(kind, payload):
    """Noise is not believed, and that is all."""
    with contextlib.suppress(NotBelieved):
        read(IDENTITY.topic(kind), payload, retained=False)


@given(KINDS, st.sampled_from(sorted(json.loads(EVENT))), VALUES)
def test_no_document_brings_it_down(kind, name, value):
    """One field of a good event replaced by anything: it is believed with sound numbers, or not at all."""
    payload = json.dumps(json.loads(EVENT) | {name: value}).encode("utf-8", "surrogatepass")
    with contextlib.suppress(NotBelieved):
        heard = read(IDENTITY.topic(kind), payload, retained=False)
        if isinstance(heard, Entry):
            assert (IDENTITY.path, 7) == (heard.station, heard.seq)
