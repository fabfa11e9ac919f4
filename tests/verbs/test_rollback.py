"""`edge-agent rollback` becomes the installer of its own version; what it does then is tried by ./dev flash."""

import os
import sys

from edge_agent import cli


def test_it_needs_root(monkeypatch, capsys):
    """77, with the command that would do."""
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert (77, True) == (cli.main(["rollback"]), "sudo edge-agent rollback" in capsys.readouterr().err)


def test_an_agent_that_no_installer_has_made(monkeypatch, capsys, tmp_path):
    """69: a checkout or an environment of one's own has no version before it."""
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert (69, True) == (cli.main(["rollback"]), "was not made by the installer" in capsys.readouterr().err)


def test_it_runs_the_installer_of_its_version(monkeypatch, tmp_path):
    """With `--back`."""
    (tmp_path / "install.sh").touch()
    became = []
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    monkeypatch.setattr(os, "execv", lambda file, words: became.append((file, words)))
    cli.main(["rollback"])
    assert [(tmp_path / "install.sh", [str(tmp_path / "install.sh"), "--back"])] == became
