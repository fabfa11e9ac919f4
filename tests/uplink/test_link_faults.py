"""What bad links do to the uplink, over a proxy and a frozen broker: noticed in time, and no event is lost."""

import signal

import pytest

from edge_agent import clock
from edge_agent.signals.broker import Tls
from edge_agent.standard import NS_PER_S
from edge_agent.uplink import uplink as uplink_module
from tests import flapping
from tests.authority import Authority
from tests.flapping import Books
from tests.mosquitto import broker, free_port, subscriber
from tests.plant import ALL, Station, answer, events, hurried, kind, send, sending
from tests.proxy import proxy

NOTICED_NS = 10 * NS_PER_S  # promised: a dead link is known for dead within this


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    hurried(monkeypatch)


@pytest.fixture
def station(tmp_path):
    made = Station(tmp_path)
    made.open_journal()
    made.open_socket()
    yield made
    made.close()


def test_a_dead_link_is_noticed_within_ten_seconds():
    """By the figures alone: the oldest unconfirmed message and one sleep of the loop, however long the keepalive."""
    assert uplink_module.LANDING_NS + 2 * uplink_module.TICK_S * NS_PER_S <= NOTICED_NS


def test_a_black_hole_is_noticed_by_what_is_not_confirmed(tmp_path, station, monkeypatch):
    """Nothing is closed and nothing comes: found by the time it may take, with a keepalive of ten minutes."""
    monkeypatch.setattr(uplink_module, "LANDING_NS", 2 * NS_PER_S)  # the figure itself has a test
    with (
        broker(tmp_path) as running,
        subscriber(running.port, ALL) as plant,
        proxy(running.port) as link,
        sending(station, link.port, keepalive_s=600),
    ):
        books = Books(plant)
        station.hears("connected")
        station.record(3)
        assert books.complete(3)
        link.hole = True
        station.record(3)
        began_ns = clock.now_ns()
        station.hears("confirms nothing")
        assert clock.now_ns() - began_ns < NOTICED_NS
        link.hole = False
        link.cut()
        assert books.complete(6)
        station.settle()


@pytest.mark.parametrize("reset", [False, True])
def test_a_link_that_is_cut_again_and_again_loses_nothing(tmp_path, station, reset):
    """Ended in order or reset, ten times while events flow: all arrive."""
    with (
        broker(tmp_path) as running,
        subscriber(running.port, ALL) as plant,
        proxy(running.port) as link,
        sending(station, link.port),
    ):
        books = Books(plant)
        for round_ in range(10):
            station.record(5)
            link.cut(reset=reset)
            station.record(5)
            assert books.complete(10 * round_ + 10)
        station.settle()
        assert link.taken > 1


def test_a_broker_that_forgot_everything_is_told_again(tmp_path, station):
    """Killed without persistence: sessions and retained messages are gone; a board that comes late finds all."""
    with broker(tmp_path) as running, sending(station, running.port):
        station.hears("connected")
        running.stop(signal.SIGKILL)
        station.hears("nothing listens")
        running.start()
        station.hears("connected")
        with subscriber(running.port, ALL) as late:
            found = {kind(late.next()) for _ in range(3)}
            assert {"status", "info", "state"} == found
            send(late, type="snapshot")
            assert answer(late) == ("c1", "ok")


def test_a_link_that_flaps_loses_nothing(tmp_path):
    """A few rounds of the long command: `python -m tests.flapping --minutes 5`."""
    told = flapping.flap(tmp_path, rounds=9, pause_s=0.05)
    assert told.recorded == told.arrived
    assert told.connections > 3


def test_one_byte_at_a_time_is_slow_and_well(tmp_path, station):
    """Packets that come in pieces are put together; the connection is not taken for dead."""
    with (
        broker(tmp_path) as running,
        subscriber(running.port, ALL) as plant,
        proxy(running.port) as link,
    ):
        link.slow = True
        with sending(station, link.port):
            station.record(20)
            assert [*range(1, 21)] == events(plant, 20)
            station.settle()
        assert link.taken == 1


def test_flipped_bits_do_not_pass_where_there_is_tls(tmp_path, station, monkeypatch):
    """A link that garbles what it carries costs connections; every event arrives, once and unharmed."""
    monkeypatch.setattr(uplink_module, "LANDING_NS", 2 * NS_PER_S)
    authority, outside = Authority(tmp_path), free_port()
    certificate, key = authority.broker()
    extra = f"allow_anonymous true\nuser root\nlistener {outside} 127.0.0.1\ncertfile {certificate}\nkeyfile {key}"
    with (
        broker(tmp_path, extra) as running,
        subscriber(running.port, ALL) as plant,
        proxy(outside) as link,
        sending(station, link.port, tls=Tls(ca=str(authority.ca))),
    ):
        station.hears("connected")
        link.flip = True
        station.record(20)
        station.hears("connection")
        link.flip = False
        assert Books(plant).complete(20)
        station.settle()
        assert link.taken > 1
