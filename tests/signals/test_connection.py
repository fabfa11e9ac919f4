import queue
import socket

import pytest

from edge_agent.signals import machine
from edge_agent.signals.cause import Cause, of_reason_code
from edge_agent.signals.connection import ACCEPT_NS, Connection, Myself
from edge_agent.signals.contract import Identity
from edge_agent.signals.mqtt import Lost, Settings
from edge_agent.standard import to_ns

IDENTITY = Identity(enterprise="acme", site="plant1", area="assembly", line="line4", station="st07")
MYSELF = Myself(identity=IDENTITY, agent="0.1", serial="1234", boot="b")


@pytest.fixture
def silent():
    """A peer that accepts and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture
def connection(silent):
    made = Connection(Settings(host="127.0.0.1", port=silent.getsockname()[1]), MYSELF, queue.Queue().put, lambda: 0.5)
    yield made
    made.close()


def test_a_broker_that_never_answers_is_given_up(connection):
    """After fifteen seconds the attempt is over, with its cause, and the next one waits."""
    connection.tend(0)
    assert connection.concerns(1)
    connection.tend(ACCEPT_NS)
    assert connection.concerns(1)
    connection.tend(ACCEPT_NS + 1)
    assert not connection.concerns(1)
    assert connection.cause.kind in {"silent", "timeout"}  # whether its thread has got through by now
    connection.tend(ACCEPT_NS + 2)
    assert connection.number == 1


def test_what_is_left_of_an_earlier_connection_is_ignored(connection):
    """A late word about connection 1 does not end connection 2."""
    connection.tend(0)
    connection.transport.close(5.0)
    connection.end(Cause("lost", "cut"), 0)
    connection.tend(to_ns(100.0))
    assert connection.concerns(2)
    assert not connection.concerns(1)


def test_a_quarrel_about_the_client_id_is_said(connection):
    """Three connections that ended at once: the cause asks for the other machine by the id they share."""
    for number in range(3):
        connection.up = True
        connection.accepted(to_ns(number))
        connection.lost(Lost(number, Cause("lost", "connection lost")), to_ns(number + 0.1))
    assert connection.cause.text.endswith("does another machine use andon-st07-1234?")
    assert connection.up is False


def test_a_trial_that_throws_us_out_is_no_quarrel(connection, monkeypatch):
    """Where the broker takes the client id from the user name, our trial does: begun anew, and no other blamed."""
    taken_over = Lost(1, of_reason_code(0x8E, ""))
    for trying, due_ns in ((True, 7), (False, None)):
        monkeypatch.setattr(type(connection.rotation), "trying", trying)
        connection.tend(0)
        connection.accepted(0)
        connection.lost(taken_over, 7)
        assert ("own" if trying else "taken_over") == connection.cause.kind
        assert (due_ns == connection._due_ns) == trying


def test_the_version_is_changed_once_at_once_and_back_with_patience(connection):
    """A refused MQTT 5 leads to 3.1.1 without a wait; a refused 3.1.1 leads back, but not in a busy loop."""
    connection.lost(Lost(1, of_reason_code(0x84, "")), 0)
    assert (connection._five, connection._due_ns) == (False, 0)
    connection.lost(Lost(2, of_reason_code(0x84, "")), 0)
    assert connection._five
    assert connection._due_ns > 0


def test_a_machine_says_which_it_is(tmp_path, monkeypatch):
    """The board's serial number, else a hash that does not give the machine id away, else `unknown`."""
    monkeypatch.setattr(machine, "SERIAL", tmp_path / "serial")
    monkeypatch.setattr(machine, "MACHINE_ID", tmp_path / "id")
    assert machine.serial() == "unknown"
    (tmp_path / "id").write_text("0123456789abcdef\n")
    assert "0123" not in (hashed := machine.serial())
    assert len(hashed) == 16
    (tmp_path / "serial").write_text("10000000abcdef01\0")
    assert machine.serial() == "10000000abcdef01"
    assert machine.boot() != "unknown"
