"""What a person at a station may get wrong in its times, shifts, roles and responses: refused, each with its line."""

from pathlib import Path

import pytest

from edge_agent import config
from tests.config.reworded import reworded

EXAMPLE = (Path(__file__).parent.parent.parent / "examples" / "station.toml").read_text(encoding="utf-8")
SECOND = '[[shift]]\nname = "second"\nstart = "13:00"\nend = "21:00"\n\n[[shift]]\n'
ROLE = '[[role]]\nname = "team_leader"\n\n[[role]]\nname = "group_leader"\n\n[[role]]\nname = "area_manager"\n\n'

BAD = {
    "overlapping shifts": (
        [("[[shift]]\n", SECOND)],
        "second begins at 13:00 while early goes on until 14:00",
        'start = "06:00"',
    ),
    "breaks outside shifts": (
        [('"12:00-12:30"', '"14:30-15:00"')],
        "14:30-15:00",
        'breaks = ["09:00-09:15", "14:30-15:00"]',
    ),
    "demand zero": ([("demand = 430", "demand = 0")], "demand: 0 must be", "demand = 0"),
    "takt under the standard": (
        [("standard_cycle_s = 55.0", "standard_cycle_s = 65.0")],
        "takt_s = 60 is below standard_cycle_s = 65",
        "takt_s = 60.0",
    ),
    "a role that is none": (
        [("[response]\n", f'{ROLE}[response]\nto = "team_lead"\n')],
        "there is no [[role]] 'team_lead'; did you mean 'team_leader'?",
        'to = "team_lead"',
    ),
    "a role that is none, above": (
        [("[response]\n", f"{ROLE}[response]\n"), ('to = "area_manager"', 'to = "boss"')],
        "there is no [[role]] 'boss'",
        'to = "boss"',
    ),
    "levels out of order": (
        [('after = "15min"', 'after = "30s"')],
        "after: 30s is not later than the level before it (1takt)",
        'after = "30s"',
    ),
    "a level at once": ([('after = "15min"', "after = 0")], "after: 0 must be longer than nothing", "after = 0"),
    "there before answering": (
        [('attend = "1takt"', 'attend = "30s"')],
        "attend = 30s is shorter than acknowledge = 60s",
        'attend = "30s"',
    ),
    "one kind twice": (
        [("[response]\n", '[[response.call]]\nkind = "help"\n\n[[response.call]]\nkind = "help"\n\n[response]\n')],
        "help is there already",
        'kind = "help"',
    ),
    "an unknown kind": (
        [("[response]\n", '[[response.call]]\nkind = "qualty"\n\n[response]\n')],
        "unknown kind of call 'qualty'; did you mean 'quality'?",
        'kind = "qualty"',
    ),
}


@pytest.mark.parametrize("slip", BAD)
def test_what_cannot_be_kept_is_refused_at_its_line(tmp_path, slip):
    """The agent does not start on it; the complaint names the line, what is wrong there, and a remedy."""
    changes, said, _ = BAD[slip]
    text = reworded(EXAMPLE, *changes)
    path = tmp_path / "station.toml"
    path.write_text(text, encoding="utf-8")
    found, complaints = config.check(path)
    assert found is None
    (complaint,) = [each for each in complaints if each.severity == "error"]
    assert said in complaint.text
    assert BAD[slip][2] == text.splitlines()[complaint.line - 1].partition("#")[0].strip()
