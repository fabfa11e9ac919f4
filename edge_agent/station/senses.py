"""Which sensors can be relied on: lost on any ground, back when the last ground is gone."""

from __future__ import annotations

from collections.abc import Iterable

from edge_agent.events import Data, SensorBack, SensorLost
from edge_agent.observations import Source
from edge_agent.standard import to_s


class Senses:
    """The sensors of one station. A ground is who says that the sensor is lost: its driver, a detector, the inbox."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.names = tuple(source.name for source in sources)
        self.heard: set[str] = set()
        self.lost: dict[str, dict[str, tuple[int, str]]] = {}  # sensor -> ground -> since when (ns), and why

    def lose(self, sensor: str, ground: str, at_ns: int, why: str) -> Data | None:
        """Note a ground; the event is said with the first one only."""
        grounds = self.lost.setdefault(sensor, {})
        if ground in grounds:
            return None
        grounds[ground] = (at_ns, why)
        return SensorLost(sensor=sensor, why=why) if len(grounds) == 1 else None

    def find(self, sensor: str, ground: str, at_ns: int) -> Data | None:
        """Take a ground away; the event is said with the last one only."""
        if sensor not in self.lost:
            return None
        grounds = self.lost[sensor]
        since = grounds.pop(ground, None)
        if since is None or grounds:
            return None
        del self.lost[sensor]
        return SensorBack(sensor=sensor, lost_s=max(0.0, to_s(at_ns - since[0])))

    def tells(self, sensors: Iterable[str]) -> bool:
        """Whether none of `sensors` is lost."""
        return self.lost.keys().isdisjoint(sensors)

    def why(self, sensor: str) -> str:
        """Why `sensor` is lost; empty where it is not."""
        return next((why for _, why in self.lost.get(sensor, {}).values()), "")
