import queue
import threading

import pytest

from edge_agent import clock
from edge_agent.control import Answer, Request, Server
from edge_agent.uplink import link
from edge_agent.uplink.link import Answered, Link, StationAway

WAIT_S = 10.0
RESTORE = Request(do="restore", call=1, via="remote")


@pytest.fixture
def heard():
    return queue.Queue()


@pytest.fixture
def line(tmp_path, heard):
    made = Link(tmp_path / "st07.sock", heard.put)
    made.start()
    yield made
    made.close(WAIT_S)


def answered(heard):
    while not isinstance(said := heard.get(timeout=WAIT_S), Answered):
        pass
    return said


def test_a_station_that_is_not_there_is_said(line, heard):
    """Listening and asking both say why, and neither waits."""
    assert isinstance(heard.get(timeout=WAIT_S), StationAway)
    assert line.ask(RESTORE, "t1")
    said = answered(heard)
    assert (said.token, said.answer) == ("t1", None)
    assert "not running" in said.cause


def test_a_late_command_is_not_asked_any_more(tmp_path, heard):
    """A command that expired while it waited does nothing: nobody expects it any more."""
    asked = []

    def answer(request, reply):
        asked.append(request.do)
        reply(Answer(ok=True))

    server = Server(tmp_path / "st07.sock", answer)
    line = Link(tmp_path / "st07.sock", heard.put)
    line.ask(RESTORE, "late", until_ns=clock.now_ns() - 1)
    line.ask(Request(do="calls"), "in time", until_ns=clock.now_ns() + 10**12)
    line.start()
    assert "expired" in answered(heard).cause
    assert answered(heard).answer.ok
    assert asked == ["calls"]
    line.close(WAIT_S)
    server.close()


def test_a_station_that_hangs_does_not_make_questions_pile_up(tmp_path, heard, monkeypatch):
    """So many wait and no more; the rest is refused at once."""
    monkeypatch.setattr(link, "ASK_S", 0.01)
    began = threading.Event()
    server = Server(tmp_path / "st07.sock", lambda _request, _reply: began.set())
    line = Link(tmp_path / "st07.sock", heard.put)
    line.start()
    assert line.ask(RESTORE, 0)
    assert began.wait(WAIT_S)
    taken = [line.ask(RESTORE, number) for number in range(2 * link.QUESTIONS)]
    assert link.QUESTIONS <= sum(taken) <= link.QUESTIONS + 2
    assert "did not answer" in answered(heard).cause
    line.close(WAIT_S)
    server.close()
