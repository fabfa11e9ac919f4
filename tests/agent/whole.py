"""A whole station process in the test's own thread: its real parts on mock pins, turned by the test."""

import contextlib

from gpiozero.pins.mock import MockFactory

from edge_agent import clock, config
from edge_agent.agent import assembly
from tests.bench_station import AT_REST


def alone(tmp_path, monkeypatch):
    """The control socket has a place of its own; no service manager and no log configuration of the test run."""
    (tmp_path / "run").mkdir()
    monkeypatch.setenv("RUNTIME_DIRECTORY", str(tmp_path / "run"))
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.setattr("edge_agent.log.configure", lambda *_: None)


def wired():
    """Mock pins with every contact at rest."""
    factory = MockFactory()
    for line in AT_REST:
        name, level = line.split()
        factory.pin(name).pull = "up"
        (factory.pin(name).drive_high if level == "1" else factory.pin(name).drive_low)()
    return factory


@contextlib.contextmanager
def assembled(path, pins=None):
    """An agent that has begun."""
    with contextlib.ExitStack() as held:
        yield assembly.assemble(config.load(path), pins or wired(), held)


def turned(agent, wanted):
    """Turn until it is as wanted; each turn waits for what is next."""
    until_ns = clock.now_ns() + 20 * clock.NS_PER_S
    while not wanted() and clock.now_ns() < until_ns:
        agent.turn()
    assert wanted()
