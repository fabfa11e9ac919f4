"""The bundle: every file of it, and secrets planted in every place they could come from."""

from __future__ import annotations

import stat
import tarfile
from pathlib import Path

import msgspec
import pytest

from edge_agent.doctor.case import Case
from edge_agent.support.bundle import BundleError, named, write
from edge_agent.support.contents import CONTENTS
from tests.authority import Authority
from tests.doctor.machine import case, put, status
from tests.doctor.test_examinations import RUNNING, recorded

PASSWORD = "pl4nted-in-the-credential"  # noqa: S105 - planted
PLANTED = ("in-a-comment", "in-a-log", "in-an-address", "in-the-status", "in-the-kernel", "in-the-record", "in-a-name")
EXTRA = """
# password: pl4nted-in-a-comment
[mqtt]
host = "127.0.0.1"
port = 9
username = "st07"
credential = "{folder}/st07.password"
[mqtt.tls]
ca = "{folder}/ca.crt"
certificate = "{folder}/st07.crt"
key = "{folder}/st07.key"
"""


@pytest.fixture
def planted(tmp_path: Path) -> Case:
    """A station with a secret in each place, and the same secret in the others."""
    Authority(tmp_path).station("st07")
    put(tmp_path, **{"st07.password": f"{PASSWORD}\n"})
    recorded(tmp_path / "st07.db")
    key = (tmp_path / "st07.key").read_text()
    programs = {
        "systemctl": RUNNING + "Environment=TOKEN=pl4nted-in-a-name\n",
        "journalctl": f"st07 uplink: refused {PASSWORD}\nst07 uplink: tcp://a:pl4nted-in-an-address@b\n"
        f"debug: auth=pl4nted-in-a-log\n{key}",
        "dmesg": "wlan0: psk=pl4nted-in-the-kernel\n",
    }
    shown = status(f"not authorized {PASSWORD}; secret=pl4nted-in-the-status")
    put(
        tmp_path,
        **{"st07.commissioning.json": f'{{"parts": {{}}, "note": "{PASSWORD}, token: pl4nted-in-the-record"}}'},
    )
    return case(tmp_path, programs, shown, EXTRA.format(folder=tmp_path))


def texts(path: Path) -> dict[str, str]:
    """The files of a bundle by their names."""
    with tarfile.open(path) as bundle:
        return {Path(each.name).name: bundle.extractfile(each).read().decode() for each in bundle.getmembers()}  # type: ignore[union-attr]  # all are files


def test_no_planted_secret_is_in_it(planted, tmp_path):
    """Neither the password, nor a line of the key, nor what looks like a secret, in any file of it."""
    written = write(planted, tmp_path / "out.tar.gz")
    found = texts(tmp_path / "out.tar.gz")
    assert {name for name, _ in CONTENTS} | {"README.txt"} == set(found)
    whole = "\n".join(found.values())
    assert "pl4nted" not in whole
    for line in (tmp_path / "st07.key").read_text().splitlines():
        assert line not in whole or not line.strip()
    assert written.redacted >= len(PLANTED)
    assert not written.missing


def test_the_control_finds_what_was_planted(planted, tmp_path, monkeypatch):
    """Without the redaction all of it would be there: the test above looks where the secrets are."""
    monkeypatch.setattr("edge_agent.support.redaction.Redaction.clean", lambda _, text: text)
    write(planted, tmp_path / "out.tar.gz")
    whole = "\n".join(texts(tmp_path / "out.tar.gz").values())
    assert [] == [word for word in PLANTED if word != "in-a-name" and f"pl4nted-{word}" not in whole]
    assert PASSWORD in whole
    assert "PRIVATE KEY" in whole


def test_what_helps_is_in_it(planted, tmp_path):
    """The configuration with its comments, the findings, the counts of the journal and no event of it."""
    write(planted, tmp_path / "out.tar.gz")
    found = texts(tmp_path / "out.tar.gz")
    assert 'call = "help"' in found["station.toml"]
    assert 'credential = "' in found["station.toml"]
    assert '"what": "journal"' in found["doctor.json"]
    assert '"andon.sensor.lost.v1": 3' in found["journal.json"]
    assert "unplugged" not in found["journal.json"]
    assert "Look it through before you hand it on" in found["README.txt"]


def test_only_its_owner_may_read_it(planted, tmp_path):
    """And what is there already is not written over."""
    path = tmp_path / "out.tar.gz"
    write(planted, path)
    assert 0o600 == stat.S_IMODE(path.stat().st_mode)
    with pytest.raises(BundleError, match="is there already; name another with --out"):
        write(planted, path)
    with pytest.raises(BundleError, match="cannot be written: No such file or directory"):
        write(planted, tmp_path / "nowhere" / "out.tar.gz")


def test_with_sudo_it_belongs_to_whoever_asked(planted, tmp_path, monkeypatch):
    """Root could read it anyhow; a person must look it through and send it."""
    given: list[tuple[int, int]] = []
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("os.fchown", lambda _, user, group: given.append((user, group)))
    write(planted, tmp_path / "as-root.tar.gz")
    monkeypatch.setenv("SUDO_UID", "1000")
    write(planted, tmp_path / "with-sudo.tar.gz")
    assert [(1000, -1)] == given


@pytest.mark.parametrize(
    ("out", "folder"),
    [("out.tar.gz", "out"), ("out.tgz", "out"), ("out.TAR", "out"), ("out.1", "edge-agent-support")],
)
def test_it_can_be_unpacked_beside_itself(planted, tmp_path, out, folder):
    """All is in one folder, whose name is not that of the file."""
    write(planted, tmp_path / out)
    with tarfile.open(tmp_path / out) as bundle:
        assert {folder} == {name.partition("/")[0] for name in bundle.getnames()}


def test_what_is_not_there_is_said(planted, tmp_path):
    """A station that is away, a machine without a log, a configuration that cannot be used: a bundle all the same."""
    bare = msgspec.structs.replace(planted, status=None, away="the station is not running", run=lambda _: None)
    written = write(bare, tmp_path / "bare.tar.gz")
    assert {"status.json", "log.txt"} == set(written.missing)
    assert "the station is not running" in texts(tmp_path / "bare.tar.gz")["README.txt"]
    nothing = msgspec.structs.replace(bare, path=None, config=None)
    assert "doctor.json" in write(nothing, tmp_path / "nothing.tar.gz").files


def test_it_is_named_by_the_station_and_the_time(planted, tmp_path):
    """So that two of them are not mistaken."""
    assert named(planted, tmp_path).name.startswith("edge-agent-support-station-20")
