"""The way to the plant: what the uplink publishes of this test, read back by a connection of our own."""

from __future__ import annotations

import os

import msgspec

from edge_agent import clock
from edge_agent.commissioning.dialogue import Dialogue
from edge_agent.commissioning.result import Result, Verdict
from edge_agent.commissioning.session import LOOK_S, Session
from edge_agent.config import Config
from edge_agent.signals.broker import Settings
from edge_agent.signals.reader import Reader
from edge_agent.standard import to_ns, to_s

BACK_S = 15.0  # state goes out within a second, and a broker on the same network takes milliseconds
UPLINK_S = 5.0  # it tries again within seconds of its start
CONNECTED = "connected"  # what the uplink says of itself begins so while it is
UPLINK = "start the uplink, `systemctl start edge-agent-uplink@NAME`, and look at its log"


class Inside(msgspec.Struct):
    """What of the state in a snapshot matters here."""

    mode: str | None = None


class Mode(msgspec.Struct):
    """What of `status` or `state` says that the station is under test."""

    mode: str | None = None
    state: Inside | str | None = None


def tested(config: Config, session: Session, dialogue: Dialogue, wait_s: float | None) -> Result:
    """Publish through the uplink and read it back; the cause by name where that fails.

    Args:
        wait_s: for how long an uplink may be on its way to the broker, and what it publishes on its way back.
    """
    settings = config.mqtt
    if settings is None:
        return Result(part="mqtt", name="broker", wire="none", verdict="skipped", text="the file has no [mqtt]")
    dialogue.say(f"  broker             {settings.where}")
    verdict, text, remedy = _tried(config, settings, session, wait_s)
    dialogue.say(f"    broker: {verdict}: {text}" + (f"\n      {remedy}" if remedy else ""))
    return Result(part="mqtt", name="broker", wire=settings.where, verdict=verdict, text=text, remedy=remedy)


def _tried(config: Config, settings: Settings, session: Session, wait_s: float | None) -> tuple[Verdict, str, str]:
    identity = config.identity()
    topics = {identity.topic("status"), identity.topic("state")}
    with Reader(settings, f"andon-test-{identity.station}-{os.getpid()}") as reader:
        lost = reader.connect()
        if lost is not None:
            return "failed", f"no connection ({lost.kind}): {lost}", "see [mqtt] in the file; then test again"
        uplink = _uplink(session, wait_s or UPLINK_S)
        if not uplink.startswith(CONNECTED):
            return "failed", f"the broker takes us, but the uplink says: {uplink}", UPLINK
        if reader.subscribe(topics) == len(topics):
            text = "the uplink is connected; the broker does not let this station read its own topics"
            return "unconfirmed", text, "let somebody who may read it look at `status`: it says mode = test"
        began_ns = clock.now_ns()
        within_s = wait_s or BACK_S
        topic = reader.reads(_says_test, within_s)
        took_s = to_s(clock.now_ns() - began_ns)
    if topic is not None:
        kind = topic.rsplit("/", 1)[1]
        return "passed", f"published by the uplink and read back from {kind} within {took_s:.1f} s: mode = test", ""
    text = f"the uplink is connected, and what it publishes did not come back within {within_s:.0f} s"
    return "failed", text, "the broker's access list may keep us from reading; look at its log"


def _uplink(session: Session, wait_s: float) -> str:
    """What the uplink says of itself; one that has just been started is given some seconds to connect."""
    ends_ns = clock.now_ns() + to_ns(wait_s)
    while True:
        status = session.status()
        uplink = "nothing" if status is None else status.uplink or "nothing"
        if uplink.startswith(CONNECTED) or clock.now_ns() > ends_ns:
            return uplink
        clock.pause(LOOK_S)


def _says_test(payload: bytes) -> bool:
    """Whether a `status`, or the `state` in a snapshot, has `mode` test."""
    try:
        said = msgspec.json.decode(payload, type=Mode)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
    return said.mode == "test" or (isinstance(said.state, Inside) and said.state.mode == "test")
