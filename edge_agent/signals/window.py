"""What is in flight on one connection, never more than the broker takes."""

from __future__ import annotations

WINDOW = 20  # in flight at once: keeps a round trip of 20 ms at 1,000 a second, and brokers accept it


class Window:
    """What is in flight on one connection: message id to event number, None for what is no recorded event.

    Args:
        most: in flight at once, where the broker does not want fewer.
    """

    def __init__(self, most: int = WINDOW) -> None:
        self.most = self.size = most
        self.oldest_ns: dict[int, int] = {}
        self._flying: dict[int, int | None] = {}

    def open(self, receive_maximum: int | None) -> None:
        """A new connection: nothing is in flight, and the broker may want fewer than ours."""
        self.size = self.most if receive_maximum is None else max(1, min(self.most, receive_maximum))
        self._flying.clear()
        self.oldest_ns.clear()

    @property
    def room(self) -> int:
        """How many more may be sent now."""
        return self.size - len(self._flying)

    def send(self, mid: int, seq: int | None, now_ns: int) -> None:
        """One more is in flight."""
        self._flying[mid] = seq
        self.oldest_ns[mid] = now_ns

    def land(self, mid: int) -> int | None:
        """The broker has answered; the number of the event, None for anything else."""
        self.oldest_ns.pop(mid, None)
        return self._flying.pop(mid, None)

    def waited_ns(self, now_ns: int) -> int:
        """How long the one in flight for longest has been there; 0 where there is none."""
        return now_ns - next(iter(self.oldest_ns.values()), now_ns)
