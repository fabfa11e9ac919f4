"""What is set aside, as its events tell it: shelved by a person for a time, out of service until it is put back."""

from __future__ import annotations

from dataclasses import dataclass, field

from edge_agent.events import CallUpdated
from edge_agent.events.upkeep import CallShelved, DetectorService
from edge_agent.observations import Observation
from edge_agent.observations.asked import ServiceChange, Shelve, Unshelve
from edge_agent.station.station import Station
from tests.invariants.must import must


@dataclass
class Shelf:
    """The sources that light nothing."""

    shelved: set[str] = field(default_factory=set)
    out: set[str] = field(default_factory=set)

    def put(self, seen: Observation | None, data: CallShelved) -> None:
        """A source has been shelved, or its shelf has ended."""
        if data.ended is None:
            must(isinstance(seen, Shelve) and data.source not in self.shelved, "a shelf needs the person", data)
            self.shelved.add(data.source)
            return
        must(data.source in self.shelved, "only a shelf that began ends", data)
        told = isinstance(seen, Unshelve) if data.ended == "unshelved" else data.via is None
        must(told, "a shelf ends by a word, its time or a restart", data)
        self.shelved.remove(data.source)

    def told(self, source: str, data: CallUpdated) -> None:
        """A gap has been told in the call of `source`."""
        aside = self.shelved | self.out
        must(source not in aside, "nothing is told in a call that is set aside", data)
        must(data.measured is not None, "a gap told in a call is measured", data)
        must(data.measured.detector not in aside, "what is set aside is told in no call", data)

    def serve(self, seen: Observation | None, data: DetectorService) -> None:
        """A detector has gone out of service, or come back."""
        must(isinstance(seen, ServiceChange), "service is changed by a person", data)
        must(data.in_service == (data.detector in self.out), "out of service and back in turn", data)
        self.out ^= {data.detector}

    def check(self, station: Station) -> None:
        """The station has set the same aside."""
        shelf = station.hygiene.shelf
        must(self.shelved == shelf.shelved.keys(), "what is shelved is said to be", self.shelved)
        must(self.out == shelf.out.keys(), "what is out of service is said to be", self.out)
