import contextlib
import json
import queue
import signal
import threading
from datetime import UTC, datetime, timedelta

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from edge_agent import clock, link
from edge_agent import uplink as uplink_module
from edge_agent.control import Answer, CycleSaid, Recorded, Server, StateSaid
from edge_agent.events import Event, SensorLost
from edge_agent.journal import Entry, Journal, Settings, Writer
from edge_agent.signals import backoff, contract, mqtt, outbox
from edge_agent.signals.contract import Identity
from edge_agent.standard import to_ns
from edge_agent.state import State, Status
from edge_agent.uplink import Uplink
from tests.mosquitto import WAIT_S, Subscriber, broker, subscriber
from tests.strict_broker import CountingBroker, OldBroker

IDENTITY = Identity(enterprise="acme", site="plant1", area="assembly", line="line4", station="st07")
ALL = "andon/v1/#"
CMD = IDENTITY.topic("cmd")
INFO = {"agent": "0.1", "versions": {"python": "3"}, "standard": {"standard_cycle_s": 55.0}}
SCHEMAS = {
    name: Draft202012Validator(schema, format_checker=FormatChecker()) for name, schema in contract.schemas().items()
}


class Station:
    """The station process as the uplink knows it: the real journal and control socket, and nothing that sees."""

    def __init__(self, folder):
        self.path = folder / "st07.db"
        self.socket = folder / "st07.sock"
        self.asked = queue.Queue()
        self.seq = self.depth = 0
        self.changed = threading.Condition()
        self.server = None
        self.writer = None
        self.journal = None

    def open_journal(self):
        """Begin to record."""
        self.journal = Journal(Settings(path=str(self.path)), "boot-1")
        self.journal.open()
        self.writer = Writer(self.journal, self.committed, lambda _trouble: None)

    def open_socket(self):
        """Answer on the control socket."""
        self.server = Server(self.socket, self.answer)
        self.server.push(StateSaid(self.status()))

    def close(self):
        """End, as a stopped station does."""
        if self.server is not None:
            self.server.close()
        if self.writer is not None:
            self.writer.close()

    def status(self):
        """What the station knows."""
        state = State(at_ns=clock.now_ns(), lamp={"green": "continuous"}, sign="running", reason="inside standard")
        return Status(
            station=IDENTITY.path,
            version="0.1",
            boot="boot-1",
            epoch=self.journal.epoch,
            seq=self.seq,
            depth=self.depth,
            degraded={},
            uplink="",
            state=state,
        )

    def committed(self, seq, depth):
        """From the writer: the last number, and how many are not confirmed."""
        with self.changed:
            self.seq, self.depth = seq, depth
            self.changed.notify_all()
        if self.server is not None:
            self.server.push(Recorded(seq, depth))

    def answer(self, request, reply):
        """From the control socket."""
        ok = True
        if request.do == "confirm":
            ok = self.writer.confirm(request.epoch, request.ranges)
        else:
            self.asked.put(request)
        reply(Answer(ok=ok, calls=(request.call,) if request.call else ()))

    def record(self, count, why="silent"):
        """Say so many events, and wait until they are on the disk."""
        for _ in range(count):
            lost = Event(clock.now_ns(), SensorLost(sensor="cycle", why=why))
            self.writer.record(Entry(events=(lost,)))
        assert self.writer.flush(WAIT_S)

    def settle(self, depth=0):
        """Wait until only so many are not confirmed."""
        with self.changed:
            assert self.changed.wait_for(lambda: self.seq and self.depth == depth, WAIT_S), self.depth

    def asks(self, *kinds):
        """The next request of these kinds."""
        while (request := self.asked.get(timeout=WAIT_S)).do not in kinds:
            pass
        return request

    def hears(self, text):
        """Wait until the uplink says this of itself; returns all it said."""
        while text not in (said := self.asks("uplink").text):
            pass
        return said


@pytest.fixture(autouse=True)
def hurry(monkeypatch):
    """The uplink's rests made short: what they are for is not what these tests are about."""
    monkeypatch.setattr(uplink_module, "TICK_S", 0.02)
    monkeypatch.setattr(uplink_module, "POLL_NS", to_ns(0.1))
    monkeypatch.setattr(uplink_module, "TELL_NS", to_ns(0.05))
    monkeypatch.setattr(link, "AGAIN_S", 0.05)
    monkeypatch.setattr(backoff, "SHORTEST_S", 0.05)


@pytest.fixture
def station(tmp_path):
    made = Station(tmp_path)
    made.open_journal()
    made.open_socket()
    yield made
    made.close()


@contextlib.contextmanager
def sending(station, port, **settings):
    """A running uplink; it must end in good order."""
    uplink = Uplink(
        IDENTITY,
        mqtt.Settings(host="127.0.0.1", port=port, **settings),
        station.path,
        station.socket,
        INFO,
        chance=lambda: 0.0,
    )
    stop, codes = threading.Event(), []
    thread = threading.Thread(target=lambda: codes.append(uplink.run(stop)))
    thread.start()
    try:
        yield uplink
    finally:
        stop.set()
        thread.join(WAIT_S)
    assert [0] == codes


def kind(message):
    return message.topic.rsplit("/", 1)[1]


def of(wanted):
    return lambda message: kind(message) == wanted


def events(plant, count):
    """The numbers of the next events, a second copy of one left out; each must follow its schemas."""
    ids = {}
    while len(ids) < count:
        event = json.loads(plant.next(of("event")).payload)
        SCHEMAS["event"].validate(event)
        SCHEMAS[event["type"]].validate(event["data"])
        ids.setdefault(event["id"], int(event["sequence"]))
    return list(ids.values())


def send(plant, command_id="c1", **fields):
    now = datetime.now(UTC)
    command = {
        "id": command_id,
        "issued_at": now.isoformat(),
        "expires_at": (now + timedelta(seconds=20)).isoformat(),
        "by": "board",
    }
    plant.publish(CMD, json.dumps(command | fields).encode())


def answer(plant):
    said = json.loads(plant.next(of("res")).payload)
    SCHEMAS["res"].validate(said)
    return said["id"], said["status"]


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
        assert list(range(31, 61)) == events(plant, 30)
        station.settle()


def test_what_nobody_hears_is_kept_and_arrives_when_somebody_listens(tmp_path, station, monkeypatch):
    """A broker without a subscriber takes events and throws them away: they are kept, said, and sent again."""
    monkeypatch.setattr(outbox, "AGAIN_NS", to_ns(0.1))
    station.record(30)
    with broker(tmp_path) as running, sending(station, running.port):
        station.hears("30 events unheard")
        station.settle(depth=30)
        with subscriber(running.port, ALL) as plant:
            assert list(range(1, 31)) == sorted(events(plant, 30))
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


@pytest.mark.parametrize(("most", "highest"), [(5, 5), (65535, 20)])
def test_there_is_never_more_in_flight_than_allowed(station, most, highest):
    """Not above twenty, not above the broker's Receive Maximum, `status` and the like counted in."""
    station.record(100)
    counting = CountingBroker(most)
    counting.start()
    with sending(station, counting.port):
        counting.wait(100)
    counting.join(WAIT_S)
    assert highest == counting.highest


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


def test_a_command_reaches_the_station_and_is_answered_once(tmp_path, station):
    """Who and where are handed on; the answer carries id, result and calls."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        plant.next(of("state"))
        send(plant, type="acknowledge", call=3)
        asked = station.asks("acknowledge")
        assert (asked.call, asked.who, asked.via) == (3, "board", "remote")
        said = json.loads(plant.next(of("res")).payload)
        assert (said["id"], said["status"], said["calls"]) == ("c1", "ok", [3])


def test_an_answer_goes_where_it_was_asked_for(tmp_path, station):
    """MQTT 5: response topic and correlation data are honoured; a topic outside our root is not."""
    now = datetime.now(UTC)
    stamps = {"issued_at": now.isoformat(), "expires_at": (now + timedelta(seconds=20)).isoformat()}
    with broker(tmp_path) as running, subscriber(running.port, "#") as plant, sending(station, running.port):
        plant.next(of("state"))
        for number, topic in enumerate(("andon/v1/boards/hall2", "elsewhere")):
            command = {"id": f"c{number}", "type": "snapshot", "by": "board"} | stamps
            plant.publish(CMD, json.dumps(command).encode(), ResponseTopic=topic, CorrelationData=b"77")
        first = plant.next(lambda message: message.topic == "andon/v1/boards/hall2")
        assert first.properties.CorrelationData == b"77"
        assert answer(plant) == ("c1", "ok")


def test_commands_that_should_not_are_stopped(tmp_path, station):
    """Noise, nesting, size, retained, expired, repeated, not allowed: none reaches the station."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant:
        past = {"issued_at": "2020-01-01T00:00:00Z", "expires_at": "2020-01-01T00:00:20Z"}
        now = datetime.now(UTC)
        good = {"issued_at": now.isoformat(), "expires_at": (now + timedelta(seconds=20)).isoformat(), "by": "b"}
        plant.publish(CMD, json.dumps(good | {"id": "old", "type": "restore"}).encode(), retain=True)
        with sending(station, running.port) as uplink:
            plant.next(of("state"))
            for noise in (b"\xff{", b"[" * 4000, b'{"id":' * 600, b" " * 5000, b" " * 100_000):
                plant.publish(CMD, noise)
            send(plant, "late", type="restore", **past)
            assert answer(plant) == ("late", "expired")
            send(plant, "late", type="restore")
            assert answer(plant) == ("late", "duplicate")
            send(plant, "green", type="clear")
            assert answer(plant) == ("green", "denied")
            send(plant, "good", type="arrive")
            assert answer(plant) == ("good", "ok")
            assert station.asks("restore", "arrive", "acknowledge", "test-light").do == "arrive"
            assert uplink.errands.desk.ignored == {"retained": 1, "unreadable": 3, "too_large": 1}


def test_a_flood_of_commands_is_held_back_and_events_go_on(tmp_path, station):
    """A thousand commands: a few are carried out, the rest is counted, and no event waits for them."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port) as uplink:
        plant.next(of("state"))
        now = datetime.now(UTC)
        good = {"issued_at": now.isoformat(), "expires_at": (now + timedelta(seconds=20)).isoformat(), "by": "b"}
        for number in range(1000):
            command = good | {"id": f"f{number}", "type": "acknowledge", "call": number + 1}
            plant.client.publish(CMD, json.dumps(command).encode(), 1)
        station.record(20)
        assert list(range(1, 21)) == events(plant, 20)
        held_back, carried_out = uplink.errands.desk.ignored, 0
        while held_back["too_fast"] + uplink.inbox.dropped["Came"] < 900:
            carried_out += station.asks("acknowledge", "uplink").do == "acknowledge"
        assert carried_out < 100


def test_a_replay_sends_a_range_again_and_marks_it(tmp_path, station):
    """The same ids, `replayed` true; what was confirmed stays so, and new events come in between."""
    station.record(40)
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        events(plant, 40)
        station.settle()
        send(plant, type="replay", args={"from": 11, "to": 35})
        assert answer(plant) == ("c1", "ok")
        again = [json.loads(plant.next(of("event")).payload) for _ in range(25)]
        assert list(range(11, 36)) == [int(event["sequence"]) for event in again]
        assert all(event["replayed"] is True for event in again)
        station.record(1)
        assert [41] == events(plant, 1)


def test_a_snapshot_is_published_again_when_asked_for(tmp_path, station):
    """`state` comes although nothing has changed."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        plant.next(lambda message: of("state")(message) and b"running" in message.payload)
        send(plant, type="snapshot")
        assert answer(plant) == ("c1", "ok")
        assert b"running" in plant.next(of("state")).payload


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
    monkeypatch.setattr(uplink_module, "LANDING_NS", to_ns(0.2))
    with broker(tmp_path) as running, sending(station, running.port):
        station.hears("connected")
        running.freeze()
        station.record(3)
        station.hears("confirms nothing")


def test_a_full_inbox_costs_the_connection_and_no_event(tmp_path, station):
    """What was dropped cannot be known, so everything unconfirmed is sent again."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port) as uplink:
        plant.next(of("state"))
        uplink.inbox.overflowed = True
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
