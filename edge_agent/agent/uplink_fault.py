"""When the station says that its uplink does not reach the broker: once a cause, late enough to be worth it.

A broker that restarts is back within seconds, and one that flaps would fill the journal with its faults. So a
fault is said when it has stood a while, each cause at most once in a quarter of an hour, and its end when the
connection has held. Told the time, and of nothing else than what the uplink says.
"""

from __future__ import annotations

from edge_agent.observations import Trouble
from edge_agent.standard import to_ns

PART = "uplink"
STANDS_NS = to_ns(20.0)  # a restart of the broker takes less, and an attempt has its cause by then
HOLDS_NS = to_ns(30.0)  # a link that flaps does not hold so long
AGAIN_NS = to_ns(900.0)  # four lines an hour and cause at most
MOST_CAUSES = 40  # there are 30; a stranger on the socket may name others
BACK = "The uplink does its work again."


class UplinkFault:
    """Keeps what the uplink says of itself, `text`; `tell` gives what is to be said of it, when `due_ns` has come."""

    def __init__(self) -> None:
        self.text = "not heard from"
        self._cause = ""
        self._since_ns = 0
        self._said = ""  # the cause that was said and is not over
        self._last_ns: dict[str, int] = {}  # when each cause was said last

    def heard(self, cause: str, text: str, now_ns: int) -> None:
        """The uplink's own word: the kind of its cause, empty while it is connected, and what it says."""
        if bool(cause) != bool(self._cause):
            self._since_ns = now_ns  # down for whatever cause, or up: one cause after the other is one outage
        self._cause, self.text = cause, text

    def due_ns(self) -> int | None:
        """When something is to be said; None where nothing is."""
        if self._cause == self._said:
            return None
        if not self._cause:
            return self._since_ns + HOLDS_NS
        last_ns = self._last_ns.get(self._cause)
        stands_ns = self._since_ns + STANDS_NS
        return stands_ns if last_ns is None else max(stands_ns, last_ns + AGAIN_NS)

    def tell(self, now_ns: int) -> Trouble | None:
        """What is to be said now."""
        due_ns = self.due_ns()
        if due_ns is None or now_ns < due_ns:
            return None
        self._said = self._cause
        if not self._cause:
            return Trouble(now_ns, PART, BACK, over=True)
        if len(self._last_ns) >= MOST_CAUSES:
            self._last_ns.clear()
        self._last_ns[self._cause] = now_ns
        return Trouble(now_ns, PART, self.text)
