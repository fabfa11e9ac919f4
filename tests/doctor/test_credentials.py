"""The files of the connection: not there, not for us to read, and other than what the uplink has."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent.doctor import certificates, examined
from edge_agent.doctor.case import Case
from edge_agent.signals import access
from tests.authority import Authority
from tests.doctor.machine import case, said, verdicts

EXTRA = """
[mqtt]
host = "127.0.0.1"
username = "st07"
credential = "{credential}"
[mqtt.tls]
ca = "ca.crt"
certificate = "station.crt"
key = "station.key"
"""
COPIES = "run/credentials/edge-agent-uplink@station.service"
NAMES = ("ca.crt", "station.crt", "station.key", "station.password")
RESTART = "sudo systemctl restart edge-agent-uplink@station, which costs the lamp nothing"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A station whose files lie in the store, and whose uplink has the same."""
    monkeypatch.delenv("CREDENTIALS_DIRECTORY", raising=False)
    monkeypatch.setattr(access, "STORE", tmp_path / "credstore")
    monkeypatch.setattr(access, "CREDENTIALS", tmp_path / "credentials")
    for folder in (tmp_path / "credstore", tmp_path / COPIES):
        folder.mkdir(parents=True)
    renewed(tmp_path / "credstore")
    for name in NAMES:
        (tmp_path / COPIES / name).write_bytes((tmp_path / "credstore" / name).read_bytes())
    return case(tmp_path, extra=EXTRA.format(credential="station.password"))


def renewed(folder: Path) -> None:
    """All new: authority, certificate, key, password."""
    authority = Authority(folder)
    authority.station("station")
    (folder / "station.password").write_text(f"{id(authority)}\n")


def test_what_the_uplink_has_is_what_is_there(machine):
    """Nothing to say."""
    assert ["ok credential", "ok authority", "ok certificate"] == verdicts(certificates.examine, machine)


def test_new_files_the_uplink_has_not_taken_up_are_said(machine):
    """The unit copies them at its start: good for years, and the uplink goes on with the old ones."""
    renewed(machine.root / "credstore")
    found = said(certificates.examine, machine)
    for what in ("credential", "authority", "certificate", "key"):
        assert f"warning {what}: the uplink goes on with another" in found
    assert 4 == found.count(f"-> {RESTART}")


def test_without_a_running_unit_there_is_nothing_to_compare(machine):
    """Started by hand, or not at all."""
    renewed(machine.root / "credstore")
    (machine.root / COPIES).rename(machine.root / "elsewhere")
    assert "warning" not in said(certificates.examine, machine)


def test_files_that_are_read_where_they_lie_need_no_restart(machine):
    """In /etc/edge-agent/credentials, unless the unit has its own of that name."""
    (machine.root / "credstore").rename(machine.root / "credentials")
    for copy in (machine.root / COPIES).iterdir():
        copy.unlink()
    renewed(machine.root / "credentials")
    assert "goes on" not in said(certificates.examine, machine)
    (machine.root / COPIES / "station.crt").write_text("that of its start")
    assert 1 == said(certificates.examine, machine).count("the uplink goes on with another station.crt")


@pytest.mark.usefixtures("machine")
def test_a_name_the_unit_does_not_load_is_said(tmp_path):
    """Whatever is in the store under another name never reaches the uplink."""
    (tmp_path / "credstore" / "mqtt-password").write_text("x\n")
    other = case(tmp_path, extra=EXTRA.format(credential="mqtt-password"))
    assert f"-> name it as one of: {', '.join(NAMES)}" in said(certificates.examine, other)


@pytest.mark.parametrize(
    ("user", "verdict", "remedy"), [(1000, "unknown", "run this with sudo"), (0, "failed", "put it into")]
)
def test_what_is_not_there_has_a_remedy_for_who_asks(machine, monkeypatch, user, verdict, remedy):
    """Only root can tell that it is not there; root is not told to be root."""
    monkeypatch.setattr("os.geteuid", lambda: user)
    for name in NAMES:
        (machine.root / "credstore" / name).unlink()
    found = said(certificates.examine, machine).splitlines()
    assert 4 == len(found)
    for line in found:
        assert line.startswith(verdict)
        assert f"-> {remedy}" in line


@pytest.mark.parametrize(("user", "said_to_be_root"), [(1000, True), (0, False)])
def test_root_is_not_told_to_be_root(machine, monkeypatch, user, said_to_be_root):
    """Whatever is examined: a journal that is not there, a machine that tells nothing, an examination that fails."""
    monkeypatch.setattr("os.geteuid", lambda: user)
    monkeypatch.setattr("edge_agent.doctor.time_of_day.examine", lambda _: 1 / 0)
    remedies = " ".join(each.remedy for each in examined(machine))
    assert said_to_be_root is ("run this" in remedies)
    assert "run this as root" not in remedies


def test_a_credential_that_is_not_surely_a_file_is_not_named(machine):
    """It may be the password itself."""
    secret = certificates._secret(machine, "sommer2024")
    assert "sommer2024" not in secret.text + secret.remedy


def test_the_service_manager_comes_first_then_the_folder_that_is_read_anew(machine, monkeypatch):
    """Under the unit, what it does not load may lie in /etc/edge-agent/credentials; the store is not for it."""
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(machine.root / COPIES))
    assert machine.root / COPIES / "ca.crt" == access.located("ca.crt")
    (machine.root / COPIES / "ca.crt").unlink()
    assert machine.root / COPIES / "ca.crt" == access.located("ca.crt")
    (machine.root / "credentials").mkdir()
    (machine.root / "credentials" / "ca.crt").touch()
    assert machine.root / "credentials" / "ca.crt" == access.located("ca.crt")
