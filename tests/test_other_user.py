"""Whoever is neither root nor of the service's group is told so, and what to do, by every command."""

from __future__ import annotations

import argparse
import os
import pwd
import subprocess
import sys
from pathlib import Path

import pytest

from edge_agent.control import Client, ControlError
from edge_agent.verbs.arguments import acting

EXAMPLE = (Path(__file__).parents[1] / "examples" / "station.toml").read_text(encoding="utf-8")
JOIN = "sudo usermod -aG edge-agent $USER, and log in again"
ASK = """
import os, sys
from edge_agent import cli
cli.main(["status", {file!r}])  # as root, for what it imports: that user may not be allowed to read our Python
print("as nobody:", file=sys.stderr, flush=True)
os.chdir("/")
os.setgroups([]); os.setgid({group}); os.setuid({user})
sys.exit(cli.main(["status", {file!r}]))
"""


@pytest.fixture
def asked(tmp_path: Path):
    """`edge-agent status` of a station, by the user nobody: its exit code and what it says."""
    if os.geteuid() != 0:
        pytest.skip("only root may become another user")
    nobody = pwd.getpwnam("nobody")
    for folder in (tmp_path, *tmp_path.parents[:-2]):  # pytest's own folders are for root alone
        folder.chmod(0o755)

    def ask(file: Path) -> tuple[int, str]:
        code = ASK.format(group=nobody.pw_gid, user=nobody.pw_uid, file=str(file))
        environment = {key: value for key, value in os.environ.items() if "RUNTIME" not in key and "XDG" not in key}
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False
        )
        return done.returncode, done.stderr.partition("as nobody:\n")[2]

    return ask


def test_the_configuration_may_not_be_read(asked, tmp_path):
    """As of an installed station, mode 0640: what may not be read, by which group it may be, and how to join it."""
    path = tmp_path / "station.toml"
    path.write_text(EXAMPLE)
    path.chmod(0o640)
    code, said = asked(path)
    assert os.EX_CONFIG == code
    assert f"{path}: cannot be read: permission denied; run this with sudo" in said
    assert JOIN in said


def test_the_folder_of_the_socket_may_not_be_looked_into(asked, tmp_path):
    """As /run/edge-agent, mode 0750: the socket, and the same remedy; no errno."""
    closed = tmp_path / "run"
    closed.mkdir(mode=0o750)
    path = tmp_path / "station.toml"
    path.write_text(EXAMPLE.replace("/var/lib/edge-agent/", f"{closed}/"))
    path.chmod(0o644)
    code, said = asked(path)
    assert os.EX_NOPERM == code
    assert f"the station's control socket {closed}/edge-agent-st07.sock is for root and the group edge-agent" in said
    assert JOIN in said
    assert "Errno" not in said


def test_the_socket_itself_is_not_for_us(tmp_path, monkeypatch):
    """Where only the connection is refused: the same sentence."""

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("edge_agent.control.client.socket.socket.connect", refuse)
    with pytest.raises(
        ControlError, match=f"{tmp_path}/s.sock is for root and the group edge-agent; run this with sudo"
    ):
        Client(tmp_path / "s.sock")._connect(1.0)


def test_with_sudo_the_person_acts_and_not_root(monkeypatch):
    """Events say who acted: whoever called sudo; `--who` before that."""
    monkeypatch.setenv("SUDO_USER", "maria")
    assert "maria" == acting(argparse.Namespace(who=None))
    assert "lead" == acting(argparse.Namespace(who="lead"))
