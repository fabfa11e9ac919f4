"""`edge-agent check` as a person or a script runs it."""

import argparse
import json
from pathlib import Path

import pytest

from edge_agent.verbs import check

EXAMPLE = Path(__file__).parent.parent.parent / "examples" / "station.toml"


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run the verb in an empty folder: exit code and what it prints."""
    monkeypatch.chdir(tmp_path)
    parser = argparse.ArgumentParser()
    check.add(parser.add_subparsers())

    def of(*words):
        arguments = parser.parse_args(["check", *map(str, words)])
        return arguments.run(arguments), capsys.readouterr().out

    return of


def test_a_sound_file_is_summed_up(run):
    """Whoever holds the card sees which station it is, and what is watched by default."""
    code, said = run(EXAMPLE)
    assert 0 == code
    assert said.startswith(f"{EXAMPLE}: ok\n")
    for word in (
        "acme/plant1/assembly/line4/st07",
        "takt 60 s from [standard], not from demand, which would make 60.7 s",
        "silent of bore_gauge (by default)",
    ):
        assert word in said


def test_a_bad_file_is_exit_code_78(run):
    """Complaints with their lines, and nothing that looks like success."""
    Path("station.toml").write_text(EXAMPLE.read_text().replace("GPIO27", "GPIO17"))
    code, said = run()
    assert 78 == code
    assert "station.toml:34: pin: GPIO17 is used already, by 'pin' at line 28; give each its own pin\n" == said


def test_warnings_do_not_forbid(run):
    """A file with warnings alone is usable; they are said before the summary."""
    Path("station.toml").write_text(EXAMPLE.read_text().replace("by-id/usb-bore-gauge", "by-path/1"))
    code, said = run("station.toml")
    assert 0 == code
    assert said.startswith("station.toml:48: warning: port: ")
    assert "station.toml: ok" in said


def test_several_files_at_once(run):
    """A whole fleet in one go; one bad file makes the answer 78, and the others are still looked at."""
    Path("bad.toml").write_text("x = 1\n")
    code, said = run("bad.toml", "none.toml", EXAMPLE)
    assert 78 == code
    assert "bad.toml:1: unknown table 'x'" in said
    assert "none.toml: no such file" in said
    assert f"{EXAMPLE}: ok" in said


def test_no_file_anywhere_is_said(run, monkeypatch):
    """Without a name and without a file in the usual places, it says how to make one."""
    monkeypatch.setattr("edge_agent.config.PLACES", (Path("station.toml"), Path("etc.toml")))
    code, said = run()
    assert 78 == code
    assert "edge-agent init" in said


def test_json_has_every_complaint(run):
    """One object a file, a line each, for scripts."""
    Path("bad.toml").write_text("x = 1\n")
    code, said = run("--json", "bad.toml", EXAMPLE)
    bad, good = map(json.loads, said.splitlines())
    assert 78 == code
    assert (False, "bad.toml") == (bad["ok"], bad["file"])
    assert {"file", "line", "text", "severity"} == set(bad["complaints"][0])
    assert {"file": str(EXAMPLE), "ok": True, "complaints": []} == good


def test_the_legend_of_this_very_stack_is_printed(run):
    """What each lamp that is wired means; a meaning whose tier is missing stands at the pattern that shows it."""
    _, said = run(EXAMPLE)
    assert "white blinking: blind: the agent cannot tell" in said
    assert "yellow: material or outside help is there" in said, "this stack has no blue"
    assert "blue" not in said
