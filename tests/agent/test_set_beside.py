"""A standard set while the station runs is checked beside the deciding thread: the lamp waits for nothing."""

import sys
import threading

import pytest

from edge_agent import clock, config
from edge_agent.agent.assembly import SWITCH_S, run_station
from edge_agent.config import station as config_station
from edge_agent.control import Client, Request, find_socket
from edge_agent.observations import Stopping
from tests.agent.whole import alone, assembled, turned, wired
from tests.bench_station import CORD, WAIT_S, YELLOW, written


@pytest.fixture(autouse=True)
def _surroundings(tmp_path, monkeypatch):
    alone(tmp_path, monkeypatch)


class Check:
    """The real check of a document; beside the main thread it takes until it is let go. Who ran it."""

    def __init__(self, monkeypatch):
        self.threads, self.begun, self.go = [], threading.Event(), threading.Event()
        self._real = config_station.examined
        monkeypatch.setattr(config_station, "examined", self._take)

    def _take(self, *words):
        self.threads.append(threading.current_thread().name)
        self.begun.set()
        assert threading.current_thread() is threading.main_thread() or self.go.wait(WAIT_S)
        return self._real(*words)


def takt(value):
    """The request for a takt."""
    return Request(do="set-standard", settings={"takt_s": value}, who="planner")


def test_a_cord_is_seen_while_a_standard_is_checked(tmp_path, monkeypatch):
    """The check takes its time in the control socket's thread; the deciding one finds what came of it."""
    path, pins, answers = written(tmp_path), wired(), []
    with assembled(path, pins) as agent:
        check = Check(monkeypatch)
        client = Client(find_socket(config.load(path).journal.path, "st07"))
        terminal = threading.Thread(target=lambda: answers.append(client.ask(takt(777.0), WAIT_S)), daemon=True)
        terminal.start()
        assert check.begun.wait(WAIT_S)
        pins.pin(CORD).drive_high()
        turned(agent, lambda: pins.pin(YELLOW).state)
        assert [] == answers
        check.go.set()
        turned(agent, lambda: bool(answers))
        assert [True, 777.0] == [answers[0].ok, agent.station.planned.workplace.standard.takt_s]
        assert ["control"] == check.threads


@pytest.mark.parametrize("refused", [50.0, "fast"])
def test_what_is_refused_is_not_checked_again_either(tmp_path, monkeypatch, refused):
    """A takt below the standard of 600 s, and one that is none."""
    answers = []
    with assembled(written(tmp_path)) as agent:
        check = Check(monkeypatch)
        agent.ask(takt(refused), answers.append)
        before = len(check.threads)
        turned(agent, lambda: bool(answers))
        assert [False, before] == [answers[0].ok, len(check.threads)]


def test_of_two_set_in_one_moment_the_second_is_asked_to_look_again(tmp_path, monkeypatch):
    """It was checked against what was in force before the first; no turn waits for another check."""
    answers = []
    with assembled(written(tmp_path)) as agent:
        agent.ask(takt(777.0), answers.append)
        agent.ask(takt(888.0), answers.append)
        check = Check(monkeypatch)
        turned(agent, lambda: len(answers) > 1)
        assert [True, False] == [each.ok for each in answers]
        assert "another was set in this moment" in answers[1].error
        assert [777.0, []] == [agent.station.planned.workplace.standard.takt_s, check.threads]


def test_whoever_computes_lets_the_deciding_thread_have_its_turn(tmp_path):
    """Within half a millisecond: Python's own 5 ms are told of every thread of the process."""
    before, seen = sys.getswitchinterval(), []
    sys.setswitchinterval(10 * SWITCH_S)

    def ready(agent):
        seen.append(sys.getswitchinterval())
        agent.inbox.post(Stopping(clock.now_ns(), "test"))

    try:
        assert 0 == run_station(config.load(written(tmp_path)), wired(), ready)
    finally:
        sys.setswitchinterval(before)
    assert [SWITCH_S] == [round(each, 6) for each in seen]
