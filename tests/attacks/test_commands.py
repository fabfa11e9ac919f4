"""Attacks by commands, from somebody whom the broker lets send them: nothing is done that should not be."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from edge_agent.signals import commands, sender
from edge_agent.signals.commands import BURST, LARGEST_COMMAND
from tests.attacks.secure_plant import ST07
from tests.mosquitto import WAIT_S

CMD = f"andon/v1/{ST07}/cmd"
MINE = "andon/v1/boards/hall2"
HARMLESS = {"type": "snapshot"}
TIMES = [("late", -60, -1, "expired"), ("long", 0, 3600, "denied"), ("ahead", 86_400, 86_410, "denied")]


@pytest.fixture(autouse=True)
def _rested(attacked):
    """Each attack finds a station that takes commands: its allowance is full, what it ignored is forgotten."""
    desk = attacked[2].errands.desk
    desk._allowance = float(BURST)
    desk.ignored.clear()


def command(number, **fields):
    now = datetime.now(UTC)
    times = {"issued_at": now.isoformat(), "expires_at": (now + timedelta(seconds=20)).isoformat()}
    return json.dumps({"id": number, "by": "leader", **times, **HARMLESS, **fields}).encode()


def answers(leader, last):
    """Answers until that to a last, harmless command."""
    leader.publish(CMD, command(last))
    found = {}
    while last not in found:
        said = json.loads(leader.messages.get(timeout=WAIT_S).payload)
        found[said["id"]] = said["status"]
    found.pop(last)
    return found


def test_replayed(attacked):
    """The same command a second time, as somebody recorded it: `duplicate`, and done once."""
    *_, leader = attacked
    sent = command("replayed")
    leader.publish(CMD, sent)
    assert json.loads(leader.messages.get(timeout=WAIT_S).payload)["status"] == "ok"
    leader.publish(CMD, sent)
    assert answers(leader, "r-last") == {"replayed": "duplicate"}


def test_replayed_where_ids_are_forgotten(attacked, monkeypatch):
    """Control: a desk that remembers no id does it twice."""
    *_, uplink, leader = attacked
    monkeypatch.setattr(uplink.errands.desk, "_remember", lambda _id: None)
    for last in ("f-last", "f-last-again"):
        leader.publish(CMD, command("forgotten"))
        assert answers(leader, last) == {"forgotten": "ok"}


def out_of_time(number, issued_s, expires_s):
    now = datetime.now(UTC)
    times = {"issued_at": now + timedelta(seconds=issued_s), "expires_at": now + timedelta(seconds=expires_s)}
    return command(number, **{name: time.isoformat() for name, time in times.items()})


@pytest.mark.parametrize(("number", "issued_s", "expires_s", "status"), TIMES)
def test_out_of_its_time(attacked, number, issued_s, expires_s, status):
    """Expired, alive for an hour, or from tomorrow: refused."""
    *_, leader = attacked
    leader.publish(CMD, out_of_time(number, issued_s, expires_s))
    assert {number: status} == answers(leader, f"{number}-last")


@pytest.mark.parametrize(("number", "issued_s", "expires_s", "_status"), TIMES)
def test_out_of_its_time_where_nobody_looks_at_the_clock(attacked, monkeypatch, number, issued_s, expires_s, _status):
    """Control: a desk without a clock does all of them."""
    *_, uplink, leader = attacked
    monkeypatch.setattr(uplink.errands.desk, "_alive", lambda _command, _wall_ns: None)
    leader.publish(CMD, out_of_time(f"c-{number}", issued_s, expires_s))
    assert {f"c-{number}": "ok"} == answers(leader, f"c-{number}-last")


def test_retained(attacked):
    """A command that the broker keeps and says at each new connection: ignored there, and that is said."""
    _, station, uplink, leader = attacked
    leader.publish(CMD, command("kept"), retain=True)
    uplink.connection.transport.abandon()
    station.hears("1 command ignored: retained")
    leader.publish(CMD, b"", retain=True)
    leader.messages.queue.clear()


def test_retained_where_that_is_not_looked_at(attacked, monkeypatch):
    """Control: a desk that takes it for a fresh one does again what somebody wanted once."""
    *_, uplink, leader = attacked
    desk = uplink.errands.desk
    sound = desk._unfit
    leader.publish(CMD, command("kept-c"), retain=True)
    assert answers(leader, "kept-first") == {"kept-c": "ok"}  # heard as it was sent, which is no retained one
    desk._ids.clear()  # as after the 200 s that an id is remembered at the highest rate, or after a restart
    monkeypatch.setattr(desk, "_unfit", lambda payload, _retained, now_ns: sound(payload, False, now_ns))
    uplink.connection.transport.abandon()
    said = json.loads(leader.messages.get(timeout=WAIT_S).payload)
    leader.publish(CMD, b"", retain=True)
    assert ("kept-c", "ok") == (said["id"], said["status"])
    answers(leader, "kept-last")


def oversize(number):
    return command(number) + b" " * LARGEST_COMMAND


def test_oversize(attacked):
    """A command that is sound and larger than any of ours: neither read nor answered, and counted."""
    *_, uplink, leader = attacked
    leader.publish(CMD, oversize("big"))
    assert answers(leader, "big-last") == {}
    assert {"too_large": 1} == uplink.errands.desk.ignored


def test_oversize_where_nobody_measures(attacked, monkeypatch):
    """Control: without the bound it is read and done."""
    *_, leader = attacked
    monkeypatch.setattr(commands, "LARGEST_COMMAND", 10 * LARGEST_COMMAND)
    leader.publish(CMD, oversize("big-c"))
    assert answers(leader, "big-c-last") == {"big-c": "ok"}


@pytest.mark.parametrize("wanted", ["reboot", "set-lamp", "uplink", "confirm", "follow", "__class__"])
def test_what_is_no_command(attacked, wanted):
    """Words that the station does not take from remote, those of its own control socket among them: denied."""
    *_, leader = attacked
    leader.publish(CMD, command(f"no-{wanted}", type=wanted))
    assert {f"no-{wanted}": "denied"} == answers(leader, f"last-{wanted}")


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"\xff\xfe\x00",
        b'{"id":"\xed\xa0\x80","type":"snapshot"}',
        b"[" * 4000,
        b'{"a":' * 600 + b"1" + b"}" * 600,
        b"x" * 5000,
        b'{"id":"' + b"a" * 4000 + b'","type":"snapshot"}',
        b'{"id":1e999,"type":"snapshot"}',
    ],
    ids=["empty", "bytes", "surrogate", "brackets", "nest", "large", "long id", "number"],
)
def test_malformed(attacked, payload):
    """Bytes that are no text, nests, giants: ignored and counted, and the next command is taken."""
    _, _, uplink, leader = attacked
    leader.publish(CMD, payload)
    assert answers(leader, f"m-{len(payload)}") == {}
    assert uplink.errands.desk.ignored.total() == 1


@pytest.mark.parametrize(
    "by",
    ["'; DROP TABLE event; --", "../../etc/passwd", "%s%n{0.__class__}", "<script>", "x" * 64],
    ids=["sql", "path", "format", "html", "longest"],
)
def test_injection(attacked, by):
    """What is written as who acts reaches the station as text, letter for letter, and the journal goes on."""
    _, station, _, leader = attacked
    leader.publish(CMD, command(f"by-{len(by)}-{by[:3]}", type="acknowledge", by=by))
    assert by == station.asks("acknowledge").who
    station.record(1)
    leader.messages.get(timeout=WAIT_S)


@pytest.mark.parametrize("by", ["a\x1b[2J", "a\nb", "\x00", "x" * 65, ""])
def test_control_characters(attacked, by):
    """Nothing that could write on a terminal or make a second line of a log: refused."""
    *_, leader = attacked
    name = f"inert-{len(by)}-{by.encode().hex()[:8]}"
    leader.publish(CMD, command(name, by=by))
    assert {name: "error"} == answers(leader, f"{name}-last")


@pytest.mark.parametrize("args", [{"from": 1, "to": 2**63 - 1}, {"from": -1, "to": 5}, {"from": 9, "to": 1}])
def test_a_replay_of_everything(attacked, args):
    """A range that would keep the link busy for days, or is none: refused."""
    *_, leader = attacked
    name = f"replay-{args['to']}"
    leader.publish(CMD, command(name, type="replay", args=args))
    assert {name: "error"} == answers(leader, f"{name}-last")


def test_a_flood(attacked):
    """Two hundred at once: no more than the allowance is looked at, events go out, and the number ignored is said."""
    _, station, uplink, leader = attacked
    for number in range(200):
        leader.client.publish(CMD, command(f"flood-{number}"), 1)
    station.record(3)
    station.settle(depth=station.depth)
    station.hears("commands ignored: too_fast")
    assert uplink.connection.up


def test_a_flood_where_nobody_counts(attacked, monkeypatch):
    """Control: a desk without a rate looks at every one of them."""
    *_, uplink, leader = attacked
    desk = uplink.errands.desk
    monkeypatch.setattr(desk, "_in_time", lambda _now_ns: True)
    monkeypatch.setattr(sender, "ANSWERS", 1_000)  # that bound is another protection, and would swallow the last answer
    for number in range(200):
        leader.client.publish(CMD, command(f"flood-c-{number}"), 1)
    answers(leader, "flood-c-last")
    assert {f"flood-c-{number}" for number in range(200)} <= desk._ids.keys()
    assert not desk.ignored["too_fast"]
