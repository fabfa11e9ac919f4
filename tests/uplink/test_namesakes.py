"""Two real uplinks with one identity on one real broker: noticed on both, slowed down, and over when one goes."""

import contextlib
import json

import pytest

from edge_agent.signals import connection, machine, namesake
from edge_agent.standard import to_ns
from tests.mosquitto import broker, subscriber
from tests.plant import ALL, IDENTITY, Station, events, hurried, of, sending


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    hurried(monkeypatch)
    monkeypatch.setattr(namesake, "AGAIN_NS", to_ns(0.2))
    monkeypatch.setattr(namesake, "GONE_NS", to_ns(60.0))


@pytest.fixture
def stations(tmp_path):
    """Two station processes, each with its journal, as on two machines."""
    with contextlib.ExitStack() as ends:
        made = []
        for name in ("first", "second"):
            folder = tmp_path / name
            folder.mkdir()
            made.append(Station(folder))
            made[-1].open_journal()
            made[-1].open_socket()
            ends.callback(made[-1].close)
        yield made


def serial(monkeypatch, text):
    monkeypatch.setattr(machine, "serial", lambda: text)


def test_both_say_it_and_it_ends_with_the_goodbye_of_one(tmp_path, stations, monkeypatch):
    """A card was copied: each names the other's serial, all events of both arrive, and who stays is online again."""
    first, second = stations
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant:
        serial(monkeypatch, "1111")
        with sending(first, running.port):
            first.hears("connected")
            serial(monkeypatch, "2222")
            with sending(second, running.port):
                assert "another machine, serial 2222" in first.hears("another machine")
                assert "another machine, serial 1111" in second.hears("another machine")
                first.record(5)
                second.record(5)
                assert len(events(plant, 10)) == 10
                first.settle()
                second.settle()
            while "another machine" in (said := first.asks("uplink")).text:
                pass
            assert (said.text, said.cause) == ("connected", "")
            plant.next(lambda message: b"2222" in message.payload and b"stopping" in message.payload)
            plant.next(lambda message: of("status")(message) and b"1111" in message.payload)
            with subscriber(running.port, IDENTITY.topic("status")) as late:
                kept = json.loads(late.next().payload)
                assert ("online", "1111") == (kept["state"], kept["serial"])


def test_one_client_id_for_both_is_a_quarrel_and_slows_down(tmp_path, stations, monkeypatch):
    """The broker knows both by one id and lets only one in: each comes back slowly, and asks who the other is."""
    first, second = stations
    second.asked = first.asked  # whichever of the two is the one that waits
    monkeypatch.setattr(connection.Connection, "client_id", property(lambda _self: "andon-st07"))
    with broker(tmp_path) as running:
        serial(monkeypatch, "1111")
        with sending(first, running.port):
            first.hears("connected")
            serial(monkeypatch, "2222")
            with sending(second, running.port):
                while (said := first.asks("uplink")).cause != "taken_over":
                    pass
                assert "does another machine use andon-st07?" in said.text
