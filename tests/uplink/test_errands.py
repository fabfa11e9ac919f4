import contextlib
import json
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from edge_agent.control import Answer, Request
from tests.mosquitto import broker, subscriber
from tests.plant import ALL, CMD, Station, answer, events, hurried, of, send, sending


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


def test_a_command_reaches_the_station_and_is_answered_once(tmp_path, station):
    """Who and where are handed on; the answer carries id, result and calls."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        plant.next(of("state"))
        send(plant, type="acknowledge", call=3)
        asked = station.asks("acknowledge")
        assert (asked.call, asked.who, asked.via) == (3, "board", "remote")
        said = json.loads(plant.next(of("res")).payload)
        assert (said["id"], said["status"], said["calls"]) == ("c1", "ok", [3])


@pytest.mark.parametrize(
    ("command", "words"),
    [
        ({"type": "restore", "call": 3, "args": {"verdict": "false_alarm", "reason": "tool"}},
         {"do": "restore", "call": 3, "verdict": "false_alarm", "reason": "tool"}),
        ({"type": "planned-stop", "args": {"reason": "meeting"}}, {"do": "planned-stop", "text": "meeting"}),
        ({"type": "changeover"}, {"do": "changeover"}),
        ({"type": "shelve", "call": 3, "args": {"for_s": 600, "why": "sensor moved"}},
         {"do": "shelve", "call": 3, "for_s": 600.0, "why": "sensor moved"}),
        ({"type": "unshelve", "call": 3}, {"do": "unshelve", "call": 3}),
        ({"type": "resume"}, {"do": "resume"}),
        ({"type": "set-standard", "args": {"set": {"takt_s": 58, "bore_mm upper": None}, "revision": 3, "why": "new"}},
         {"do": "set-standard", "settings": {"takt_s": 58, "bore_mm upper": None}, "revision": 3, "why": "new"}),
        ({"type": "set-plan", "args": {"set": {"shift early demand": 450}}},
         {"do": "set-plan", "settings": {"shift early demand": 450}}),
        ({"type": "product", "args": {"product": "small"}}, {"do": "product", "text": "small"}),
    ],
    ids=lambda each: each.get("type", ""),
)  # fmt: skip
def test_what_a_command_says_reaches_the_station(tmp_path, station, command, words):
    """Verdict and reason of a restore, the plan and the product, with who and as which role; each answered once."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        plant.next(of("state"))
        send(plant, role="team_leader", **command)
        assert Request(who="board", role="team_leader", via="remote", **words) == station.asks(words["do"])
        assert ("c1", "ok") == answer(plant)


def test_a_role_that_may_not_is_denied(tmp_path, station):
    """What the station denies, the sender is answered as denied, with its reason."""
    station.refuses = Answer(ok=False, error="role 'board' may not plan by remote", denied=True)
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        plant.next(of("state"))
        send(plant, type="resume", role="board")
        said = json.loads(plant.next(of("res")).payload)
        assert ("denied", "role 'board' may not plan by remote") == (said["status"], said["error"])


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


@pytest.mark.parametrize("protected", [True, False], ids=["", "control"])
def test_a_recorded_command_is_not_done_again_by_an_uplink_that_begins_again(tmp_path, station, protected):
    """The first uplink ends with all it remembers; the same bytes at the next one: denied. Unprotected: done twice."""
    now = datetime.now(UTC)
    stamps = {"issued_at": now.isoformat(), "expires_at": (now + timedelta(seconds=20)).isoformat()}
    recorded = json.dumps({"id": "c1", "type": "planned-stop", "by": "board"} | stamps).encode()
    done = []
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant:
        for just_begun, status in ((False, "ok"), (protected, "denied" if protected else "ok")):
            with sending(station, running.port, just_begun=just_begun):
                station.hears("connected")
                plant.publish(CMD, recorded)
                assert ("c1", status) == answer(plant)
            done += [request.do for request in station.asked.queue if request.do == "planned-stop"]
            station.asked.queue.clear()
    assert ["planned-stop"] * (1 if protected else 2) == done


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


def test_a_replay_says_what_the_journal_has_no_more(tmp_path, station):
    """Whoever asked can close the hole as explained: the journal it was asked of, and the ranges that are gone."""
    station.record(20)
    with contextlib.closing(sqlite3.connect(station.path)) as other, other:
        other.execute("DELETE FROM event WHERE seq BETWEEN 3 AND 5 OR seq = 9")
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        events(plant, 16)
        send(plant, "r1", type="replay", args={"from": 1, "to": 30})
        said = json.loads(plant.next(of("res")).payload)
        assert ("ok", station.journal.epoch, [[3, 5], [9, 9]]) == (said["status"], said["epoch"], said["gone"])
        send(plant, "r2", type="replay", args={"from": 1, "to": 30, "epoch": "0123456789abcdef"})
        said = json.loads(plant.next(of("res")).payload)
        assert ("error", station.journal.epoch) == (said["status"], said["epoch"])
        assert "0123456789abcdef is no more" in said["error"]


def test_a_snapshot_is_published_again_when_asked_for(tmp_path, station):
    """`state` comes although nothing has changed."""
    with broker(tmp_path) as running, subscriber(running.port, ALL) as plant, sending(station, running.port):
        plant.next(lambda message: of("state")(message) and b"running" in message.payload)
        send(plant, type="snapshot")
        assert answer(plant) == ("c1", "ok")
        assert b"running" in plant.next(of("state")).payload
