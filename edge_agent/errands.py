"""Carries out remote commands: the uplink's own at once, the station's by asking it, each answered once."""

from __future__ import annotations

import msgspec

from edge_agent import clock, control
from edge_agent.journal import Row
from edge_agent.link import Answered, Link
from edge_agent.signals.commands import Desk, response_topic
from edge_agent.signals.contract import Identity
from edge_agent.signals.mqtt import Came, Letter
from edge_agent.signals.payloads import Answer, Command
from edge_agent.signals.sender import Sender
from edge_agent.standard import to_ns

ANSWER_EXPIRY_S = 60  # whoever asked has given up by then


class Errand(msgspec.Struct, frozen=True):
    """A command the station carries out, and the message it came with."""

    command: Command
    came: Came


class Errands:
    """From the message to the answer; `snapshot_wanted` until `state` has been published again."""

    def __init__(self, identity: Identity, link: Link, sender: Sender[Row]) -> None:
        self.desk = Desk()
        self.snapshot_wanted = False
        self._identity = identity
        self._link = link
        self._sender = sender

    def take(self, came: Came, now_ns: int, wall_ns: int) -> None:
        """Judge a message, carry it out, and answer it, now or when the station has answered."""
        judged = self.desk.judge(came.payload, retained=came.retained, now_ns=now_ns, wall_ns=wall_ns)
        if isinstance(judged, Command):
            left_s = judged.expires_at.timestamp() - wall_ns / clock.NS_PER_S
            judged = self._carry_out(judged, came, now_ns + to_ns(left_s))
        if judged is not None:
            self._answer(came, judged)

    def done(self, errand: Errand, answered: Answered) -> None:
        """The station has answered, or could not."""
        said = answered.answer
        if said is None:
            answer = Answer(id=errand.command.id, status="error", error=answered.cause)
        else:
            answer = Answer(
                id=errand.command.id, status="ok" if said.ok else "error", error=said.error, calls=said.calls
            )
        self._answer(errand.came, answer)

    def _carry_out(self, command: Command, came: Came, until_ns: int) -> Answer | None:
        error = None
        if command.type == "snapshot":
            self.snapshot_wanted = True
        elif command.type == "replay":
            error = self._replay(command)
        else:
            request = control.Request(do=command.type, call=command.call, who=command.by, via="remote")
            if self._link.ask(request, Errand(command, came), until_ns):
                return None
            error = "the station is busy; send a new command"
        return Answer(id=command.id, status="ok" if error is None else "error", error=error)

    def _replay(self, command: Command) -> str | None:
        if not self._sender.epoch or command.args is None:  # the desk lets no replay through without its range
            return "there is no journal to replay from"
        if not self._sender.replays.add(command.args.first, command.args.last):
            return "too many replays are waiting; ask again when they have come"
        return None

    def _answer(self, came: Came, answer: Answer) -> None:
        topic = response_topic(came.answer_to, self._identity.topic("res"))
        payload = msgspec.json.encode(answer)
        self._sender.answer(
            Letter(topic=topic, payload=payload, expiry_s=ANSWER_EXPIRY_S, correlation=came.correlation)
        )
