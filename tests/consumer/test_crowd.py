"""Many stations at one ledger: each is told what is in the books, as many at once as the broker takes."""

import json

import msgspec
import pytest

from edge_agent.consumer import books as books_module
from edge_agent.consumer.books import Batch, Books
from edge_agent.consumer.intake import Entry, Recorded
from edge_agent.consumer.subscription import FLYING
from edge_agent.signals.mqtt import Transport
from tests.consumer.keeping import EVENT, hurried_ledger, keeping
from tests.mosquitto import broker, subscriber

STATIONS = 250  # more than any window


@pytest.mark.parametrize(("takes", "at_once"), [(100, FLYING), (7, 7)])
def test_every_station_is_told_and_no_more_is_in_flight_than_the_broker_takes(tmp_path, monkeypatch, takes, at_once):
    """A hundred acknowledgements at a time, or its Receive Maximum: twenty made each round trip the limit."""
    hurried_ledger(monkeypatch)
    flying, most = set(), []
    send = Transport.send

    def counted(self, letter):
        mid = send(self, letter)
        flying.add(mid)
        most.append(len(flying))
        return mid

    monkeypatch.setattr(Transport, "send", counted)
    with (
        broker(tmp_path, f"max_inflight_messages {takes}") as running,
        subscriber(running.port, "andon/v1/+/+/+/+/+/ack") as plant,
        keeping(tmp_path / "books.db", running.port) as kept,
    ):
        landed = kept.keeper.subscription.window.land
        kept.keeper.subscription.window.land = lambda mid: flying.discard(mid) or landed(mid)
        kept.gate.clear()  # all of them wait at the broker, and come at once
        for number in range(STATIONS):
            name = f"st{number:03}"
            event = EVENT | {"id": f"{name}/e1/1", "source": f"/a/b/c/d/{name}"}
            plant.client.publish(f"andon/v1/a/b/c/d/{name}/event", json.dumps(event).encode(), 1)
        kept.gate.set()
        told = {plant.next().topic for _ in range(STATIONS)}
        assert at_once == kept.keeper.subscription.window.size
    assert STATIONS == len(told)
    assert max(most) <= at_once


def test_a_plant_that_comes_at_once_is_one_transaction(tmp_path, monkeypatch):
    """After a restart of the broker every station says how far it is: a page each, and one too many is refused."""
    monkeypatch.setattr(books_module, "MOST_STATIONS", STATIONS)
    monkeypatch.setattr(books_module, "MOST_EPOCHS", 2)
    books = Books(tmp_path / "books.db")
    try:
        said = [Recorded(f"a/b/c/d/st{number:03}", "e1", 5) for number in range(STATIONS + 1)]
        said += [Recorded("a/b/c/d/st000", f"e{epoch}", 5) for epoch in (2, 3)]
        batch = Batch(recorded={(each.station, each.epoch): each for each in said})
        touched, opened = books.write(batch, 0, 0)
        assert [[], STATIONS + 1] == [touched, len(opened)]
        assert {5} == {page.recorded for page in books.pages}
        assert [None, None] == [books.page(f"a/b/c/d/st{STATIONS:03}"), books.page("a/b/c/d/st000", "e3")]
        entry = Entry(station="a/b/c/d/st001", epoch="e1", seq=1, type="t", time="", timequality="", document=b"{}")
        touched, opened = books.write(Batch(entries=[entry, msgspec.structs.replace(entry, epoch="e2")]), 0, 0)
        assert [["e1", "e2"], ["e2"]] == [[page.epoch for page in touched], [page.epoch for page in opened]]
    finally:
        books.close()
