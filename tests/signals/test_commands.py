import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.signals.cmd import Command
from edge_agent.signals.commands import BURST, FADES_NS, REMEMBERED_IDS, Desk, response_topic
from edge_agent.signals.payloads import Answer
from edge_agent.standard import to_ns

WALL = datetime(2026, 11, 21, 19, 26, 0, tzinfo=UTC)
WALL_NS = to_ns(WALL.timestamp())


def at(seconds):
    return (WALL + timedelta(seconds=seconds)).isoformat()


def command(**changes):
    fields = {"id": "c1", "type": "acknowledge", "issued_at": at(-1), "expires_at": at(20), "by": "board", "call": 3}
    return json.dumps({name: value for name, value in (fields | changes).items() if value is not None}).encode()


def judge(payload, desk=None, *, retained=False, now_ns=0):
    return (desk or Desk(0)).judge(payload, retained=retained, now_ns=now_ns, wall_ns=WALL_NS)


def test_a_good_command_is_taken():
    """Fresh, short, on the list, alive and new: it comes out typed."""
    taken = judge(command())
    assert isinstance(taken, Command)
    assert (taken.type, taken.call, taken.by) == ("acknowledge", 3, "board")


@pytest.mark.parametrize(
    ("payload", "why"),
    [
        (b"", "unreadable"),
        (b"not json", "unreadable"),
        (b"\xff\xfe", "unreadable"),
        (b'{"id":"\xff","type":"arrive"}', "unreadable"),
        (b"[" * 4096, "unreadable"),
        (b'{"id":' + b"[" * 4000, "unreadable"),
        (b'{"x":' * 600, "unreadable"),
        (b'{"id":"a","type":"b","x":' + b"[" * 4000, "unreadable"),
        (b'{"id":"a","type":"b","x":' + b"[" * 2000 + b"]" * 2000 + b"}", "unreadable"),
        (b"[1]", "unreadable"),
        (command(id=7), "unreadable"),
        (command(id=""), "unreadable"),
        (command(id="x" * 65), "unreadable"),
        (command(by="x" * 5000), "too_large"),
    ],
)
def test_what_cannot_be_answered_is_ignored_and_counted(payload, why):
    """Without a readable id there is nobody to answer; deep nesting and sizes cost nothing."""
    desk = Desk(0)
    assert judge(payload, desk) is None
    assert desk.ignored == {why: 1}


def test_what_was_ignored_fades():
    """An hour after the last of it: one slip of a board would stand beside `connected` until the next restart."""
    desk = Desk(0)
    for began_ns in (0, FADES_NS - 1):
        assert desk.judge(b"noise", retained=False, now_ns=began_ns, wall_ns=0) is None
    assert desk.ignored_lately(2 * FADES_NS - 2) == {"unreadable": 2}
    assert desk.ignored_lately(2 * FADES_NS - 1) == {}


def test_a_retained_command_is_ignored():
    """A broker hands retained messages out at each connect: the same command would be carried out for ever."""
    desk = Desk(0)
    assert judge(command(), desk, retained=True) is None
    assert desk.ignored == {"retained": 1}


@pytest.mark.parametrize(
    ("changes", "status", "says"),
    [
        ({"type": "clear"}, "denied", "not a command taken from remote"),
        ({"type": "stop-line"}, "denied", "acknowledge, arrive"),
        ({"expires_at": at(0)}, "expired", "0 s ago"),
        ({"issued_at": at(-90), "expires_at": at(-60)}, "expired", "60 s ago"),
        ({"expires_at": at(31), "issued_at": at(5)}, "denied", "issued 5 s in this station's future"),
        (
            {"expires_at": at(65), "issued_at": at(45)},
            "denied",
            "issued 45 s in this station's future: one of the clocks",
        ),
        ({"expires_at": at(65), "issued_at": at(45)}, "denied", "clock says 2026-11-21T19:26:00.000000Z, the sender's"),
        ({"expires_at": at(65), "issued_at": at(45)}, "denied", "said 2026-11-21T19:26:45+00:00"),
        (
            {"issued_at": at(-45), "expires_at": at(-25)},
            "expired",
            "issued 45 s ago by the station's clock: it came late",
        ),
        ({"issued_at": at(-45), "expires_at": at(-25)}, "expired", "said 2026-11-21T19:25:15+00:00"),
        ({"issued_at": at(-60), "expires_at": at(1)}, "denied", "lives 61 s"),
        ({"expires_at": "2026-11-21T19:26:10"}, "error", "expires_at"),
        ({"expires_at": None}, "error", "expires_at"),
        ({"call": "3"}, "error", "call"),
        ({"call": True}, "error", "call"),
        ({"call": 0}, "error", "call"),
        ({"call": 2**64}, "error", ""),
        ({"by": "line\nbreak"}, "error", "by"),
        ({"extra": 1}, "error", "extra"),
        ({"args": {"from": 1, "to": 2}}, "error", "field `args`; acknowledge takes `id`, `issued_at`"),
        ({"type": "test-light"}, "error", "field `call`; test-light takes"),
        ({"type": "replay", "call": None}, "error", "required field `args`; replay takes"),
        ({"type": "replay", "call": None, "args": {"from": 5, "to": 4}}, "error", "before"),
        ({"type": "replay", "call": None, "args": {"from": 1, "to": 1001}}, "error", "at most 1000"),
        ({"type": "restore", "args": {"verdict": "perhaps"}}, "error", "$.args.verdict"),
        ({"type": "restore", "args": {"product": "small"}}, "error", "field `product` - at `$.args`"),
        ({"type": "planned-stop", "call": None, "args": {"reason": "x" * 65}}, "error", "$.args.reason"),
        ({"type": "changeover", "call": None, "args": {"reason": "a\nb"}}, "error", "$.args.reason"),
        ({"type": "product", "call": None}, "error", "required field `args`"),
        ({"type": "product", "call": None, "args": {"product": ""}}, "error", "$.args.product"),
        ({"type": "resume"}, "error", "field `call`"),
        ({"role": "x" * 33}, "error", "$.role"),
    ],
)
def test_what_is_refused_is_answered_with_the_reason(changes, status, says):
    """The sender learns what is wrong and what to write instead."""
    answer = judge(command(**changes))
    assert isinstance(answer, Answer)
    assert (answer.id, answer.status) == ("c1", status)
    assert says in answer.error


def test_an_id_is_taken_once():
    """A repeated command is answered `duplicate`, also where the first one was refused."""
    desk = Desk(0)
    assert isinstance(judge(command(), desk), Command)
    assert judge(command(), desk).status == "duplicate"
    assert judge(command(id="c2", type="clear"), desk).status == "denied"
    assert judge(command(id="c2"), desk).status == "duplicate"


def test_what_may_have_been_done_before_the_desk_began_is_refused():
    """An uplink that is killed and begins again remembers no ids: nothing that it may have taken then is done twice."""
    taken = [each for each in range(-30, 31) if isinstance(judge(command(expires_at=at(each))), Command)]
    assert list(range(1, 30)) == taken
    for began_s in (0, 5, 29):  # and the earlier desk took those at 0
        again = Desk(WALL_NS + to_ns(began_s))
        for each in taken:
            wall_ns = WALL_NS + to_ns(began_s)
            said = again.judge(command(id=f"n{each}", expires_at=at(each)), retained=False, now_ns=0, wall_ns=wall_ns)
            again._allowance = BURST
            assert isinstance(said, Answer)
            assert "expired" == said.status or "2026-11-21T19:26" in said.error


def test_a_desk_that_has_just_begun_takes_what_is_surely_new():
    """What lives 30 s at once, what lives 20 s after 10 s, and what only reads whatever it is."""
    began = Desk(WALL_NS)
    assert isinstance(judge(command(issued_at=at(0.001), expires_at=at(30)), Desk(WALL_NS - 1)), Command)
    assert judge(command(), began).status == "denied"
    for kind, more in (("snapshot", {}), ("replay", {"args": {"from": 1, "to": 2}})):
        assert isinstance(judge(command(id=kind, type=kind, call=None, **more), began), Command)
    later = began.judge(
        command(id="c3", issued_at=at(11), expires_at=at(31)), retained=False, now_ns=0, wall_ns=WALL_NS + to_ns(11)
    )
    assert isinstance(later, Command)


def test_ids_are_remembered_longer_than_a_command_can_live():
    """At the highest rate the memory holds 200 s; then the oldest id goes."""
    desk = Desk(0)
    for number in range(REMEMBERED_IDS + 1):
        judge(command(id=f"n{number}"), desk, now_ns=to_ns(number))
    assert judge(command(id="n1"), desk, now_ns=to_ns(5000.0)).status == "duplicate"
    assert isinstance(judge(command(id="n0"), desk, now_ns=to_ns(5001.0)), Command)


def test_a_flood_is_held_to_the_rate():
    """Ten at once and five a second; the rest is neither read nor answered, and counted."""
    desk = Desk(0)
    taken = [judge(command(id=f"n{number}"), desk) for number in range(100)]
    assert sum(each is not None for each in taken) == BURST
    assert desk.ignored == {"too_fast": 90}
    later = [judge(command(id=f"m{number}"), desk, now_ns=to_ns(1.0)) for number in range(100)]
    assert sum(each is not None for each in later) == 5


@given(st.binary(max_size=200))
def test_no_bytes_bring_the_desk_down(payload):
    """Whatever comes, the desk answers or ignores."""
    assert not isinstance(judge(payload), Command)


@given(
    st.dictionaries(
        st.sampled_from(["id", "type", "call", "args", "issued_at", "expires_at", "by"]),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text("a1é\n", max_size=5),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=2),
        ),
    )
)
def test_no_json_brings_the_desk_down(changes):
    """A command with any of its fields replaced is taken, refused or ignored."""
    payload = json.dumps(json.loads(command()) | changes).encode()
    assert isinstance(judge(payload), Command | Answer | None)


@pytest.mark.parametrize(
    "wanted",
    [None, "boards/hall2", "andon/v1x/a", "andon/v1/+/a", "andon/v1/#", "andon/v1/" + "x" * 300, "andon/v1/a/cmd"],
)
def test_an_answer_goes_nowhere_it_should_not(wanted):
    """A response topic outside our root, with wildcards, too long, or where a station listens is not used."""
    assert response_topic(wanted, "usual") == "usual"
