"""Carries out remote commands: the uplink's own at once, the station's by asking it, each answered once."""

from __future__ import annotations

from typing import Literal

import msgspec

from edge_agent import clock, control
from edge_agent.journal import JournalError, Row
from edge_agent.signals.channels import ANSWER_LIFE_S
from edge_agent.signals.cmd import (
    AcknowledgeCommand,
    ArriveCommand,
    ChangeoverCommand,
    Command,
    PlannedStopCommand,
    ProductCommand,
    ReplayCommand,
    RestoreCommand,
    SetPlanCommand,
    SetStandardCommand,
    ShelveCommand,
    SnapshotCommand,
    UnshelveCommand,
)
from edge_agent.signals.commands import Desk, response_topic
from edge_agent.signals.contract import Identity
from edge_agent.signals.mqtt import Came, Letter
from edge_agent.signals.payloads import Answer
from edge_agent.signals.sender import Sender
from edge_agent.standard import to_ns
from edge_agent.uplink.link import Answered, Link

MOST_GONE = 100  # ranges in an answer: 4 kB; of the rest the next replay tells


class Errand(msgspec.Struct, frozen=True):
    """A command the station carries out, and the message it came with."""

    command: Command
    came: Came


class Errands:
    """From the message to the answer; `snapshot_wanted` until `state` has been published again."""

    def __init__(self, identity: Identity, link: Link, sender: Sender[Row], began_wall_ns: int) -> None:
        self.desk = Desk(began_wall_ns)
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
            self._answer(came, judged, now_ns)

    def done(self, errand: Errand, answered: Answered, now_ns: int) -> None:
        """The station has answered, or could not."""
        said = answered.answer
        if said is None:
            answer = Answer(id=errand.command.id, status="error", error=answered.cause)
        else:
            status: Literal["ok", "denied", "error"] = "ok" if said.ok else "denied" if said.denied else "error"
            answer = Answer(
                id=errand.command.id,
                status=status,
                error=said.error,
                calls=said.calls,
                revision=said.revision,
                changes=said.changes,
            )
        self._answer(errand.came, answer, now_ns)

    def _carry_out(self, command: Command, came: Came, until_ns: int) -> Answer | None:
        if isinstance(command, SnapshotCommand):
            self.snapshot_wanted = True
            return Answer(id=command.id, status="ok")
        if isinstance(command, ReplayCommand):
            return self._replay(command)
        if self._link.ask(asked(command), Errand(command, came), until_ns):
            return None
        return Answer(id=command.id, status="error", error="the station is busy; send a new command")

    def _replay(self, command: ReplayCommand) -> Answer:
        """Send a range again, and say what of it will never come, so that whoever asked can close the hole."""
        wanted, epoch = command.args, self._sender.epoch
        if not epoch:
            return Answer(id=command.id, status="error", error="there is no journal to replay from")
        if wanted.epoch not in {None, epoch}:
            error = f"the journal {wanted.epoch} is no more; the station records in {epoch} now"
            return Answer(id=command.id, status="error", error=error, epoch=epoch)
        try:
            gone = self._sender.replays.gone(wanted.first, wanted.last)[:MOST_GONE]
        except JournalError as unread:
            return Answer(id=command.id, status="error", error=str(unread))
        if not self._sender.replays.add(wanted.first, wanted.last):
            error = "too many replays are waiting; ask again when they have come"
            return Answer(id=command.id, status="error", error=error, epoch=epoch)
        return Answer(id=command.id, status="ok", epoch=epoch, gone=tuple(gone))

    def _answer(self, came: Came, answer: Answer, now_ns: int) -> None:
        topic = response_topic(came.answer_to, self._identity.topic("res"))
        letter = Letter(topic=topic, payload=msgspec.json.encode(answer), correlation=came.correlation)
        self._sender.answer(letter, ANSWER_LIFE_S, now_ns)


def asked(command: Command) -> control.Request:
    """What the station is asked for a command that it carries out."""
    words: dict[str, object] = {"do": command.type, "who": command.by, "role": command.role, "via": "remote"}
    match command:
        case AcknowledgeCommand() | ArriveCommand() | UnshelveCommand():
            words["call"] = command.call
        case RestoreCommand():
            words |= {"call": command.call, "verdict": command.args.verdict, "reason": command.args.reason}
        case PlannedStopCommand() | ChangeoverCommand():
            words["text"] = command.args.reason
        case ShelveCommand():
            words |= {"call": command.call, "for_s": command.args.for_s, "why": command.args.why}
        case SetStandardCommand() | SetPlanCommand():
            words |= {"settings": command.args.set, "revision": command.args.revision, "why": command.args.why}
        case ProductCommand():
            words["text"] = command.args.product
    return msgspec.convert(words, control.Request)
