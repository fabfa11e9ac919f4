"""`edge-agent calls`: listed and answered from a terminal."""

import contextlib
import json
import signal

import pytest

from edge_agent.events import CallCleared
from edge_agent.journal import Reader
from tests import bench_station
from tests.bench_station import CORD, written
from tests.commissioning.terminal import Terminal


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


MATERIAL = """
[[sensor]]
name = "parts_button"
kind = "gpio_button"
pin = "GPIO5"
call = "material"

[response]
reasons = ["jam", "worn tool"]
"""


@pytest.fixture
def two(tmp_path):
    """A station with two open calls, help and material, and its configuration."""
    path = written(tmp_path)
    path.write_text(path.read_text().replace("\n[response]\n", MATERIAL), encoding="utf-8")
    with bench_station.station(path, (*bench_station.AT_REST, "GPIO5 1")) as running:
        running.drive(f"{CORD} 1", f"{CORD} 0", "GPIO5 0", "GPIO5 1")
        running.until(lambda status: len(status.state.calls) == 2)
        yield path, running


def ended(running):
    """Kind, verdict and reason of each call that was cleared, as recorded when the station has ended."""
    running.end(signal.SIGTERM)
    with contextlib.closing(Reader(running.log.with_name("st07.db"))) as reader:
        told = [json.loads(row.data) for row in reader.range(0, 10**6, 10**6) if row.type == CallCleared.TYPE]
    return [(each["kind"], each["verdict"], each["reason"]) for each in told]


def test_on_a_terminal_each_call_is_asked_about(two):
    """One after the other, with the reasons of the configuration; Enter leaves a verdict open."""
    path, running = two
    terminal = Terminal(["restore", "--config", str(path)], ["maybe", "f", "2", "", ""], verb="calls")
    assert 0 == terminal.finish(), terminal.text
    assert "[n]o verdict [t]rue [f]alse alarm [s]tandard wrong" in terminal.text
    assert "'maybe' is none of them" in terminal.text
    assert "[0] none [1] jam [2] worn tool" in terminal.text
    assert [("help", "false_alarm", "worn tool"), ("material", None, "")] == ended(running)


def test_who_stops_at_the_question_restores_nothing(two):
    """The end of the input is no answer."""
    path, running = two
    terminal = Terminal(["restore", "--config", str(path)], ["\x04"], verb="calls")
    assert 1 == terminal.finish(), terminal.text
    assert "stopped; call 1 is not restored" in terminal.text
    assert [] == ended(running)


def test_one_verdict_is_for_one_call(two, edge_agent):
    """Without a number and with several open it is refused with the list; with one, no terminal, nobody is asked."""
    path, running = two
    for words in (("--verdict", "false_alarm"), ("--reason", "jam")):
        code, said, why = edge_agent("calls", "--config", path, "restore", *words)
        assert (2, "") == (code, said)
        said = f"2 calls are open, and a verdict is for one: name it, like edge-agent calls restore 1 {' '.join(words)}"
        assert [said, "1 help"] == [why.splitlines()[0], why.splitlines()[1][:6]]
    assert 2 == len(running.status().state.calls)
    assert 0 == edge_agent("calls", "--config", path, "restore", 2, "--verdict", "true", "--reason", "jam")[0]
    assert 0 == edge_agent("calls", "--config", path, "restore", "--verdict", "standard_wrong")[0]
    assert [("material", "true", "jam"), ("help", "standard_wrong", "")] == ended(running)
