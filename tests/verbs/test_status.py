"""`edge-agent status` as a person or a script runs it."""

import msgspec

from edge_agent.state import State, Status
from edge_agent.verbs.telling import told
from tests.bench_station import CORD, written


def test_the_lamp_comes_first_and_well_is_0(edge_agent, path):
    """Station, lamp and reason at the top; sensors, detectors, journal and uplink below."""
    code, said, _ = edge_agent("status", path)
    assert 0 == code
    assert said.startswith("acme/plant1/assembly/line4/st07   edge-agent ")
    lines = said.splitlines()
    assert ["lamp       green", "           Running inside standard."] == lines[1:3]
    assert "sensors    press alive" in lines
    assert "uplink     not heard from" in lines
    assert max(map(len, lines)) <= 100


def test_json_is_the_whole_status(edge_agent, path):
    """One object that reads back as what it was."""
    code, said, _ = edge_agent("status", path, "--json")
    assert 0 == code
    assert 1 == said.count("\n")
    status = msgspec.json.decode(said, type=Status)
    assert ("running", {"green": "continuous"}) == (status.state.sign, status.state.lamp)


def test_an_open_call_is_1(edge_agent, path, bench):
    """A script sees that somebody is needed; the call is told with its age and for whom it waits."""
    bench.drive(f"{CORD} 1")
    bench.until(lambda status: bool(status.state.calls))
    code, said, _ = edge_agent("status", path)
    bench.drive(f"{CORD} 0")
    assert 0 == edge_agent("calls", "--config", path, "restore")[0]
    bench.until(lambda status: not status.state.calls)
    assert 1 == code
    assert "help 0:0" in said
    assert "(raised, waits for team leader) Help is called." in said


def test_no_station_is_69_with_the_remedy(edge_agent, tmp_path):
    """Nothing on stdout; stderr says how to start it."""
    code, said, why = edge_agent("status", written(tmp_path), "--json")
    assert (69, "") == (code, said)
    assert "the station is not running" in why
    assert "start it with `edge-agent station" in why


def test_a_bad_configuration_is_78_with_its_line(edge_agent, tmp_path):
    """A verb says the same as `check`."""
    path = written(tmp_path)
    path.write_text(path.read_text().replace("gpio_pulse", "gpio_puls"))
    code, _, why = edge_agent("status", path)
    assert 78 == code
    assert f"{path}:14: unknown kind 'gpio_puls'; did you mean 'gpio_pulse'?" in why


def test_troubles_are_told_last():
    """Each part that cannot do its job, and why."""
    status = Status(
        station="a/b/c/d/st07",
        version="1",
        boot="boot",
        epoch="epoch",
        seq=1,
        depth=0,
        degraded={"journal": "disk full"},
        uplink="connected",
        state=State(at_ns=1, lamp={}, sign="starting", reason="Just started; nothing has been seen yet."),
    )
    lines = list(told(status))
    assert ("lamp       dark", "trouble    journal: disk full") == (lines[1], lines[-1])
