import contextlib
import json
import signal
import threading

import pytest

from edge_agent import clock
from edge_agent.control import CycleSaid, StateSaid
from edge_agent.signals import mqtt, outbox
from edge_agent.standard import to_ns
from edge_agent.uplink import uplink as uplink_module
from edge_agent.uplink.uplink import Uplink
from tests.mosquitto import WAIT_S, Subscriber, broker, subscriber
from tests.plant import ALL, IDENTITY, INFO, SCHEMAS, Station, answer, events, hurried, kind, of, send, sending
from tests.strict_broker import CountingBroker, OldBroker


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


def test_every_recorded_event_arrives_in_order_and_is_confirmed(tmp_path, station):
    """Recorded before and after the connection: all arrive, in order, once, valid, and the station marks them."""
    station.record(150)
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        assert list(range(1, 151)) == events(plant, 150)
        station.record(50)
        assert list(range(151, 201)) == events(plant, 50)
        station.settle()
        assert not [message for message in plant.messages.queue if kind(message) == "event"]


def test_a_connection_begins_with_status_info_and_state(tmp_path, station):
    """A board that subscribes later finds all three retained, valid, and the goodbye after the end."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant:
        with sending(station, running.port):
            first = [plant.next() for _ in range(3)]
            assert [kind(message) for message in first] == ["status", "info", "state"]
            state = (
                plant.next(lambda message: b"running" in message.payload)
                if b"running" not in first[2].payload
                else first[2]
            )
            for message in (*first, state):
                SCHEMAS[kind(message)].validate(json.loads(message.payload))
            assert json.loads(first[0].payload)["state"] == "online"
        assert json.loads(plant.next(of("status")).payload)["state"] == "stopping"
        with subscriber(running.port, ALL) as late:
            found = {kind(message): message for message in (late.next() for _ in range(3))}
            assert found.keys() == {"status", "info", "state"}
            assert all(message.retain for message in found.values())


def test_whose_time_it_is_is_said_as_the_station_knows_it(tmp_path, station):
    """The uplink may not ask the kernel: `info` has what the station was told last, anew where that changes."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        assert json.loads(plant.next(of("info")).payload)["clock"] == ""
        for synchronised, words in ((False, "not synchronised"), (True, "synchronised")):
            station.synchronised = synchronised
            station.server.push(StateSaid(station.status()))
            assert words == json.loads(plant.next(of("info")).payload)["clock"]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_a_broker_that_goes_and_comes_back_costs_nothing(tmp_path, station, how):
    """Asked to stop or killed: what is recorded while it is away arrives afterwards, in order."""
    lasting = (
        f"persistence true\npersistence_location {tmp_path}/\nautosave_on_changes true\nautosave_interval 1\nuser root"
    )
    with broker(tmp_path, lasting) as running, contextlib.ExitStack() as ends:
        plant = Subscriber(running.port, ALL, lasting="plant")
        ends.callback(plant.close)
        ends.enter_context(sending(station, running.port))
        station.record(30)
        assert list(range(1, 31)) == events(plant, 30)
        station.settle()
        running.stop(how)
        station.record(30)
        station.hears("nothing listens")
        running.start()
        assert list(range(31, 61)) == events(plant, 30, beyond=30)  # the broker may say again what it had said
        station.settle()


def test_what_nobody_hears_is_kept_and_arrives_when_somebody_listens(tmp_path, station, monkeypatch):
    """A broker without a subscriber takes events and throws them away: they are kept, said, and sent again."""
    monkeypatch.setattr(outbox, "LISTEN_NS", to_ns(0.1))
    station.record(30)
    with broker(tmp_path) as running, sending(station, running.port):
        station.hears("1 unheard")
        station.settle(depth=30)
        with subscriber(running.port, IDENTITY.topic("state")) as board:
            board.next(lambda message: b"unheard: nobody subscribes to" in message.payload)
        with subscriber(running.port, ALL) as plant:
            assert list(range(1, 31)) == events(plant, 30)
            station.settle()


def test_a_station_that_is_away_stops_no_event(tmp_path):
    """The backlog goes out while the control socket is gone, `state` does not guess, and all is told later."""
    station = Station(tmp_path)
    station.open_journal()
    station.record(30)
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        state = json.loads(plant.next(of("state")).payload)
        assert state["state"] is None
        assert "station" in state["degraded"]
        assert list(range(1, 31)) == events(plant, 30)
        station.record(5)
        assert list(range(31, 36)) == events(plant, 5)
        station.open_socket()
        station.settle()
        plant.next(lambda message: of("state")(message) and b"running" in message.payload)
        station.server.close()
        station.server = None
        plant.next(lambda message: of("state")(message) and b'"state":null' in message.payload)
    station.close()


def test_the_uplink_waits_for_a_journal_and_notices_a_new_one(tmp_path):
    """Started before the station it waits; a journal that takes another's place is sent under its own epoch."""
    station = Station(tmp_path)
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        plant.next(of("state"))
        station.open_journal()
        station.open_socket()
        station.record(3)
        assert [1, 2, 3] == events(plant, 3)
        station.settle()
        old = station.journal.epoch
        station.server.close()
        station.record(2)
        assert [4, 5] == events(plant, 2)  # delivered, and the station cannot be told any more
        station.writer.close()
        for left in tmp_path.glob("st07.db*"):
            left.unlink()
        station.seq = 0
        station.open_journal()
        station.open_socket()
        station.record(5)
        again = [json.loads(plant.next(of("event")).payload)["id"] for _ in range(5)]
        assert [f"st07/{station.journal.epoch}/{number}" for number in range(1, 6)] == again
        assert old != station.journal.epoch
        station.settle()
    station.close()


def test_a_broker_of_the_older_version_is_served(tmp_path, station):
    """Refused with `unsupported protocol version`, the uplink speaks 3.1.1, and nothing is missing."""
    station.record(30)
    with broker(tmp_path) as running, subscriber(running.port, ALL, five=False) as plant:
        old = OldBroker(running.port)
        old.start()
        with sending(station, old.port):
            assert list(range(1, 31)) == events(plant, 30)
            send(plant, type="acknowledge", call=3)
            assert answer(plant) == ("c1", "ok")
            station.settle()
        old.close()
        assert old.refused == 1


def test_with_a_ledger_an_event_is_kept_until_a_consumer_has_it(tmp_path, station):
    """Taken by the broker and heard by a board is not delivered; acknowledged but for one, that one comes again."""
    station.record(10)
    with (
        broker(tmp_path) as running,
        subscriber(running.port, ALL) as plant,
        sending(station, running.port, confirm="ledger") as uplink,
    ):
        assert list(range(1, 11)) == events(plant, 10)
        ack = IDENTITY.topic("ack")
        for forged in (b"{}", json.dumps({"epoch": "0" * 16, "upto": 10}).encode()):
            plant.publish(ack, forged)
        plant.publish(ack, json.dumps({"epoch": station.journal.epoch, "upto": 11}).encode())
        station.hears("1 acknowledgements ignored: of events never sent")
        assert 10 == station.depth
        plant.publish(ack, json.dumps({"epoch": station.journal.epoch, "upto": 10, "missing": [[4, 4]]}).encode())
        station.settle(depth=1)
        assert [4] == events(plant, 1)
        plant.publish(ack, json.dumps({"epoch": station.journal.epoch, "upto": 10}).encode())
        station.settle()
        assert {"unreadable", "of another journal", "of events never sent"} == set(
            uplink.sender.backlog.awaited.ignored
        )


@pytest.mark.parametrize(("most", "highest"), [(5, 5), (65535, 20)])
def test_there_is_never_more_in_flight_than_allowed(station, most, highest):
    """Not above twenty, not above the broker's Receive Maximum, `status` counted in, nor after a reconnect."""
    station.record(100)
    counting = CountingBroker(most, cut_at=50)
    counting.start()
    with sending(station, counting.port):
        counting.wait(100)
    counting.join(WAIT_S)
    assert [highest, highest] == counting.highest


def test_an_event_too_large_for_the_broker_stays_behind_and_the_rest_goes_on(tmp_path, station):
    """It is not sent, so that the broker has no reason to end the connection; it is kept, and said."""
    station.record(1)
    station.record(1, why="x" * 9000)
    station.record(1)
    limit = "max_packet_size 8000"
    with broker(tmp_path, limit) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        assert [1, 3] == events(plant, 2)
        station.settle(depth=1)
        assert "larger than the broker takes" in station.hears("larger")


def test_an_event_the_broker_refuses_is_kept_and_said(tmp_path, station):
    """Not authorised to speak on the topic: kept, shown in `state`, and everything else goes on."""
    rules = tmp_path / "rules"
    rules.write_text(f"topic read {IDENTITY.topic('event')}\ntopic readwrite {IDENTITY.topic('state')}\n")
    rules.chmod(0o600)
    station.record(3)
    access = f"acl_file {rules}\nuser root"
    with broker(tmp_path, access) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        plant.next(lambda message: of("state")(message) and b"events refused by the broker" in message.payload)
        station.hears("3 events refused by the broker: check its access list")
        station.settle(depth=3)


def test_a_cycle_is_sent_where_it_is_wanted(tmp_path, station):
    """With `cycle = true` each finished cycle goes out, valid; it is telemetry and is not kept."""
    with (
        broker(tmp_path) as running,
        subscriber(running.port, ALL) as plant,
        sending(station, running.port, cycle=True),
    ):
        plant.next(lambda message: of("state")(message) and b"running" in message.payload)
        station.server.push(CycleSaid(at_ns=clock.now_ns(), sensor="cycle", count=7, cycle_s=54.5, gap_s=None))
        cycle = json.loads(plant.next(of("cycle")).payload)
        SCHEMAS["cycle"].validate(cycle)
        assert (cycle["count"], cycle["cycle_s"]) == (7, 54.5)


def test_a_broker_that_confirms_nothing_is_left(tmp_path, station, monkeypatch):
    """It may be frozen: the connection is given up, said, and begun anew."""
    monkeypatch.setattr(uplink_module, "LANDING_NS", to_ns(2.0))  # a loaded machine must not end it earlier
    with broker(tmp_path) as running, sending(station, running.port):
        station.hears("connected")
        running.freeze()
        station.record(3)
        station.hears("confirms nothing")


def test_a_full_inbox_costs_the_connection_and_no_event(tmp_path, station):
    """What was dropped cannot be known, so everything unconfirmed is sent again."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port) as uplink:
        plant.next(of("state"))
        with uplink.inbox._counting:
            uplink.inbox._unsaid["Landed"] += 1  # as if the inbox had been full
        assert json.loads(plant.next(of("status")).payload)["reason"] == "reconnected"
        station.record(3)
        assert [1, 2, 3] == events(plant, 3)


def test_an_uplink_that_fails_leaves_the_last_word_to_the_broker(tmp_path, station, monkeypatch):
    """A fault in the loop ends the process without a goodbye, so that `online` does not stay for ever."""
    monkeypatch.setattr(mqtt, "WILL_DELAY_S", 0)
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant:
        settings = mqtt.Settings(host="127.0.0.1", port=running.port)
        failing = Uplink(IDENTITY, settings, station.path, station.socket, INFO)
        failing.sender.publish = None  # the first thing said fails
        with pytest.raises(TypeError):
            failing.run(threading.Event())
        assert json.loads(plant.next(of("status")).payload)["state"] == "offline"


def test_the_station_is_told_how_the_uplink_does(tmp_path, station):
    """Why there is no connection, and that there is one."""
    with broker(tmp_path) as running:
        running.stop()
        with sending(station, running.port):
            assert f"nothing listens at 127.0.0.1:{running.port}" in station.hears("nothing listens")
            running.start()
            station.hears("connected")
