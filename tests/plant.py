"""The station, the uplink and the plant around it, for tests that run the whole uplink."""

import contextlib
import json
import queue
import threading
from datetime import UTC, datetime, timedelta

from jsonschema import Draft202012Validator, FormatChecker

from edge_agent import clock
from edge_agent.control import Answer, Recorded, Server, StateSaid
from edge_agent.events import Event, SensorLost
from edge_agent.journal import Entry, Journal, Settings, Writer
from edge_agent.signals import backoff, contract, mqtt
from edge_agent.signals.contract import Identity
from edge_agent.standard import to_ns
from edge_agent.state import State, Status
from edge_agent.uplink import link
from edge_agent.uplink import uplink as uplink_module
from edge_agent.uplink.uplink import Uplink
from tests.mosquitto import WAIT_S

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
        self.refuses = None  # the answer to whatever is asked of it, if it is to refuse
        self.synchronised = None  # whether its clock follows a time server
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
            synchronised=self.synchronised,
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
            if self.refuses is not None:
                reply(self.refuses)
                return
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


def hurried(monkeypatch):
    """The uplink's rests made short: what they are for is not what these tests are about."""
    monkeypatch.setattr(uplink_module, "TICK_S", 0.02)
    monkeypatch.setattr(uplink_module, "POLL_NS", to_ns(0.1))
    monkeypatch.setattr(uplink_module, "TELL_NS", to_ns(0.05))
    monkeypatch.setattr(link, "AGAIN_S", 0.05)
    monkeypatch.setattr(backoff, "SHORTEST_S", 0.05)


@contextlib.contextmanager
def sending(station, port, *, just_begun=False, **settings):
    """A running uplink, unless it has `just_begun` one that began to take commands long ago; must end in good order."""
    uplink = Uplink(
        IDENTITY,
        mqtt.Settings(host="127.0.0.1", port=port, **settings),
        station.path,
        station.socket,
        INFO,
        chance=lambda: 0.0,
    )
    if not just_begun:
        uplink.errands.desk.known_from_ns = 0
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


def events(plant, count, beyond=0):
    """The numbers of the next events `beyond` one, a second copy left out; each must follow its schemas."""
    ids = {}
    while len(ids) < count:
        event = json.loads(plant.next(of("event")).payload)
        SCHEMAS["event"].validate(event)
        SCHEMAS[event["type"]].validate(event["data"])
        if (number := int(event["sequence"])) > beyond:
            ids.setdefault(event["id"], number)
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
