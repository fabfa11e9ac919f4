"""The stories as a manual of the station's behaviour: all of them by group, and what of the tables they show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from edge_agent.andon.legend import KINDS, LEGEND, spoken
from edge_agent.andon.legend import Row as Sign
from edge_agent.andon.life import LIFE, Call, Signal
from edge_agent.detect import DETECTORS
from edge_agent.detect.rule import Detector, Finding, Verdict
from edge_agent.kind import kind_of
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.stories.story import Player, Story, read

GROUPS = {
    "green": "Green is earned",
    "gaps": "Gaps in the work",
    "quality": "Quality",
    "calls": "Calls: the cord and the buttons",
    "fixed_position": "The fixed position",
    "response": "Who comes, and by when",
    "planned": "Planned time: breaks, shifts, changeover, change nights",
    "sensors": "Sensors that cannot be trusted",
    "restarts": "Restarts and the clock",
    "remote": "From afar",
    "hygiene": "Rules on trial, set aside, or calling too much",
    "stack": "The stack itself",
}
"""What a story's line `group NAME` may say, and the heading it is found under."""

MOST_LINKS = 6  # to stories in a row of the tables; green is shown by nearly all
Row = tuple[str, str]  # the table, and the row of it as people say it


class Told(NamedTuple):
    """A story, and the rows of the tables that it shows."""

    story: Story
    rows: frozenset[Row]


@cache
def stories() -> tuple[Told, ...]:
    """Every story of this folder, played; in the order of their numbers."""
    return tuple(told(read(path)) for path in sorted(Path(__file__).parent.glob("*.story")))


def told(story: Story) -> Told:
    """Play a story, and note what it shows."""
    witness = Witness(story)
    for line in story.lines:
        witness.play(line)
        witness.look()
    return Told(story, frozenset(witness.rows))


class Witness(Player):
    """A player that notes which rows of the tables are used."""

    def __init__(self, story: Story) -> None:
        self.rows: set[Row] = set()
        super().__init__(story)

    def make(self, memory: Memory | None) -> Station:
        """A station whose calls and detectors are overheard."""
        station = super().make(memory)
        signal, judge = station.calls.signal, station._judge  # all findings meet there

        def overheard(call: Call, given: Signal, *rest: object) -> None:
            if given in LIFE[call.state]:
                self.rows.add(("life", str(given)))
            signal(call, given, *rest)

        def judged(detector: Detector[Any], finding: Finding) -> None:
            if finding.verdict is not Verdict.NORMAL:
                self.rows.add(("detectors", detector.kind))
            judge(detector, finding)

        station.calls.signal, station._judge = overheard, judged
        return station

    def look(self) -> None:
        """Note what is to be seen now, and the calls that are open."""
        self.rows.add(("legend", self.station.stack(self.now_ns).sign))
        self.rows |= {("kinds", call.kind) for call in self.station.calls.open.values() if call.kind in KINDS}


TABLES: dict[str, tuple[str, Callable[[], Iterator[tuple[str, str]]]]] = {
    "legend": ("lamp", lambda: ((row.sign, _lamp(row)) for row in LEGEND)),
    "life": ("what happens to a call", lambda: ((str(signal), str(signal)) for signal in Signal)),
    "kinds": ("call", lambda: ((kind, f"{kind}: {KINDS[kind].text}") for kind in KINDS)),
    "detectors": ("detector", lambda: ((kind := kind_of(each.SETTINGS), f"`{kind}`") for each in DETECTORS)),
}


def _lamp(row: Sign) -> str:
    """A row of the legend as it is seen on a stack of five."""
    return f"{spoken(*row.patterns[0]) if row.patterns else 'all dark'}: {row.means}"


def without_a_story() -> list[Row]:
    """Rows of the tables that no story shows."""
    shown = frozenset().union(*(each.rows for each in stories()))
    return [(name, key) for name, (_, rows) in TABLES.items() for key, _ in rows() if (name, key) not in shown]


def coverage() -> str:
    """For each row of the tables, the stories that show it."""
    lines: list[str] = []
    for name, (heading, rows) in TABLES.items():
        lines += ["", f"| {heading} | stories |", "|---|---|"]
        for key, words in rows():
            links = [
                f"[{_number(each.story)}](#{_anchor(each.story)})" for each in stories() if (name, key) in each.rows
            ]
            more = f" and {len(links) - MOST_LINKS} more" if len(links) > MOST_LINKS else ""
            lines.append(f"| {words} | {', '.join(links[:MOST_LINKS])}{more} |")
    return "\n".join(lines[1:])


def manual() -> str:
    """Every story under the heading of its group."""
    lines: list[str] = []
    for group, heading in GROUPS.items():
        lines += [f"## {heading}", ""]
        for each in stories():
            if each.story.settings.get("group") == group:
                lines += _page(each.story)
    return "\n".join(lines[:-1])


def _page(story: Story) -> list[str]:
    text = story.path.read_text(encoding="utf-8").splitlines()
    timeline = [line for line in text if not line.startswith(("#", "group "))]
    return [f"### {_heading(story)}", "", story.title, "", "```", *"\n".join(timeline).strip().split("\n"), "```", ""]


def _number(story: Story) -> str:
    return story.path.stem.partition("_")[0]


def _heading(story: Story) -> str:
    return story.path.stem.replace("_", " ")


def _anchor(story: Story) -> str:
    """Where a heading is found on a page, as GitHub makes it."""
    return _heading(story).replace(" ", "-").lower()
