"""What the service manager is told, heard at the other end of a real datagram socket."""

import contextlib
import socket
import threading

import pytest

from edge_agent.signals.watchdog import Watchdog
from edge_agent.standard import NS_PER_S
from edge_agent.uplink.uplink import Uplink
from tests.plant import IDENTITY, INFO, WAIT_S, hurried, mqtt


@pytest.fixture
def manager(tmp_path, monkeypatch):
    """The service manager's end: expects a sign of life every three seconds."""
    with contextlib.closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as heard:
        heard.bind(str(tmp_path / "notify"))
        heard.settimeout(WAIT_S)
        monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "notify"))
        monkeypatch.setenv("WATCHDOG_USEC", "3000000")
        yield heard


def nothing(manager):
    """Whether nothing more was said."""
    manager.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        return not manager.recv(1024)
    return True


def test_it_is_patted_at_a_third_of_the_interval(manager):
    """However often the loop turns, one datagram a second; the first at once."""
    watchdog = Watchdog()
    for tenth in range(25):
        watchdog.pat(tenth * NS_PER_S // 10)
    assert [b"WATCHDOG=1"] * 3 == [manager.recv(1024) for _ in range(3)]
    assert nothing(manager)
    watchdog.notifier.socket.close()


def test_where_nobody_waits_nothing_is_said(monkeypatch):
    """On a bench there is no service manager: no socket is opened and no wake-up wanted."""
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    monkeypatch.delenv("WATCHDOG_USEC", raising=False)
    watchdog = Watchdog()
    watchdog.pat(0)
    assert (None, None) == (watchdog.notifier, watchdog.due_ns())


def test_the_uplink_says_that_it_is_ready_alive_and_stopping(manager, tmp_path, monkeypatch):
    """Without a broker and without a station too: it is ready once it tries, for both may be away for days."""
    hurried(monkeypatch)
    made = uplink(tmp_path)
    stop = threading.Event()
    thread = threading.Thread(target=made.run, args=(stop,))
    thread.start()
    assert b"READY=1\nSTATUS=st07 is sent" == manager.recv(1024)
    assert b"WATCHDOG=1" == manager.recv(1024)
    stop.set()
    while (said := manager.recv(1024)) == b"WATCHDOG=1":
        pass
    assert b"STOPPING=1" == said
    thread.join(WAIT_S)
    made.watchdog.notifier.socket.close()


def test_an_uplink_whose_line_to_the_station_is_dead_is_not_alive(manager, tmp_path):
    """Its main loop turns, but nothing it is told reaches the station: no pat, so that it is started again."""
    made = uplink(tmp_path)
    made._pat(0)
    assert nothing(manager)
    made.link.start()
    made._pat(0)
    assert b"WATCHDOG=1" == manager.recv(1024)
    made.link.close(WAIT_S)
    made.journal.close()
    made.watchdog.notifier.socket.close()


def uplink(folder):
    """One that finds neither broker nor station."""
    settings = mqtt.Settings(host="127.0.0.1", port=1)
    return Uplink(IDENTITY, settings, folder / "st07.db", folder / "st07.sock", INFO, chance=lambda: 0.0)
