"""A standard that somebody sets from afar in a story, judged by the rules of the configuration and the roles."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from edge_agent.agent import reception
from edge_agent.andon.roles import Role
from edge_agent.config.station import examined
from edge_agent.control import Request
from edge_agent.events import Event
from edge_agent.observations import Observation
from edge_agent.observations.asked import Value
from edge_agent.station.held import Held

if TYPE_CHECKING:
    from tests.stories.story import Player

SETS = re.compile(r"(?P<who>\w+) sets (?P<what>\w+) to (?P<value>[\d.]+)")
WORDS = {"standard_cycle_s": "standard", "takt_s": "takt"}  # what a story calls them


class File:
    """The words of a story in the place of a file: its times can be set."""

    def __init__(self, words: dict[str, str]) -> None:
        self.words = dict(words)

    def value(self, what: str) -> Value:
        """What the story says."""
        written = self.words.get(WORDS[what])
        return None if written is None else float(written)

    def held(self, over: Mapping[str, Value]) -> Held:
        """What is in force with these times; ValueError with what the rules of a file have against them."""
        from tests.stories import story

        words = self.words | {WORDS[what]: str(value) for what, value in over.items()}
        times = {key: float(words[word]) for key, word in WORDS.items() if word in words}
        config, complaints = examined(Path("story"), {"station": {"name": "st07"}, "standard": times}, {})
        if config is None:
            raise ValueError(" ".join(each.text for each in complaints if each.severity == "error"))
        watches = tuple(story.watches(words))
        return Held(workplace=story.workplace(words), plan=story.plan(words), watches=watches)


def asked(act: str) -> Request | None:
    """The request of `planner sets takt_s to 45`; None where the act is another."""
    match = SETS.fullmatch(act)
    if match is None:
        return None
    settings: dict[str, Value] = {match["what"]: float(match["value"])}
    return Request(do="set-standard", settings=settings, who=match["who"], role=match["who"], via="remote")


def answered(player: Player, request: Request) -> list[str]:
    """Ask the station of a story, as the agent does; what is heard of a refusal."""

    def step(seen: Observation) -> list[Event]:
        before = len(player.said)
        player.step(player.station, seen, player.now_ns)
        return player.said[before:]

    answer = reception.answer(player.station, step, request, player.now_ns, roles(player.story.settings))
    if answer.ok:
        return []
    error = (answer.error or "").partition(";")[0].replace(",", "")
    return [f"{'denied' if answer.denied else 'refused'}: {error}"]


def roles(settings: dict[str, str]) -> tuple[Role, ...]:
    """`role planner:standard,plan`: somebody, and what they may; beside them an operator who may only answer."""
    if "role" not in settings:
        return ()
    name, may = settings["role"].split(":")
    operator = Role(name="operator", may=("acknowledge", "arrive"))
    return (msgspec.convert({"name": name, "may": may.split(",")}, Role), operator)
