"""The consumer's connection to the broker: tried again with patience, in the version of MQTT it takes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edge_agent.signals.backoff import Backoff
from edge_agent.signals.broker import Settings
from edge_agent.signals.mqtt import Connected, Letter, Lost, Post, Said, Subscribed, Transport
from edge_agent.signals.window import Window
from edge_agent.standard import to_ns

ACCEPT_NS = to_ns(15.0)  # TCP 5 s, TLS 5 s, and as long again for the broker's word
LANDING_NS = to_ns(10.0)  # a broker that confirms nothing for so long is as good as gone
FLYING = 100  # acknowledgements: of ten thousand stations one each ten seconds, at a round trip of 100 ms
LARGEST_IN = 131_072  # bytes; a `state` with 200 open calls has 100 kB, an event 1 kB


class Subscription:
    """Listens on topics for as long as it is tended; `cause` says why it does not, empty while it does.

    Args:
        settings: where the broker is.
        client_id: known to the broker, ours alone.
        surely, newest: topics of which every message counts, and those where the next one makes up for a lost one:
            brokers drop what exceeds a subscriber's queue, and the retained messages of a plant all come at once.
        post: where what is heard goes.
        chance: numbers in [0, 1) for the back-off.
    """

    def __init__(
        self,
        settings: Settings,
        client_id: str,
        surely: Sequence[str],
        newest: Sequence[str],
        post: Post,
        chance: Callable[[], float],
    ) -> None:
        self.cause = "connecting"
        self.window = Window(FLYING)
        self._settings = settings
        self._client_id = client_id
        self._surely, self._newest = surely, newest
        self._post = post
        self._backoff = Backoff(chance)
        self._transport: Transport | None = None
        self._number = 0
        self._five = True
        self._up = False
        self._began_ns = self._due_ns = 0

    def tend(self, now_ns: int) -> None:
        """Begin an attempt when it is due; end a connection nothing comes back from."""
        if self._transport is None:
            if now_ns >= self._due_ns:
                self._begin(now_ns)
        elif not self._up and now_ns - self._began_ns > ACCEPT_NS:
            self._end("the broker does not answer", now_ns)
        elif self.window.waited_ns(now_ns) > LANDING_NS:
            self._end("the broker confirms nothing", now_ns)

    def concerns(self, said: Said) -> bool:
        """Whether it was said on the present connection."""
        return self._transport is not None and said.number == self._number

    def take(self, said: Connected | Lost | Subscribed, now_ns: int) -> None:
        """What has become of the connection."""
        match said:
            case Connected() if self._transport is not None:
                self._up, self._began_ns = True, now_ns
                self.window.open(said.receive_maximum)
                self._transport.subscribe(*self._surely)
                self._transport.subscribe(*self._newest, qos=0)
            case Subscribed(refused=refused) if refused:
                self._end("the broker does not let us listen: check its access list", now_ns)
            case Subscribed():
                self.cause = ""
            case Lost():
                self._end(str(said.cause), now_ns)
                if said.cause.kind == "protocol_version":
                    self._five = not self._five
                    self._due_ns = self._due_ns if self._five else now_ns  # the older version at once

    def send(self, letter: Letter, now_ns: int) -> bool:
        """Hand over one message; False where the window is full or there is no connection."""
        if not self._up or self._transport is None or self.window.room <= 0:
            return False
        self.window.send(self._transport.send(letter), None, now_ns)
        return True

    def close(self, patience_s: float) -> None:
        """Say goodbye and end."""
        if self._transport is not None:
            self._transport.close(patience_s)
            self._transport, self._up = None, False

    def _begin(self, now_ns: int) -> None:
        self._number += 1
        self._began_ns = now_ns
        self._transport = Transport(
            self._settings,
            self._number,
            self._client_id,
            None,
            self._post,
            five=self._five,
            largest_in=LARGEST_IN,
            window=FLYING,
        )
        self._transport.start()

    def _end(self, cause: str, now_ns: int) -> None:
        if self._transport is not None:
            self._transport.abandon()
        wait_ns = (
            self._backoff.ended_ns(now_ns - self._began_ns, shared=False) if self._up else self._backoff.failed_ns()
        )
        self._transport, self._up, self.cause, self._due_ns = None, False, cause, now_ns + wait_ns
        self.window.open(None)
