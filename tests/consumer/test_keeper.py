import contextlib
import json
import signal
import sqlite3
import sys

import pytest

from edge_agent.consumer import books as books_module
from edge_agent.consumer import page as page_module
from edge_agent.consumer import report
from edge_agent.consumer.books import Books
from edge_agent.consumer.intake import Answered
from edge_agent.consumer.keeper import Keeper
from edge_agent.consumer.page import Page
from edge_agent.control import StateSaid
from edge_agent.signals import awaited
from edge_agent.signals.broker import Settings
from edge_agent.signals.payloads import Answer
from edge_agent.signals.spans import Spans
from edge_agent.standard import to_ns
from tests.consumer.keeping import EVENT, hurried_ledger, keeping, numbers
from tests.mosquitto import broker, subscriber
from tests.plant import ALL, IDENTITY, Station, events, hurried, sending
from tests.strict_broker import OldBroker

STATION = IDENTITY.path


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    hurried(monkeypatch)
    hurried_ledger(monkeypatch)
    monkeypatch.setattr(awaited, "SHORTEST_S", 0.2)
    monkeypatch.setattr(page_module, "GRACE_NS", to_ns(0.3))
    monkeypatch.setattr(page_module, "QUIET_NS", to_ns(0.5))


@pytest.fixture
def station(tmp_path):
    made = Station(tmp_path)
    made.open_journal()
    made.open_socket()
    yield made
    made.close()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "books.db"


def test_everything_recorded_comes_into_the_books_once_and_the_station_is_told(tmp_path, station, path):
    """From the journal over a real broker into the books, and back: nothing is left to confirm."""
    station.record(120)
    with (
        broker(tmp_path) as running,
        keeping(path, running.port) as kept,
        sending(station, running.port, confirm="ledger"),
    ):
        kept.until(lambda books: [(1, 120)] == numbers(books, STATION))
        station.record(30)
        station.settle()
        assert [(1, 150)] == numbers(kept.keeper.books, STATION)
    (told,) = report.told(path, 24.0)
    assert (STATION, station.journal.epoch, 150, 150, 0) == (
        told.station,
        told.epoch,
        told.events,
        told.recorded,
        told.missing,
    )


def test_what_the_books_do_not_have_the_station_keeps(tmp_path, station, path):
    """Without a ledger nothing is confirmed, whoever else listens; a ledger that comes later gets everything."""
    station.record(30)
    with (
        broker(tmp_path) as running,
        subscriber(running.port, ALL) as board,
        sending(station, running.port, confirm="ledger"),
    ):
        assert list(range(1, 31)) == events(board, 30)
        assert 30 == station.depth
        with keeping(path, running.port):
            station.settle()


def killed_while_the_ledger_is_slow(tmp_path, station, path, confirm, ends):
    """Two hundred events taken by the broker, most of them not handed on, when it is killed without a trace."""
    running = ends.enter_context(broker(tmp_path, "persistence false"))
    kept = ends.enter_context(keeping(path, running.port))
    uplink = ends.enter_context(sending(station, running.port, confirm=confirm))
    station.record(20)
    kept.until(lambda books: [(1, 20)] == numbers(books, STATION))
    board = ends.enter_context(subscriber(running.port, IDENTITY.topic("event")))
    kept.gate.clear()
    station.record(200)
    events(board, 200)
    kept.until(lambda _: uplink.sender.window.room == uplink.sender.window.size)
    running.stop(signal.SIGKILL)
    kept.gate.set()
    kept.until(lambda _: kept.keeper.subscription.cause)
    running.start()
    kept.until(lambda _: not kept.keeper.subscription.cause)
    board.wait()
    station.record(1)
    return kept


def test_a_broker_killed_with_what_it_had_taken_costs_nothing_where_a_ledger_confirms(
    tmp_path, station, path, monkeypatch
):
    """SIGKILL without persistence: what it had not handed on is sent again by itself, and is in the books once."""
    monkeypatch.setattr(page_module.Page, "ask", lambda *_: None)
    with contextlib.ExitStack() as ends:
        kept = killed_while_the_ledger_is_slow(tmp_path, station, path, "ledger", ends)
        kept.until(lambda books: [(1, 221)] == numbers(books, STATION))
        station.settle()


def test_the_same_loses_where_the_broker_confirms(tmp_path, station, path, monkeypatch):
    """The control: confirmed by PUBACK the events are gone, and the station thinks that they arrived."""
    monkeypatch.setattr(page_module.Page, "ask", lambda *_: None)  # `replay` would heal it
    with contextlib.ExitStack() as ends:
        kept = killed_while_the_ledger_is_slow(tmp_path, station, path, "puback", ends)
        kept.until(lambda books: numbers(books, STATION)[-1][1] == 221)
        station.settle()
        lost = sum(last - first + 1 for first, last in kept.keeper.books.page(STATION).holes())
        sys.stdout.write(f"confirmed by PUBACK, broker killed: {lost} of 221 events lost\n")
        assert lost > 100


def test_a_replay_heals_what_the_broker_lost(tmp_path, station, path):
    """Also where the broker confirms: the ledger sees the hole, asks, and closes it."""
    with contextlib.ExitStack() as ends:
        kept = killed_while_the_ledger_is_slow(tmp_path, station, path, "puback", ends)
        kept.until(lambda books: [(1, 221)] == numbers(books, STATION))


def test_a_lost_end_is_noticed_by_what_state_says(tmp_path, station, path):
    """The last events are lost and none follows: the station's own last number gives them away."""
    station.record(10)
    with broker(tmp_path) as running, sending(station, running.port), subscriber(running.port, ALL) as board:
        events(board, 10)
        station.settle()
        station.server.push(StateSaid(station.status()))
        with keeping(path, running.port) as kept:
            station.record(1)
            kept.until(lambda books: [(1, 11)] == numbers(books, STATION))


def test_a_ledger_that_comes_late_learns_what_it_has_missed(tmp_path, station, path):
    """Everything was delivered to others before it came, and nothing happens: `state` tells it what to ask for."""
    station.record(30)
    station.server.push(StateSaid(station.status()))
    with broker(tmp_path) as running, sending(station, running.port), subscriber(running.port, ALL) as board:
        events(board, 30)
        station.settle()
        with keeping(path, running.port) as kept:
            kept.until(lambda books: [(1, 30)] == numbers(books, STATION))


def test_what_the_journal_has_no_more_is_explained(tmp_path, station, path):
    """The station says which numbers will never come: the hole is closed with the reason, and nothing is missing."""
    station.record(20)
    with contextlib.closing(sqlite3.connect(station.path)) as other, other:
        other.execute("DELETE FROM event WHERE seq BETWEEN 5 AND 8")
    with (
        broker(tmp_path) as running,
        keeping(path, running.port) as kept,
        sending(station, running.port, confirm="ledger"),
    ):
        kept.until(lambda books: [(1, 4), (9, 20)] == numbers(books, STATION) and not books.pages[0].holes())
    (told,) = report.told(path, 24.0)
    assert [(5, 8, "the journal has it no more")] == [(one.first, one.last, one.why) for one in told.explained]


def test_a_new_journal_is_a_new_page_and_closes_the_old_one(tmp_path, path):
    """The card was wiped: what the old journal had and nobody heard is explained, the new one begins at 1."""
    station = Station(tmp_path)
    station.open_journal()
    station.open_socket()
    station.record(5)
    with (
        broker(tmp_path) as running,
        keeping(path, running.port) as kept,
        sending(station, running.port, confirm="ledger"),
    ):
        kept.until(lambda books: [(1, 5)] == numbers(books, STATION))
        old = kept.keeper.books.page(STATION)
        old.recorded = 7  # it had spoken of two more
        station.close()
        for left in tmp_path.glob("st07.db*"):
            left.unlink()
        station.seq = 0
        station.open_journal()
        station.open_socket()
        station.record(3)
        kept.until(lambda books: len(books.pages) == 2 and not old.holes())
        station.settle()
        station.close()
    first, second = report.told(path, 24.0)
    assert [(6, 7, "the journal was replaced")] == [(one.first, one.last, one.why) for one in first.explained]
    assert (3, 0) == (second.events, second.missing)


def test_a_full_disk_stops_the_acknowledgements_and_recovers(tmp_path, station, path):
    """What cannot be kept is not acknowledged; it is said once, and goes on when there is room again."""
    with (
        broker(tmp_path) as running,
        keeping(path, running.port) as kept,
        sending(station, running.port, confirm="ledger"),
    ):
        station.record(5)
        station.settle()
        connection = kept.keeper.books._connection
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")
        station.record(300, why="x" * 100)
        kept.until(lambda _: "full" in kept.keeper.trouble)
        ((_, upto),) = numbers(kept.keeper.books, STATION)
        assert upto < 50
        station.settle(depth=305 - upto)
        connection.execute("PRAGMA max_page_count = 100000")
        kept.until(lambda books: [(1, 305)] == numbers(books, STATION))
        station.settle()
        assert "" == kept.keeper.trouble


def test_a_ledger_that_restarts_goes_on_where_it_was(tmp_path, station, path):
    """What was recorded while it was away comes, what it had is not taken twice, and its acknowledgements go on."""
    with broker(tmp_path) as running, sending(station, running.port, confirm="ledger"):
        with keeping(path, running.port):
            station.record(20)
            station.settle()
        station.record(20)
        with keeping(path, running.port) as kept:
            station.settle()
            assert [(1, 40)] == numbers(kept.keeper.books, STATION)


def test_a_broker_of_the_older_version_serves_the_ledger_too(tmp_path, station, path):
    """Refused with MQTT 5 it speaks 3.1.1, and the books are the same."""
    station.record(10)
    with broker(tmp_path) as running:
        old = OldBroker(running.port)
        old.start()
        with keeping(path, old.port) as kept, sending(station, running.port, confirm="ledger"):
            station.settle()
            assert [(1, 10)] == numbers(kept.keeper.books, STATION)
        old.close()
        assert 1 == old.refused


def test_without_the_key_second_copies_are_duplicates(tmp_path, station, path, monkeypatch):
    """The control: a replay comes twice into books that do not look at the id."""
    schema = tuple(
        line.replace("PRIMARY KEY (page, seq)\n    ) WITHOUT ROWID", "CHECK (1)\n    )") for line in books_module.SCHEMA
    )
    monkeypatch.setattr(books_module, "SCHEMA", schema)
    with (
        broker(tmp_path) as running,
        keeping(path, running.port) as kept,
        sending(station, running.port, confirm="ledger") as uplink,
    ):
        station.record(10)
        station.settle()
        page = kept.keeper.books.page(STATION)
        page.have.clear()
        uplink.sender.replays.add(1, 10)
        kept.until(lambda _: [(1, 10)] == list(page.have))
        rows = kept.keeper.books._connection.execute("SELECT count(*) FROM event").fetchone()[0]
        assert 20 == rows


def test_second_copies_are_counted_and_those_that_differ_are_said(tmp_path, station, path):
    """The first copy stays; another that says something else is a sign of a second machine with this name."""
    with (
        broker(tmp_path) as running,
        keeping(path, running.port) as kept,
        sending(station, running.port, confirm="ledger"),
        subscriber(running.port, ALL) as plant,
    ):
        station.record(3)
        document = plant.next(lambda message: message.topic.endswith("/event")).payload
        station.settle()
        forged = json.loads(document) | {"data": {"sensor": "other", "why": "forged"}}
        plant.publish(IDENTITY.topic("event"), document)
        plant.publish(IDENTITY.topic("event"), json.dumps(forged).encode())
        kept.until(lambda books: books.conflicts == 1)
    (told,) = report.told(path, 24.0)
    assert (3, 2, 1) == (told.events, told.copies, told.conflicts)


def test_what_does_not_follow_the_contract_is_counted_and_kept_out(tmp_path, path):
    """Noise, another station's event, a retained one, an id that is none: no page is opened for them."""
    good = {
        "id": "st07/e1/1",
        "source": f"/{STATION}",
        **EVENT,
    }
    topic = IDENTITY.topic("event")
    with contextlib.ExitStack() as ends:
        running = ends.enter_context(broker(tmp_path))
        plant = ends.enter_context(subscriber(running.port, "none"))
        plant.publish(topic, json.dumps(good).encode(), retain=True)
        kept = ends.enter_context(keeping(path, running.port))
        for wrong in ({"source": "/a/b/c/d/st07"}, {"id": "st07/e1/2"}, {"id": "st08/e1/1"}, {"sequence": "1"}):
            plant.publish(topic, json.dumps(good | wrong).encode())
        for noise in (b"", b"\xff", b"[" * 1000, b"{}"):
            plant.publish(topic, noise)
        plant.publish(IDENTITY.topic("state"), b"no")
        kept.until(lambda _: sum(kept.keeper.ignored.values()) >= 9)
        assert [] == kept.keeper.books.pages


def test_a_station_whose_clock_is_wrong_is_named_and_counted_as_one_reason(path, monkeypatch):
    """Each refusal says other times; the log has the first, with the station and both clocks."""
    keeper = Keeper(Books(path), Settings(host="127.0.0.1"))
    told = []
    monkeypatch.setattr(keeper._log, "warning", lambda _what, why, **_: told.append(why), raising=False)
    page = Page(1, STATION, "e1", Spans(), Spans(), 9)
    for number in range(3):
        keeper._asked["q"] = (page, (1, 2))
        refused = Answer(id="q", status="expired", error=f"expired {number} s ago; the station's clock says one")
        keeper._answered(Answered(STATION, refused))
    keeper.books.close()
    assert [3] == list(keeper.ignored.values())
    assert [f"{STATION}: a question was refused: expired 0 s ago; the station's clock says one"] == told
