"""Events in words: every kind of event has some."""

import msgspec
import pytest

from edge_agent import events
from edge_agent.andon.legend import Sign
from edge_agent.demo.words import WORDS, Told, lamp, meaning, told
from edge_agent.signals.payloads import CloudEvent
from edge_agent.state import State


def received(data):
    """The event as the subscriber receives it."""
    return CloudEvent(
        id="press1/e/1",
        source="/acme",
        type=data.TYPE,
        time="2026-11-21T19:26:01.234567Z",
        timequality="synced",
        boot="b",
        atns="1",
        sequence="1".zfill(20),
        dataschema="",
        data=msgspec.Raw(msgspec.json.encode(data)),
        specversion="1.0",
        datacontenttype="application/json",
    )


def test_every_event_of_the_catalogue_has_a_word():
    """A new kind of event cannot be forgotten here."""
    assert set(events.CATALOGUE) == set(WORDS)


def test_a_cleared_call(monkeypatch):
    """Which call, how it ended, how long it was open; the time is that of the place."""
    monkeypatch.setenv("TZ", "UTC")
    data = events.CallCleared(
        call=3, kind="cycle_overrun", how="by_itself", who="unknown", via=None, open_s=2.64, line_stopped=False
    )
    said = told(received(data))
    assert Told(said.time, "cleared", "call 3, cycle overrun", "By itself, open for 2.6 s.") == said


@pytest.mark.parametrize(
    ("data", "about", "text"),
    [
        (events.SensorLost(sensor="gauge", why="unplugged"), "gauge", "Unplugged."),
        (events.SensorBack(sensor="gauge", lost_s=1.25), "gauge", "It was lost for 1.2 s."),
        (events.AgentStarted(version="1", resumed_calls=()), "edge-agent 1", ""),
        (events.AgentFault(part="journal", why="", over=False), "journal", "."),
        (
            events.CallEscalated(call=1, kind="help", level=1, to="group_leader", waited_s=3.6),
            "call 1, help",
            "Nobody came in 3.6 s: the group leader is called.",
        ),
    ],
)
def test_about_and_text(data, about, text):
    """What it is about, and a sentence."""
    said = told(received(data))
    assert (about, text) == (said.about, said.text)


@pytest.mark.parametrize("sign", list(Sign))
def test_every_sign_has_a_meaning(sign):
    """Each row of the legend reads as sentences, and nobody is told to do nothing."""
    said = meaning(State(at_ns=0, lamp={}, sign=sign, reason=""))
    assert said[0].isupper()
    assert said.endswith(".")
    assert "othing;" not in said


def test_the_lamp_test_is_named():
    """Before there is evidence only the lamp test lights a tier."""
    assert "lamp test" == lamp(State(at_ns=0, lamp={"red": "continuous"}, sign="starting", reason=""))
    assert "dark" == lamp(State(at_ns=0, lamp={}, sign="starting", reason=""))
