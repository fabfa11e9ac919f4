import queue
import socket
import subprocess
import threading

import pytest

from edge_agent.signals import mqtt
from edge_agent.signals.access import password
from edge_agent.signals.mqtt import Came, Connected, Landed, Letter, Lost, Settings, Transport
from tests.mosquitto import WAIT_S, broker, subscriber

WILL = Letter(topic="andon/v1/a/b/c/d/e/status", payload=b"offline", retain=True)
EVENT = Letter(topic="andon/v1/a/b/c/d/e/event", payload=b"{}", cloud_event=True)


@pytest.fixture
def inbox():
    return queue.Queue()


@pytest.fixture
def connect(inbox):
    """Begin connections that are ended after the test."""
    begun = []

    def begin(settings, *, five=True, number=1, will=WILL):
        transport = Transport(settings, number, "andon-e-1", will, inbox.put, five=five)
        begun.append(transport)
        transport.start()
        return transport

    yield begin
    for transport in begun:
        transport.close(WAIT_S)
        assert not transport.alive


def heard(inbox, kind):
    while not isinstance(said := inbox.get(timeout=WAIT_S), kind):
        pass
    return said


@pytest.mark.parametrize("five", [True, False])
def test_a_message_sent_arrives_and_is_confirmed(tmp_path, inbox, connect, five):
    """On both versions of MQTT: connected, sent, confirmed with the id it was given, carried as it was."""
    with broker(tmp_path) as running, subscriber(running.port, "andon/v1/#") as plant:
        transport = connect(Settings(host="127.0.0.1", port=running.port), five=five)
        heard(inbox, Connected)
        mid = transport.send(EVENT)
        assert Landed(1, mid, 0) == heard(inbox, Landed)
        message = plant.next()
        assert (EVENT.topic, b"{}", False) == (message.topic, message.payload, message.retain)
        if five:
            assert message.properties.ContentType == "application/cloudevents+json; charset=utf-8"
        transport.close(WAIT_S)
        heard(inbox, Lost)


def test_nobody_subscribed_is_no_success_on_mqtt_5(tmp_path, inbox, connect):
    """The broker's reason code comes through: 0x10, no matching subscribers."""
    with broker(tmp_path) as running:
        transport = connect(Settings(host="127.0.0.1", port=running.port))
        heard(inbox, Connected)
        transport.send(EVENT)
        assert heard(inbox, Landed).code == 0x10
        transport.close(WAIT_S)


def test_the_will_is_said_when_the_station_falls_silent_and_not_after_a_goodbye(tmp_path, inbox, connect, monkeypatch):
    """Cut off: the broker says `offline`, retained. Closed in order: it says nothing."""
    monkeypatch.setattr(mqtt, "WILL_DELAY_S", 0)
    with broker(tmp_path) as running, subscriber(running.port, "andon/v1/#") as plant:
        settings = Settings(host="127.0.0.1", port=running.port)
        polite = connect(settings, will=Letter(topic=WILL.topic, payload=b"not to be said"))
        heard(inbox, Connected)
        polite.close(WAIT_S)
        cut = connect(settings, number=2)
        heard(inbox, Connected)
        cut.abandon()
        assert (WILL.topic, b"offline") == ((message := plant.next()).topic, message.payload)


def test_a_message_for_the_station_is_handed_on_with_where_to_answer(tmp_path, inbox, connect):
    """Payload, response topic and correlation data come through; a retained one is marked."""
    with broker(tmp_path) as running, subscriber(running.port, "other") as board:
        board.publish("cmd", b"old", retain=True)
        transport = connect(Settings(host="127.0.0.1", port=running.port))
        heard(inbox, Connected)
        transport.subscribe("cmd")
        assert Came(1, "cmd", b"old", True, None, None) == heard(inbox, Came)
        board.publish("cmd", b"{}", ResponseTopic="andon/v1/board", CorrelationData=b"7")
        assert Came(1, "cmd", b"{}", False, "andon/v1/board", b"7") == heard(inbox, Came)
        transport.close(WAIT_S)


def test_a_broker_that_ends_is_noticed(tmp_path, inbox, connect):
    """The end of the connection is posted, and the thread ends by itself."""
    with broker(tmp_path) as running:
        transport = connect(Settings(host="127.0.0.1", port=running.port))
        heard(inbox, Connected)
        running.stop()
        assert heard(inbox, Lost).number == 1
        transport.close(WAIT_S)


def test_a_wrong_password_is_named(tmp_path, inbox, connect):
    """The cause tells which settings to look at; the secret is read from its file and not shown."""
    users = tmp_path / "users"
    users.touch(mode=0o600)
    subprocess.run(["mosquitto_passwd", "-b", str(users), "st07", "right"], check=True, capture_output=True)
    secret = tmp_path / "secret"
    secret.write_text("wrong\n")
    extra = f"allow_anonymous false\npassword_file {users}\nuser root"
    with broker(tmp_path, extra) as running:
        settings = Settings(host="127.0.0.1", port=running.port, username="st07", credential=str(secret))
        connect(settings)
        cause = heard(inbox, Lost).cause.text
        assert "credential" in cause
        assert "wrong" not in cause
        secret.write_text("right\n")
        connect(settings, number=2)
        assert heard(inbox, Connected).number == 2


@pytest.mark.parametrize("reply", [b"\x20\x03\x00\x84\x00", b"\x20\x02\x00\x01"])
def test_a_broker_without_mqtt_5_says_so_in_either_version(inbox, connect, reply):
    """Both ways a broker refuses the version are told apart from all other refusals."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        connect(Settings(host="127.0.0.1", port=server.getsockname()[1]))
        peer, _ = server.accept()
        with peer:
            peer.recv(1024)
            peer.sendall(reply)
            assert heard(inbox, Lost).cause.kind == "protocol_version"


def test_garbage_from_a_broker_ends_the_connection_and_nothing_else(inbox, connect):
    """A peer that speaks no MQTT costs one attempt."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        transport = connect(Settings(host="127.0.0.1", port=server.getsockname()[1]))
        peer, _ = server.accept()
        with peer:
            peer.recv(1024)
            peer.sendall(b"\x20\x01\x00" + b"HTTP/1.1 400 Bad Request\r\n\r\n")
            assert heard(inbox, Lost).number == 1
        transport.close(WAIT_S)


def test_a_credential_is_found_by_name(tmp_path, monkeypatch):
    """A bare name lies where the service manager puts credentials; an absolute one stays as it is."""
    (tmp_path / "mqtt").write_text("secret\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert password("mqtt") == "secret"
    assert password(str(tmp_path / "mqtt")) == "secret"
    (tmp_path / "mqtt").write_text("\n")
    with pytest.raises(ValueError, match="holds no password"):
        password("mqtt")
    (tmp_path / "mqtt").write_bytes(b"s\xffcret")
    with pytest.raises(ValueError, match="holds no text") as told:
        password("mqtt")
    assert "xff" not in str(told.value)


def test_no_thread_is_left(tmp_path, connect):
    """A closed connection leaves nothing behind."""
    with broker(tmp_path) as running:
        connect(Settings(host="127.0.0.1", port=running.port)).close(WAIT_S)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("broker-")]
