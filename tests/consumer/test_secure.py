"""The ledger in a plant as `examples/mosquitto` sets it up: its own certificate, and the access list."""

import pytest

from tests.attacks.secure_plant import ST07, secure_plant
from tests.consumer.keeping import hurried_ledger, keeping, numbers
from tests.plant import Station, hurried, sending


@pytest.fixture
def station(tmp_path, monkeypatch):
    hurried(monkeypatch)
    hurried_ledger(monkeypatch)
    made = Station(tmp_path)
    made.open_journal()
    made.open_socket()
    yield made
    made.close()


def test_the_example_broker_lets_the_ledger_do_its_work(tmp_path, station):
    """Mutual TLS and the example's access list: events come into the books, and the station is told."""
    station.record(10)
    with (
        secure_plant(tmp_path) as plant,
        keeping(tmp_path / "books.db", plant.port, tls=plant.files("ledger")) as kept,
        sending(station, plant.port, tls=plant.files(ST07), confirm="ledger"),
    ):
        station.settle()
        assert [(1, 10)] == numbers(kept.keeper.books, ST07)


def test_whoever_may_not_acknowledge_confirms_nothing(tmp_path, station):
    """A ledger with a board's certificate has every event, the broker refuses its word, and the station keeps all."""
    station.record(10)
    with (
        secure_plant(tmp_path) as plant,
        keeping(tmp_path / "books.db", plant.port, tls=plant.files("board")) as kept,
        sending(station, plant.port, tls=plant.files(ST07), confirm="ledger"),
    ):
        kept.until(lambda books: [(1, 10)] == numbers(books, ST07))
        kept.until(lambda _: any("check its access list" in why for why in kept.keeper.ignored))
        station.settle(depth=10)
