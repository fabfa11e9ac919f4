"""`edge-agent calls`: listed and answered from a terminal."""

import json

import pytest

from tests.bench_station import CORD, written


@pytest.fixture
def number(bench, edge_agent, path):
    """The number of an open call, ended afterwards."""
    bench.drive(f"{CORD} 1")
    status = bench.until(lambda status: bool(status.state.calls))
    bench.drive(f"{CORD} 0")
    yield status.state.calls[0].call
    edge_agent("calls", "--config", path, "restore")
    bench.until(lambda status: not status.state.calls)  # what followers are told is up to 250 ms old


def test_none_is_said_too(edge_agent, path):
    """An empty answer would leave a person wondering; a script gets an empty list."""
    assert (0, "no call is open\n", "") == edge_agent("calls", "--config", path)
    assert (0, "[]\n", "") == edge_agent("calls", "--config", path, "--json")


def test_a_call_is_listed_answered_and_ended(edge_agent, path, number):
    """Acknowledge, arrive, restore, each by number and with a name; then it is gone."""
    assert edge_agent("calls", "--config", path)[1].startswith(f"{number} help 0:0")
    assert (0, f"acknowledge: {number}\n", "") == edge_agent("calls", "--config", path, "acknowledge", number)
    assert 0 == edge_agent("calls", "--config", path, "arrive", number, "--who", "shift lead")[0]
    listed = json.loads(edge_agent("calls", "--config", path, "--json")[1])
    assert [(number, "attended")] == [(call["call"], call["state"]) for call in listed]
    code, said, _ = edge_agent("calls", "--config", path, "restore", "--json")
    assert (0, {"ok": True, "calls": [number]}) == (code, json.loads(said))
    assert "[]\n" == edge_agent("calls", "--config", path, "--json")[1]


def test_a_call_that_is_not_open_is_1(edge_agent, path, number):
    """The answer names those that are."""
    code, said, why = edge_agent("calls", "--config", path, "acknowledge", 999)
    assert (1, "", f"call 999 is not open; open: {number}\n") == (code, said, why)


def test_nothing_to_answer_is_1(edge_agent, path):
    """A person who answers no call learns it."""
    assert (1, "", "no call is open\n") == edge_agent("calls", "--config", path, "restore")


@pytest.mark.parametrize("words", [("acknowledge", 0), ("arrive", -1), ("restore", "--who", "x" * 65)])
def test_what_the_station_would_not_take_is_said(edge_agent, path, words):
    """No call below 1, no name beyond 64 letters: a reason and no traceback."""
    code, said, why = edge_agent("calls", "--config", path, *words)
    assert (1, "") == (code, said)
    assert "not a request" in why


def test_no_station_is_69(edge_agent, tmp_path):
    """As for every verb that asks one."""
    assert 69 == edge_agent("calls", "--config", written(tmp_path))[0]
