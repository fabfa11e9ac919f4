"""`edge-agent rules` and `edge-agent calls shelve` against a running station."""

import json

import pytest

from tests import bench_station

RULE = "no_cycle:press"


def test_a_rule_out_of_service_is_listed_and_never_green(edge_agent, bench, path):
    """Listed with who and why, white until it is back, refused a second time; a name that is none is 1."""
    code, listed, _ = edge_agent("rules", "--config", path)
    assert (0, True) == (code, f"{RULE} normal" in listed)
    why = ("--why", "moved", "--who", "lead")
    assert (0, f"{RULE} is out of service\n", "") == edge_agent("rules", "--config", path, "out", RULE, *why)
    bench.seen(bench_station.GREEN, False)
    assert f"{RULE} is out of service (lead: moved)." in edge_agent("rules", "--config", path)[1]
    assert 1 == edge_agent("status", path)[0]
    assert (1, f"{RULE} is out of service already\n") == edge_agent("rules", "--config", path, "out", RULE, *why)[::2]
    code, said, _ = edge_agent("rules", "--config", path, "back", RULE, "--json")
    assert (0, {"ok": True}) == (code, json.loads(said))
    bench.cycle()
    bench.seen(bench_station.GREEN, True)
    service = [each["service"] for each in json.loads(edge_agent("rules", "--config", path, "--json")[1])]
    assert {"in_service"} == set(service)


@pytest.fixture
def number(bench, edge_agent, path):
    """The number of a person's call, ended afterwards."""
    bench.drive(f"{bench_station.CORD} 1")
    status = bench.until(lambda status: bool(status.state.calls))
    bench.drive(f"{bench_station.CORD} 0")
    yield status.state.calls[0].call
    edge_agent("calls", "--config", path, "restore")
    bench.until(lambda status: not status.state.calls)


def test_a_persons_call_is_not_shelved(edge_agent, path, number):
    """The answer says how it ends."""
    words = ("shelve", number, "--for", "30min", "--why", "known")
    code, _, why = edge_agent("calls", "--config", path, *words)
    assert (1, True) == (code, "made by a person" in why)


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("calls", "shelve", "3"), 2),
        (("calls", "shelve", "--for", "30min"), 2),
        (("rules", "out"), 2),
    ],
)
def test_what_is_left_out_is_said(edge_agent, bench, path, words, code):  # noqa: ARG001 - it must run
    """With how to write it."""
    found, _, why = edge_agent(words[0], "--config", path, *words[1:])
    assert (code, True) == (found, "edge-agent " in why)


def test_a_time_nobody_can_read_is_said(edge_agent, path, capsys):
    """As argparse says what it cannot take."""
    with pytest.raises(SystemExit) as ended:
        edge_agent("calls", "--config", path, "shelve", "3", "--for", "2takt")
    assert 2 == ended.value.code
    assert "write it like 30min or 2h" in capsys.readouterr().err
