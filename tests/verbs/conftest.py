"""A running station for the verbs that ask one, and a way to run a verb."""

import pytest

from edge_agent import cli
from tests import bench_station


@pytest.fixture(scope="package")
def bench(tmp_path_factory):
    """A station at work; whoever opens a call also ends it."""
    with bench_station.station(bench_station.written(tmp_path_factory.mktemp("bench"))) as running:
        running.cycle()
        running.seen(bench_station.GREEN, True)
        yield running


@pytest.fixture
def path(bench):
    """Its configuration."""
    return bench.log.with_name("station.toml")


@pytest.fixture
def edge_agent(capsys):
    """Run `edge-agent` with words: exit code, stdout and stderr."""

    def of(*words):
        capsys.readouterr()
        code = cli.main([str(word) for word in words])
        return code, *capsys.readouterr()

    return of
