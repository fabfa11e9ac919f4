import json

import msgspec
import pytest
from jsonschema import Draft202012Validator, FormatChecker

from edge_agent.events import BY_TYPE, CallRaised, SensorLost
from edge_agent.journal import Row
from edge_agent.signals import contract
from edge_agent.signals.contract import Identity
from edge_agent.signals.payloads import Snapshot
from edge_agent.state import OpenCall, State, Status

IDENTITY = Identity(enterprise="acme", site="plant1", area="assembly", line="line4", station="st07")
RAISED = CallRaised(
    call=12,
    kind="cycle_overrun",
    family="delay",
    trigger="auto",
    source="cycle",
    text="70 s, the standard is 55 s",
    to="team_leader",
    clears="by_itself",
    acknowledge_s=60.0,
    attend_s=60.0,
)


def row(data=RAISED, *, seq=7, quality="synced"):
    return Row(seq, 5_000_000_000, "boot-1", 1_000_000_000, quality, data.TYPE, msgspec.json.encode(data))


def test_an_event_carries_what_a_consumer_needs():
    """Id, place, subject, wall time, monotonic stamp and sequence are there, and the data is the recorded one."""
    event = json.loads(msgspec.json.encode(contract.cloud_event(IDENTITY, "e1", row())))
    assert event["id"] == "st07/e1/7"
    assert event["source"] == "/acme/plant1/assembly/line4/st07"
    assert event["type"] == "andon.call.raised.v1"
    assert event["subject"] == "call/12"
    assert event["time"] == "1970-01-01T00:00:01.000000Z"
    assert event["atns"] == "5000000000"
    assert event["sequence"] == "00000000000000000007"
    assert event["data"] == json.loads(msgspec.json.encode(RAISED))
    assert "replayed" not in event


def test_a_replayed_event_is_the_same_but_for_the_mark():
    """A consumer that knows the id may throw the copy away, whatever else it compares."""
    first = msgspec.to_builtins(contract.cloud_event(IDENTITY, "e1", row()), builtin_types=(msgspec.Raw,))
    again = msgspec.to_builtins(
        contract.cloud_event(IDENTITY, "e1", row(), replayed=True), builtin_types=(msgspec.Raw,)
    )
    assert again.pop("replayed") is True
    assert first == again


def test_an_event_that_concerns_no_call_has_no_subject():
    """`subject` is for calls; a lost sensor has none."""
    lost = SensorLost(sensor="cycle", why="silent for 60 s")
    assert contract.cloud_event(IDENTITY, "e1", row(lost)).subject is None


def test_names_of_attributes_are_lower_case_letters_and_digits():
    """CloudEvents allows nothing else in an attribute's name."""
    for name in contract.CloudEvent.__struct_fields__:
        assert name.isalnum()
        assert name == name.lower()


def test_every_schema_is_a_schema():
    """Each payload and each event type of the catalogue has a valid JSON Schema with its own id."""
    schemas = contract.schemas()
    assert schemas.keys() == contract.PAYLOADS.keys() | BY_TYPE.keys()
    for name, schema in schemas.items():
        Draft202012Validator.check_schema(schema)
        assert schema["$id"] == f"urn:andon:schema:{name}"


def test_what_is_sent_follows_its_schema():
    """An event is valid against the envelope's schema, its data against the one it names, and both can fail."""
    event = json.loads(msgspec.json.encode(contract.cloud_event(IDENTITY, "e1", row())))
    schemas = {schema["$id"]: schema for schema in contract.schemas().values()}
    data = Draft202012Validator(schemas[event["dataschema"]], format_checker=FormatChecker())
    Draft202012Validator(schemas["urn:andon:schema:event"]).validate(event)
    data.validate(event["data"])
    assert not data.is_valid(event["data"] | {"call": "twelve"})


def test_the_snapshot_labels_stamps_with_wall_time():
    """A call raised 3 s ago is shown with the wall time of 3 s ago."""
    call = OpenCall(
        call=1,
        kind="help",
        family="call",
        source="cord",
        text="",
        state="raised",
        tier="yellow",
        to="team_leader",
        level=0,
        line_stop=False,
        overdue=False,
        raised_ns=2_000_000_000,
    )
    status = Status(
        station=IDENTITY.path,
        version="0",
        boot="b",
        epoch="e1",
        seq=3,
        depth=1,
        degraded={},
        uplink="",
        state=State(at_ns=5_000_000_000, lamp={"yellow": "blinking"}, sign="call_waiting", reason="", calls=(call,)),
    )
    said = contract.snapshot(status, now_ns=5_000_000_000, wall_ns=10_000_000_000)
    assert said.calls[0].raised == "1970-01-01T00:00:07.000000Z"
    assert said.calls[0].attended is None
    assert msgspec.json.decode(msgspec.json.encode(said), type=Snapshot) == said


@pytest.mark.parametrize("name", ["", "line 4", "line/4", "+", "#", "$SYS", "ä", "x" * 33, "line4\n"])
def test_a_name_that_breaks_a_topic_is_refused(name):
    """Each name becomes one level of a topic; the complaint says which name and what is allowed."""
    with pytest.raises(ValueError, match=r"^line .* cannot be part of a topic; use 1 to 32"):
        msgspec.structs.replace(IDENTITY, line=name)


def test_a_topic_has_seven_slashes():
    """Some brokers allow no more, and a fixed depth keeps wildcards simple."""
    assert IDENTITY.topic("event").count("/") == 7
