"""The documents say what the code does: what stands between marks is what the code gives now.

`python -m tests.test_docs` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from edge_agent import boards, reference
from edge_agent.andon.legend import Tier
from edge_agent.wiring_plan.table import of_board
from tests.attacks.requirements import requirements_table
from tests.attacks.table import attacks_table
from tests.contract import catalogue
from tests.stories import manual

ROOT = Path(__file__).parent.parent
STORIES = ROOT / "tests" / "stories"
TABLES: list[tuple[str, str, Callable[[], str]]] = [
    ("README.md", "legend", reference.legend_table),
    ("edge_agent/signals/README.md", "commands", reference.commands_table),
    ("hw/lamps.md", "legend", reference.legend_table),
    ("hw/lamps.md", "three", partial(reference.legend_table, (Tier.RED, Tier.YELLOW, Tier.GREEN))),
    ("ARCHITECTURE.md", "life", reference.life_table),
    ("edge_agent/sensors/README.md", "sensors", reference.sensors_table),
    ("edge_agent/detect/README.md", "detectors", reference.detectors_table),
    ("edge_agent/signals/README.md", "channels", reference.channels_table),
    ("edge_agent/signals/README.md", "events", reference.events_table),
    ("docs/events.md", "catalogue", catalogue.page),
    ("SECURITY.md", "attacks", attacks_table),
    ("SECURITY.md", "requirements", requirements_table),
    ("tests/stories/README.md", "coverage", manual.coverage),
    ("tests/stories/README.md", "manual", manual.manual),
]
FILE = re.compile(r"`((?:\w+/)*\w+\.(?:py|toml))`")
NAME = re.compile(r"`([A-Z]\w+)\.(\w+)`")


TABLES += [("hw/boards.md", f"board {name}", partial(of_board, boards.board(name))) for name in boards.names()]
TABLES += [
    (f"edge_agent/{folder}/README.md", "files", partial(reference.files_table, ROOT / "edge_agent" / folder))
    for folder in (
        "agent",
        "andon",
        "commissioning",
        "doctor",
        "pace",
        "planning",
        "station",
        "support",
        "uplink",
        "wiring_plan",
    )
]


def between(text: str, name: str) -> re.Match[str]:
    """What stands between the marks called `name`."""
    found = re.search(rf"(?<=<!-- generated: {name} -->\n).*?(?=<!-- /generated -->)", text, re.DOTALL)
    assert found is not None, f"no marks for {name}"
    return found


@pytest.mark.parametrize(("file", "name", "table"), TABLES, ids=[f"{file} {name}" for file, name, _ in TABLES])
def test_generated_tables_are_current(file, name, table):
    """Each table is what its function gives."""
    text = (ROOT / file).read_text(encoding="utf-8")
    assert table() + "\n" == between(text, name)[0]


def test_the_story_in_the_readme_is_one_of_the_stories():
    """The front door shows a story that is run, word for word but for the line that says its group."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    story = (STORIES / "06_fixed_position.story").read_text(encoding="utf-8").replace("group fixed_position\n", "")
    assert f"```\n{story}```" in text


def test_the_walk_names_what_is_there():
    """Every file and every `Class.name` of ARCHITECTURE.md exists in the code."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    code = {path.relative_to(ROOT / "edge_agent").as_posix(): path for path in (ROOT / "edge_agent").rglob("*.py")}
    for file in FILE.findall(text):
        assert file in code or (ROOT / file).exists(), f"ARCHITECTURE.md names {file}, which is not there"
    source = "\n".join(path.read_text(encoding="utf-8") for path in code.values())
    for owner, name in NAME.findall(text):
        body = re.search(rf"^class {owner}\b.*?(?=^\S|\Z)", source, re.MULTILINE | re.DOTALL)
        assert body is not None, f"ARCHITECTURE.md names {owner}, which is no class"
        assert re.search(rf"\b{name}\b", body[0]), f"ARCHITECTURE.md names {owner}.{name}, which is not there"


@pytest.mark.parametrize("path", sorted((ROOT / "edge_agent").rglob("README.md")), ids=lambda path: path.parent.name)
def test_a_folder_readme_names_the_files_there_are(path):
    """Each file of a folder is told of, by its name or its kind, and each file told of is there."""
    text = path.read_text(encoding="utf-8")
    for file in path.parent.glob("*.py"):
        assert file.stem == "__init__" or file.stem in text, f"{path} does not name {file.name}"
    known = {file.name for file in (*(ROOT / "edge_agent").rglob("*.py"), *(ROOT / "tests").rglob("*.py"))}
    for name in re.findall(r"`(?:\w+/)*(\w+\.py)`", text):
        assert name in known, f"{path} names {name}, which is not there"


@pytest.mark.parametrize("path", [path for path in ROOT.glob("**/*.md") if ".venv" not in str(path)], ids=str)
def test_links_lead_somewhere(path):
    """Every relative link of a document leads to a file or folder of this repository."""
    for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert (path.parent / target).exists(), f"{path.name} links to {target}"


def write() -> None:
    """Bring every generated part up to date."""
    for file, name, table in TABLES:
        text = (ROOT / file).read_text(encoding="utf-8")
        old = between(text, name)
        (ROOT / file).write_text(text[: old.start()] + table() + "\n" + text[old.end() :], encoding="utf-8")


if __name__ == "__main__":
    write()
