"""A standard set by a remote command: real broker, real station, real uplink; answered once, recorded, told to all."""

import contextlib
import json
import queue
from datetime import UTC, datetime, timedelta

import pytest

from tests import bench_station
from tests.contract.capture import AGAIN_S, TRIES
from tests.mosquitto import broker, subscriber
from tests.plant import ALL, CMD, of

ROLES = """
[[role]]
name = "planner"
may = ["standard", "plan"]
via = ["remote"]

[[role]]
name = "operator"
may = ["acknowledge", "arrive"]

[[role]]
name = "team_leader"

[[role]]
name = "group_leader"
"""
NUMBER = {"last": 0}
AS_IT_IS = {"set": {"no_cycle:press after": "600s"}}  # asks for the revision, and changes nothing


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    """The plant's ear, with a station and its uplink at work; they have said what is in force."""
    folder = tmp_path_factory.mktemp("works")
    with broker(folder) as running, subscriber(running.port, ALL) as plant, contextlib.ExitStack() as stack:
        path = bench_station.written(folder, mqtt=running.port)
        path.write_text(path.read_text() + ROLES)
        stack.enter_context(bench_station.station(path))
        stack.enter_context(bench_station.uplink(path))
        plant.next(lambda message: of("info")(message) and json.loads(message.payload)["revision"] == 1)
        yield plant


def payload(kind="set-standard", role="planner", **words):
    """A command with an id of its own, or the one it is given."""
    NUMBER["last"] += 1
    now = datetime.now(UTC)
    stamps = {"issued_at": now.isoformat(), "expires_at": (now + timedelta(seconds=30)).isoformat()}
    fields = {"id": f"s{NUMBER['last']}", "type": kind, "by": "MES", "role": role} | stamps
    return json.dumps(fields | words).encode()


def answered(plant, sent):
    """The answer to a command, sent again where the station had no more time for it: it takes five a second."""
    wanted = json.loads(sent)["id"]
    for _ in range(TRIES):
        plant.publish(CMD, sent)
        with contextlib.suppress(queue.Empty):
            while True:
                message = plant.messages.get(timeout=AGAIN_S)
                if of("res")(message) and json.loads(message.payload)["id"] == wanted:
                    return json.loads(message.payload)
    message = f"{wanted} is not answered"
    raise AssertionError(message)


def test_a_standard_is_set_answered_recorded_and_told(works):
    """The answer has the changes, the event who and as which role, and `info` the standard now in force."""
    said = answered(works, payload(args={"set": {"standard_cycle_s": 500, "takt_s": 550.5}, "why": "new fixture"}))
    changes = [
        {"what": "standard_cycle_s", "old": "600", "new": "500", "unit": "s"},
        {"what": "takt_s", "old": None, "new": "550.5", "unit": "s"},
    ]
    assert ("ok", changes) == (said["status"], said["changes"])
    found = {}
    while not {"event", "info"} <= found.keys():
        message = works.next(lambda each: of("event")(each) or of("info")(each))
        read = json.loads(message.payload)
        if "standard" in read or read["type"] == "andon.standard.changed.v1":
            found[message.topic.rsplit("/", 1)[1]] = read
    event, info = found["event"]["data"], found["info"]
    assert ("MES", "planner", "remote", "new fixture", changes) == (
        event["who"],
        event["role"],
        event["via"],
        event["why"],
        event["changes"],
    )
    assert said["revision"] == event["revision"] == info["revision"]
    assert (500.0, 550.5) == (info["standard"]["standard_cycle_s"], info["standard"]["takt_s"])
    assert info["standard_from"].endswith("set over the file: standard_cycle_s, takt_s")


def test_each_command_is_answered_exactly_once(works):
    """Sent again it is a duplicate, too large it is none; no answer comes twice, and none is retained."""
    sent = payload(args={"set": {"takt_s": 777}})
    assert "ok" == answered(works, sent)["status"]
    assert "duplicate" == answered(works, sent)["status"]
    works.publish(CMD, payload(args={"set": {"takt_s": 888}, "why": "x" * 5000}))
    last = payload(args={"set": {"takt_s": 777}})
    works.publish(CMD, last)
    answers = []
    while not answers or answers[-1]["id"] != json.loads(last)["id"]:
        message = works.next(of("res"))
        assert not message.retain
        answers.append(json.loads(message.payload))
    assert [[]] == [each["changes"] for each in answers if each["status"] == "ok"][-1:]
    assert len(answers) == len({each["id"] for each in answers})


def test_the_answer_goes_where_it_was_asked_for(works):
    """Response topic and correlation data of MQTT 5."""
    sent = payload("set-plan", args={"set": {"takt_s": 800}})
    works.publish(CMD, sent, ResponseTopic="andon/v1/boards/hall2", CorrelationData=b"77")
    message = works.next(lambda each: each.topic == "andon/v1/boards/hall2")
    assert b"77" == message.properties.CorrelationData
    assert "800" == json.loads(message.payload)["changes"][0]["new"]


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        ({"args": {"set": {"takt_s": 1}}}, "error", "the station would always be behind; take work out"),
        ({"args": {"set": {"takt": 1}}}, "error", "did you mean 'takt_s'?"),
        ({"args": {"set": {}}}, "error", "set-standard takes"),
        ({"args": {"set": {"takt_s": 700}, "revision": 99}}, "error", "revision 99 is no longer in force"),
        ({"args": {"set": {"takt_s": 700}}, "role": "operator"}, "denied", "role 'operator' may not"),
        ({"args": {"set": {"takt_s": 700}}, "role": ""}, "denied", "name your role; roles that may set the standard"),
        ({"kind": "set-plan", "args": {"set": {"standard_cycle_s": 5}}}, "error", "use set-standard"),
        ({"args": {"set": {"takt_s": 700}}, "expires_at": "2020-01-01T00:00:00Z"}, "expired", "expired"),
    ],
)  # fmt: skip
def test_what_is_refused_is_answered_with_the_reason_and_changes_nothing(works, words, status, says):
    """As `check` would say it, or whose role may; the revision stays."""
    before = answered(works, payload(args=AS_IT_IS))
    said = answered(works, payload(**words))
    assert (status, True) == (said["status"], says in said["error"])
    after = answered(works, payload(args=AS_IT_IS))
    assert ("ok", [], before["revision"]) == (after["status"], after["changes"], after["revision"])
