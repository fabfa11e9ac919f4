"""`edge-agent run` where a child does not start or does not last; how it works is in the end-to-end tests."""

import os
import queue
import signal
import subprocess
import sys

import pytest

from edge_agent import config
from edge_agent.journal import Journal
from edge_agent.verbs import run
from tests.bench_station import surroundings, written


def ran(path, **environment):
    """Run it until it ends by itself: exit code and what it logged."""
    command = [sys.executable, "-m", "edge_agent", "run", str(path)]
    done = subprocess.run(
        command, check=False, capture_output=True, text=True, timeout=30, env=surroundings() | environment
    )
    return done.returncode, done.stderr


def test_a_bad_configuration_is_78(tmp_path):
    """Nothing is started, and every complaint is said once."""
    path = written(tmp_path)
    path.write_text(path.read_text().replace("gpio_pulse", "gpio_puls"))
    code, said = ran(path)
    assert 78 == code
    assert 1 == said.count("did you mean 'gpio_pulse'?")


def test_no_access_to_pins_is_69(tmp_path):
    """The station's own exit code, with its remedy in the log; the uplink ends too."""
    code, said = ran(written(tmp_path, mqtt=1), GPIOZERO_PIN_FACTORY="nothing")
    assert 69 == code
    assert "GPIOZERO_PIN_FACTORY=mock" in said


def test_a_second_station_on_one_journal_is_69(tmp_path):
    """The first one's number is named."""
    path = written(tmp_path)
    journal = Journal(config.load(path).journal, "boot")
    journal.open()
    code, said = ran(path)
    journal.close()
    assert 69 == code
    assert f"is in use by process {os.getpid()}" in said


@pytest.fixture
def commands(monkeypatch):
    """Children that are shell commands, in place of the two processes."""
    commands = {"station": "exec sleep 30", "uplink": "exec sleep 30"}
    monkeypatch.setattr(run, "command", lambda verb, *_: ["sh", "-c", commands[verb]])
    return commands


@pytest.mark.parametrize(("ending", "code"), [("exit 0", 0), ("exit 70", 70), ("kill -KILL $$", 137)])
def test_the_end_of_the_station_is_the_end(commands, ending, code):
    """Its exit code is ours, in the shells' way where a signal ended it; the uplink is ended."""
    commands["station"] = ending
    assert code == run.supervise("station.toml", queue.SimpleQueue(), uplink=True)


def test_one_that_does_not_end_in_time_is_killed(commands, monkeypatch, tmp_path):
    """A station that ignores SIGTERM: the wait is bounded."""
    monkeypatch.setattr(run, "GRACE_S", 0.2)
    os.mkfifo(tmp_path / "deaf")
    commands["station"] = f"trap '' TERM; echo > {tmp_path / 'deaf'}; exec sleep 30"
    child = run.Child("station", "station.toml", queue.SimpleQueue())
    assert "\n" == (tmp_path / "deaf").read_text()  # it ignores SIGTERM from here on
    assert run.KILLED + signal.SIGKILL == child.stop()


def test_an_uplink_that_ends_again_and_again_is_started_with_growing_pauses(commands, monkeypatch):
    """No storm of processes: each pause is said in the log, and the last one goes on."""
    monkeypatch.setattr(run, "RESTART_S", (0.01, 0.02))
    told, starts = queue.SimpleQueue(), []
    commands["uplink"] = "exit 3"
    made = run.command

    def counted(verb, *where):
        starts.append(verb)
        if len(starts) == 5:  # whoever watches has seen enough
            told.put(run.Asked(signal.SIGTERM))
        return made(verb, *where)

    monkeypatch.setattr(run, "command", counted)
    assert run.KILLED + signal.SIGTERM == run.supervise("station.toml", told, uplink=True)
    assert ["station"] + ["uplink"] * 4 == starts


def test_killed_it_leaves_nobody_behind(tmp_path):
    """SIGKILL cannot be passed on: both children end by themselves, the station in good order, and nothing is held."""
    command = [sys.executable, "-m", "edge_agent", "run", str(written(tmp_path, mqtt=1))]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL, env=surroundings()) as running:
        assert b"watching" in running.stderr.readline()
        running.kill()
        _, said = running.communicate(timeout=30)  # until the last one that could write there has ended
    assert b"stopped" in said
