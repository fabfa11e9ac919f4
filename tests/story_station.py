"""The station of the stories for tests that need one whole: a press of 50 s in a takt of 60 s, a gauge, a cord."""

from edge_agent.andon.response import Response
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.stories import story

TIMES = {"standard": "50", "takt": "60"}


def made(memory: Memory | None = None) -> Station:
    """A station that has not begun yet."""
    return Station(story.workplace(TIMES), story.watches(TIMES), Response(), memory=memory, version="test")
