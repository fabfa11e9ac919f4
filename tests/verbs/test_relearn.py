"""`edge-agent relearn` against a running station."""

from __future__ import annotations

from edge_agent import cli
from tests import bench_station


def test_a_running_station_learns_anew_and_says_who_asked(tmp_path, capsys):
    """Where nothing learns the answer names what does; where something does it is done."""
    path = bench_station.written(tmp_path)
    path.write_text(path.read_text() + '\n[[detect]]\nkind = "slow_drift"\n')
    with bench_station.station(path):
        assert 0 == cli.main(["relearn", "--config", str(path), "--who", "maintenance"])
        assert "every detector that learns begins to learn anew\n" == capsys.readouterr().out
        assert 1 == cli.main(["relearn", "--config", str(path), "nothing"])
        assert "detectors that learn: " in capsys.readouterr().err


def test_a_station_that_does_not_run_is_69(tmp_path, capsys):
    """Nobody is there to learn."""
    assert 69 == cli.main(["relearn", "--config", str(bench_station.written(tmp_path))])
    assert "not running" in capsys.readouterr().err
