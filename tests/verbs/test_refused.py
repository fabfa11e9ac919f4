"""What a service manager starts again and again: a refused file is waited for, and a mended one begins at once."""

import contextlib
import os
import socket
import subprocess
import sys
import time

import pytest

from edge_agent.verbs import refused
from tests.bench_station import WAIT_S, surroundings, written


@pytest.fixture
def manager(tmp_path):
    """The service manager's end."""
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(WAIT_S)
        yield heard


@pytest.fixture
def managed(tmp_path, manager, monkeypatch):
    """What it starts: in its surroundings, and with its file."""
    monkeypatch.setenv("NOTIFY_SOCKET", manager.getsockname())
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path))
    path = written(tmp_path, mqtt=1)
    path.write_text(path.read_text().replace("gpio_pulse", "gpio_puls"))
    return path


def begun(verb, path):
    """A start as the service manager makes it."""
    environment = surroundings() | {name: os.environ[name] for name in ("NOTIFY_SOCKET", "RUNTIME_DIRECTORY")}
    command = [sys.executable, "-m", "edge_agent", verb, str(path)]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)


@pytest.mark.parametrize("verb", ["station", "uplink"])
def test_a_refused_file_is_waited_for(managed, manager, verb):
    """The first start says what is wrong and ends at once; the second waits, says so, and begins when it is mended."""
    with begun(verb, managed) as first:
        assert "did you mean 'gpio_pulse'?" in first.communicate(timeout=WAIT_S)[1]
    assert 78 == first.returncode
    with begun(verb, managed) as second:
        assert b"edge-agent check" in manager.recv(1024)
        managed.write_text(managed.read_text().replace("gpio_puls", "gpio_pulse"))
        assert manager.recv(1024).startswith(b"READY=1")
        second.terminate()
        assert "did you mean" not in second.communicate(timeout=WAIT_S)[1]


def test_it_is_tried_all_the_same_after_a_while(managed, monkeypatch):
    """What was wrong may not be in the file: the wait is bounded."""
    waited_s = []
    monkeypatch.setattr(refused.clock, "pause", waited_s.append)
    refused.wait(str(managed), "station")
    assert [] == waited_s
    refused.note(str(managed), "station", refused=True)
    refused.wait(str(managed), "uplink")
    assert [] == waited_s
    refused.wait(str(managed), "station")
    assert refused.LONGEST_S == sum(waited_s)


@pytest.mark.parametrize("changed", [os.unlink, os.utime, os.fspath])
def test_any_change_ends_the_wait(managed, monkeypatch, changed):
    """Removed, or saved again: it is looked at anew; what is as it was is waited for."""
    looks = []
    refused.note(str(managed), "station", refused=True)
    monkeypatch.setattr(refused.clock, "pause", lambda _: looks.append(changed(managed)))
    refused.wait(str(managed), "station")
    assert len(looks) == (1 if changed is not os.fspath else refused.LONGEST_S / refused.LOOK_S)


def test_another_version_of_the_program_tries_it(managed, monkeypatch):
    """What the older one refused, a newer one may take: an upgrade is not waited out."""
    looks = []
    refused.note(str(managed), "station", refused=True)
    monkeypatch.setattr(refused.clock, "pause", looks.append)
    monkeypatch.setattr(sys, "prefix", "/opt/edge-agent/newer")
    refused.wait(str(managed), "station")
    assert [] == looks


def test_at_a_terminal_nothing_is_waited_for(managed, monkeypatch):
    """Without a service manager each try is told at once."""
    monkeypatch.delenv("NOTIFY_SOCKET")
    monkeypatch.setattr(refused.clock, "pause", time.sleep)
    refused.note(str(managed), "station", refused=True)
    refused.wait(str(managed), "station")
    assert [] == [each.name for each in managed.parent.iterdir() if each.suffix == ".refused"]
