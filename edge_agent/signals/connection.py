"""The connection to the broker: one attempt after the other, with patience, and the version of MQTT it takes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Literal

import msgspec

from edge_agent import clock
from edge_agent.signals.backoff import Backoff
from edge_agent.signals.broker import Settings
from edge_agent.signals.cause import CONNECTING, Cause
from edge_agent.signals.contract import Identity
from edge_agent.signals.mqtt import Letter, Lost, Post, Transport
from edge_agent.signals.namesake import Namesake
from edge_agent.signals.payloads import Presence
from edge_agent.signals.rotation import Rotation
from edge_agent.standard import NS_PER_S, to_ns

ACCEPT_NS = to_ns(15.0)  # TCP 5 s, TLS 5 s, and as long again for the broker's word
FAREWELL_S = 2.0  # service managers wait 90 s, people who pull a plug do not


class Myself(msgspec.Struct, frozen=True, kw_only=True):
    """What the station says of itself in `status`."""

    identity: Identity
    agent: str
    serial: str
    boot: str


class Connection:
    """Keeps one `Transport` going; told the time. `up` once the broker has accepted, `cause` says why not.

    Args:
        settings: where the broker is.
        myself: for the client id, `status` and the will.
        post: where transports post.
        chance: numbers in [0, 1) for the back-off.
    """

    def __init__(self, settings: Settings, myself: Myself, post: Post, chance: Callable[[], float]) -> None:
        self.up = False
        self.cause: Cause | None = CONNECTING
        self.number = 0
        self.transport: Transport | None = None
        self.namesake = Namesake()
        self.mode: Literal["service", "test"] | None = None  # of the station, for `status`
        self._settings = settings
        self._myself = myself
        self.rotation = Rotation(settings, self.client_id)
        self._post = post
        self._backoff = Backoff(chance)
        self._five = True
        self._ending: Transport | None = None  # its thread may still hang in the resolver; only then there are two
        self._conn = ""
        self._since = ""
        self._began_ns = 0
        self._due_ns = 0

    def tend(self, now_ns: int) -> None:
        """Begin an attempt when it is due; end one that the broker does not answer."""
        if self.transport is None:
            if now_ns >= self._due_ns and (self._ending is None or not self._ending.alive):
                self._begin(now_ns)
        elif self.up and self.rotation.due(now_ns):
            self._renew(now_ns)
        elif not self.up and now_ns - self._began_ns > ACCEPT_NS:
            self.end(self._unanswered(self.transport), now_ns)

    def concerns(self, number: int) -> bool:
        """Whether connection `number` is the present one; what is left of earlier ones is nobody's."""
        return self.transport is not None and number == self.number

    def accepted(self, now_ns: int) -> None:
        """The broker has accepted."""
        self.up = True
        self.cause = None
        self._began_ns = now_ns

    def lost(self, lost: Lost, now_ns: int) -> None:
        """The connection is over or never began."""
        if self.up and self.rotation.trying:  # by our own trial: the broker takes the client id from the user name
            self._renew(now_ns)
            return
        refused = lost.cause.kind == "protocol_version"
        if refused and self._five:
            self._five = False
            self._drop()
            self.cause = lost.cause
            self._due_ns = now_ns
            return
        self._five = self._five or refused
        self.end(lost.cause, now_ns)

    def end(self, cause: Cause, now_ns: int) -> None:
        """Let go of the connection, without a goodbye, and try again after a while."""
        was_up = self.up
        self._drop()
        shared = self.namesake.present(now_ns) or cause.kind == "taken_over"
        lived_ns = now_ns - self._began_ns
        wait_ns = self._backoff.ended_ns(lived_ns, shared=shared) if was_up else self._backoff.failed_ns()
        self._due_ns = now_ns + wait_ns
        self.cause = cause
        if self._backoff.quarrels:
            doubt = f"does another machine use {self.client_id}?"
            text = (
                f"{cause}; connections keep ending within seconds: {'' if shared else 'does the link flap, or '}{doubt}"
            )
            self.cause = Cause("taken_over" if shared else cause.kind, text)

    def disturbed(self, now_ns: int) -> Cause | None:
        """What maintenance should know: no connection, new files that will not do, another that speaks as we do."""
        if self.cause is not None or not self.namesake.present(now_ns):
            return self.cause or self.rotation.refused
        text = f"another machine, serial {self.namesake.serial}, speaks as this station, {self._myself.serial}"
        return Cause("namesake", f"{text}; write another [station] name in one of the two")

    def close(self) -> None:
        """Say goodbye and end."""
        if self.transport is not None:
            self.transport.close(FAREWELL_S)
        self.transport = None
        self.up = False

    def abandon(self) -> None:
        """End without a goodbye: the broker says the will."""
        self._drop()

    @property
    def client_id(self) -> str:
        """What the broker knows the station by."""
        return f"andon-{self._myself.identity.station}-{self._myself.serial}"

    def status(self, state: Literal["online", "offline", "stopping"]) -> Letter:
        """The `status` of this connection."""
        reasons: dict[str, Literal["started", "reconnected", "will", "shutdown"]] = {
            "online": "started" if self.number == 1 else "reconnected",
            "offline": "will",
            "stopping": "shutdown",
        }
        presence = Presence(
            state=state,
            reason=reasons[state],
            conn=self._conn,
            boot=self._myself.boot,
            serial=self._myself.serial,
            since=self._since,
            agent=self._myself.agent,
            mode=self.mode if state == "online" else None,
        )
        topic = self._myself.identity.topic("status")
        return Letter(topic=topic, payload=msgspec.json.encode(presence), retain=True)

    def _begin(self, now_ns: int) -> None:
        self.number += 1
        self._conn = uuid.uuid4().hex
        self._since = clock.wall_text(clock.wall_ns())
        self._began_ns = now_ns
        self.namesake.begin(self._conn)
        self.rotation.begin()
        will = self.status("offline")
        self.transport = Transport(self._settings, self.number, self.client_id, will, self._post, five=self._five)
        self.transport.start()

    def _renew(self, now_ns: int) -> None:
        """Begin anew with new files, after a goodbye: nobody sees the station offline."""
        self.cause = Cause("own", "new certificates or a new credential; the connection is begun anew with them")
        if self.transport is not None:
            self.transport.close()
        self._ending, self.transport, self.up = self.transport, None, False
        self._due_ns = now_ns

    def _unanswered(self, transport: Transport) -> Cause:
        """Why an attempt has led to nothing for so long."""
        where, patience_s = self._settings.where, ACCEPT_NS / NS_PER_S
        if transport.opened:
            text = f"{where} takes the connection and says nothing for {patience_s:.0f} s; is it an MQTT broker?"
            return Cause("silent", text)
        text = f"{where} is not reached within {patience_s:.0f} s; check the network and its name server"
        return Cause("timeout", text)

    def _drop(self) -> None:
        if self.transport is not None:
            self.transport.abandon()
        self._ending, self.transport, self.up = self.transport, None, False
