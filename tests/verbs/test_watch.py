"""`edge-agent watch`: a line or a page for each change, until the station ends."""

import json
import signal
import subprocess
import sys

import pytest

from tests import bench_station
from tests.bench_station import CORD, station, surroundings, written


@pytest.fixture
def watched(tmp_path):
    """A station of its own, because the test ends it."""
    with station(written(tmp_path)) as bench:
        yield bench


def hears_ctrl_c():
    """Take SIGINT as a terminal's program does: whoever runs the tests in the background has it ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def watching(path, *words):
    """The verb in a process of its own."""
    return subprocess.Popen(
        [sys.executable, "-m", "edge_agent", "watch", str(path), *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=surroundings(),
        preexec_fn=hears_ctrl_c,  # noqa: PLW1509 - it calls nothing but the kernel
    )


def test_each_change_is_a_line_until_the_station_ends(watched, tmp_path):
    """JSON, one object a change, the first at once; the end of the station is the end of the stream, exit code 0."""
    with watching(tmp_path / "station.toml", "--json") as process:
        assert [] == json.loads(process.stdout.readline())["state"]["calls"]
        watched.drive(f"{CORD} 1")
        while not (calls := json.loads(process.stdout.readline())["state"]["calls"]):
            pass
        assert ["help"] == [call["kind"] for call in calls]
        watched.end(signal.SIGTERM)
        rest, errors = process.communicate(timeout=bench_station.WAIT_S)
    assert (0, "") == (process.returncode, errors)
    assert all(json.loads(line) for line in rest.splitlines())


def test_ctrl_c_ends_it_quietly(watched, tmp_path):
    """No traceback; the exit code is the shell's for an interrupt."""
    with watching(tmp_path / "station.toml") as process:
        assert process.stdout.readline().startswith("acme/plant1/assembly/line4/st07")
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=bench_station.WAIT_S)
    assert (130, "") == (process.returncode, errors)
    assert watched.status()


def test_no_station_is_69(edge_agent, tmp_path):
    """As for every verb that asks one."""
    code, said, why = edge_agent("watch", written(tmp_path))
    assert (69, "") == (code, said)
    assert "not running" in why
