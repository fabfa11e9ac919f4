"""`edge-agent doctor` and `support`, with the station running and without."""

from __future__ import annotations

import json
import tarfile

from tests import bench_station


def findings(out: str) -> dict[str, str]:
    """The worst verdict of each thing looked at."""
    order = ["ok", "unknown", "warning", "failed"]
    found: dict[str, str] = {}
    for each in json.loads(out)["findings"]:
        found[each["what"]] = max(found.get(each["what"], "ok"), each["verdict"], key=order.index)
    return found


def test_a_running_station_is_asked(edge_agent, path):
    """Its own word counts; what this machine is not, is said."""
    code, out, _ = edge_agent("doctor", path, "--json")
    found = findings(out)
    assert ("ok", "ok", "ok") == (found["station"], found["configuration"], found["journal"])
    assert code == (1 if "failed" in found.values() else 0)
    assert json.loads(out)["ok"] is (code == 0)


def test_without_a_station_it_is_the_first_thing_to_mend(edge_agent, tmp_path):
    """With the command that does it."""
    code, out, _ = edge_agent("doctor", bench_station.written(tmp_path))
    assert 1 == code
    assert "FAIL  station: the station is not running" in out
    assert "-> sudo systemctl start edge-agent-station@station" in out


def test_a_broken_configuration_does_not_keep_it_from_looking(edge_agent, tmp_path):
    """What needs the file is unknown; the rest is looked at."""
    path = bench_station.written(tmp_path)
    path.write_text(path.read_text().replace('pin = "GPIO17"', 'pin = "GPIO99"'))
    code, out, _ = edge_agent("doctor", path, "--json")
    found = findings(out)
    assert (1, "failed", "unknown", "ok") == (code, found["configuration"], found["left out"], found["versions"])
    code, out, _ = edge_agent("doctor", tmp_path / "no.toml")
    assert 1 == code
    assert "no such file" in " ".join(out.split())


def test_support_writes_one_file(edge_agent, path, tmp_path):
    """And says what is not in it."""
    code, out, _ = edge_agent("support", path, "--out", tmp_path / "s.tar.gz")
    assert 0 == code
    assert f"{tmp_path}/s.tar.gz: " in out
    with tarfile.open(tmp_path / "s.tar.gz") as bundle:
        assert "s/status.json" in bundle.getnames()
    code, out, error = edge_agent("support", path, "--out", tmp_path / "s.tar.gz")
    assert (1, "") == (code, out)
    assert "is there already" in error
    code, out, _ = edge_agent("support", path, "--out", tmp_path / "t.tar.gz", "--json")
    assert "status.json" in json.loads(out)["files"]
