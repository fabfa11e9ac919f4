"""A response that cannot be kept is refused with its line and a remedy."""
# ruff: noqa: E501 - complaints are compared as they are printed

from pathlib import Path

import pytest

from edge_agent import config
from edge_agent.andon.response import KindResponse, Level
from edge_agent.standard import Span

EXAMPLE = (Path(__file__).parent.parent.parent / "examples" / "station.toml").read_text(encoding="utf-8")
AT = EXAMPLE.splitlines().index("[response]") + 1
SOUND = """
[[response.call]]
kind = "maintenance"
to = "electrician"
acknowledge = "2min"
attend = "5takt"
restore = "1h"
escalate = [{ after = "10takt", to = "maintenance_leader" }]

[[response.call]]
kind = "cycle_overrun"
tier = "blue"
clears = "on_restore"
"""


@pytest.fixture
def checked(tmp_path, monkeypatch):
    """What `check` makes of the example with `response` in place of its own, and its complaints as printed."""
    monkeypatch.chdir(tmp_path)

    def of(response):
        head, rest = EXAMPLE.split("[response]")
        tail = rest[rest.index("# --- how the station speaks") :]
        Path("station.toml").write_text(f"{head}{response}\n{tail}", encoding="utf-8")
        found, complaints = config.check(Path("station.toml"))
        return found, [str(each) for each in complaints]

    return of


def test_a_sound_table_arrives(checked):
    """Every setting of a kind is what it says."""
    found, complaints = checked(SOUND)
    assert [] == complaints
    assert (
        KindResponse(
            kind="maintenance",
            to="electrician",
            acknowledge=Span(2, "min"),
            attend=Span(5, "takt"),
            restore=Span(1, "h"),
            escalate=(Level(after=Span(10, "takt"), to="maintenance_leader"),),
        ),
        KindResponse(kind="cycle_overrun", tier="blue", clears="on_restore"),
    ) == found.response.call


CALL = '[[response.call]]\nkind = "{}"\n'
BAD = [
    ('[response]\nescalate = [{ after = "3takt", to = "a" }, { after = "60s", to = "b" }]',
     "1: after: 60s is not later than the level before it (3takt); order the levels by time"),
    ('[response]\nescalate = [{ after = 0, to = "a" }]',
     "1: after: 0 must be longer than nothing and at most 31 days"),
    ('[response]\nto = "a"\nescalate = [{ after = "1min", to = "a" }]',
     "2: warning: to: 'a' is called already by the level before; call the next one up"),
    (CALL.format("help") + 'to = "a"\nescalate = [{ after = "1min", to = "b" }, { after = "2min", to = "b" }]',
     "3: warning: to: 'b' is called already by the level before; call the next one up"),
    ('[response]\nacknowledge = "2min"\nattend = "90s"',
     "2: [response]: attend = 90s is shorter than acknowledge = 2min; both count from the call, so write attend the longer"),
    (CALL.format("material") + 'acknowledge = "2takt"',
     "2: material: attend = 1takt is shorter than acknowledge = 2takt; both count from the call, so write attend the longer"),
    (CALL.format("materail"), "1: unknown kind of call 'materail'; did you mean 'material'?"),
    (CALL.format("silent"),
     "1: silent watches a sensor and calls nobody: it makes the station blind; take this table out"),
    (CALL.format("help") + CALL.format("help"), "3: help is there already, at line {+1}; write each kind once"),
    (CALL.format("safety") + 'clears = "by_itself"',
     "2: clears: a call for safety has no gap that could end; a person restores it, leave `clears` out"),
    (CALL.format("help") + 'tier = "red"', "2: tier: 'red' is not known; write one of: blue, yellow"),
    (CALL.format("help") + "attend = -5", "2: attend: -5 must be longer than nothing and at most 31 days"),
    ('[[response.call]]\nto = "a"', "0: [[response.call]] has no 'kind'; write kind = \"...\""),
    (CALL.format("help") + 'too = "a"', "2: unknown key 'too'; did you mean 'to'?"),
]  # fmt: skip


@pytest.mark.parametrize(("response", "complaint"), BAD, ids=[text.split(": ", 1)[1][:40] for _, text in BAD])
def test_what_contradicts_itself_is_said(checked, response, complaint):
    """Each slip by itself gives one complaint, at its line (counted from where the response begins)."""
    line, text = complaint.split(": ", 1)
    assert [f"station.toml:{AT + int(line)}: {text.replace('{+1}', str(AT + 1))}"] == checked(response)[1]


ROLES = """
[[role]]
name = "team_leader"
may = ["acknowledge", "arrive", "restore", "restore_stopped", "shelve", "plan"]

[[role]]
name = "group_leader"
via = ["control"]
"""
LEVEL = '[[response.escalate]]\nafter = "1takt"\nto = "{}"\n'


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (ROLES + "[response]\n" + LEVEL.format("group_leader"), []),
        (ROLES + '[response]\nto = "team_leeder"\n' + LEVEL.format("group_leader"),
         ["to: there is no [[role]] 'team_leeder'; did you mean 'team_leader'?"]),
        (ROLES + "[response]\n" + LEVEL.format("manager"),
         ["to: there is no [[role]] 'manager'; write one of: team_leader, group_leader"]),
        (ROLES, ["warning: who else is called is left to the default, and there is no [[role]] 'area_manager'; write `to` and [[response.escalate]], or that role"]),
        (ROLES + "[response]\n" + LEVEL.format("group_leader") + CALL.format("material") + 'to = "truck"',
         ["to: there is no [[role]] 'truck'; write one of: team_leader, group_leader"]),
        (ROLES + "[response]\n" + LEVEL.format("group_leader") + CALL.format("help") + 'escalate = [{ after = "1h", to = "boss" }]',
         ["to: there is no [[role]] 'boss'; write one of: team_leader, group_leader"]),
        (ROLES.replace('"plan"', '"pln"') + "[response]\n" + LEVEL.format("group_leader"),
         ["may: 'pln' is not known; did you mean 'plan'?"]),
        (ROLES.replace('"control"', '"wire"') + "[response]\n" + LEVEL.format("group_leader"),
         ["via: 'wire' is not known; write one of: control, remote"]),
        (ROLES.replace('"restore", ', "") + "[response]\n" + LEVEL.format("group_leader"),
         ["[[role]]: may: 'restore_stopped' goes beyond 'restore'; write both"]),
        (ROLES.replace("group_leader", "team_leader") + "[response]\n" + LEVEL.format("x") + "\n",
         ["role 'team_leader' is there already, at line {}; give each its own", "to: there is no [[role]] 'x'; write one of: team_leader, team_leader"]),
    ],
)  # fmt: skip
def test_whoever_is_called_is_a_role(checked, response, said):
    """Where `[[role]]` is written, a name that is none is a slip; a default that is none is said, and stays."""
    line = next(number for number, text in enumerate(EXAMPLE.splitlines()) if text == "[response]") + 3
    assert [each.format(line) for each in said] == [each.split(": ", 1)[1] for each in checked(response)[1]]


def test_takts_are_compared_once_there_is_one(checked):
    """`2takt` and `60s` say nothing against each other while the takt is in doubt; one complaint is enough."""
    text = '[response]\nacknowledge = "2takt"\nattend = "60s"\n'
    _, complaints = checked(text)
    assert [
        f"station.toml:{AT + 2}: [response]: attend = 60s is shorter than acknowledge = 2takt; both count from the call, so write attend the longer"
    ] == complaints
    Path("station.toml").write_text(Path("station.toml").read_text().replace("takt_s = 60.0", 'takt_s = "x"'))
    assert ["takt_s"] == [each.text.split(":")[0] for each in config.check(Path("station.toml"))[1]]


def test_only_what_is_written_can_contradict_itself(checked):
    """A default to acknowledge gives way to a shorter time to attend; one that is written above does not."""
    assert [] == checked('[response]\nattend = "30s"\n')[1]
    own = '[[response.call]]\nkind = "help"\nattend = "30s"\n'
    assert [] == checked(own)[1]
    said = "help: attend = 30s is shorter than acknowledge = 60s; both count from the call, so write attend the longer"
    assert [f"station.toml:{AT + 4}: {said}"] == checked('[response]\nacknowledge = "60s"\n' + own)[1]


@pytest.mark.parametrize(
    ("response", "line", "said"),
    [
        ('[response]\nattend = "20min"\n[[response.escalate]]\nafter = "1takt"\nto = "boss"', 3,
         "[response]: 'boss' is called after 1takt, before attend = 20min is over; call later, or write attend shorter"),
        ('[response]\n[[response.escalate]]\nafter = "1takt"\nto = "boss"\n' + CALL.format("help") + 'attend = "5min"', 6,
         "help: 'boss' is called after 1takt, before attend = 5min is over; write escalate of its own, or attend shorter"),
    ],
)  # fmt: skip
def test_a_level_before_the_response_time_is_over_is_refused(checked, response, line, said):
    """Nobody further is called while whoever was called has time; a default that nobody wrote gives way."""
    assert [f"station.toml:{AT + line}: {said}"] == checked(response)[1]
    assert [] == checked('[response]\nattend = "20min"')[1]
