"""Each failure to connect, made to happen for real, is named by its cause with a remedy."""

import contextlib
import queue
import socket
import ssl
import struct
import threading

import pytest

from edge_agent.signals import cause, mqtt
from edge_agent.signals.broker import Settings, Tls
from edge_agent.signals.mqtt import Connected, Letter, Lost, Transport
from tests.authority import Authority, expired, future
from tests.mosquitto import WAIT_S, broker, free_port

WILL = Letter(topic="andon/v1/a/b/c/d/e/status", payload=b"offline", retain=True)


@pytest.fixture
def plant(tmp_path):
    """The authority of the plant."""
    return Authority(tmp_path)


def outcome(settings):
    """What one attempt leads to."""
    inbox = queue.Queue()
    transport = Transport(settings, 1, "andon-e-1", WILL, inbox.put, five=True)
    transport.start()
    said = inbox.get(timeout=WAIT_S)
    transport.close(WAIT_S)
    return said


def kind_of(settings):
    said = outcome(settings)
    assert isinstance(said, Lost), "it was accepted"
    assert settings.where in said.cause.text or said.cause.kind in {"name", "files", "own_certificate"}
    return said.cause.kind


def at(port, host="127.0.0.1", **tls):
    files = {name: str(value) for name, value in tls.items()}
    return Settings(host=host, port=port, tls=Tls(**files) if files else None)


@contextlib.contextmanager
def encrypted(folder, certificate, extra=""):
    """Mosquitto with TLS."""
    text = f"certfile {certificate[0]}\nkeyfile {certificate[1]}\n{extra}"
    with broker(folder, f"{text}\nallow_anonymous true\nuser root") as running:
        yield running


@contextlib.contextmanager
def peer(serve):
    """Something that is no broker: `serve` has its one connection."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept():
            with contextlib.suppress(OSError):
                serve(server.accept()[0])

        thread = threading.Thread(target=accept)
        thread.start()
        yield server.getsockname()[1]
        thread.join(WAIT_S)


def test_a_name_nobody_knows():
    """The name server is asked and has no answer."""
    assert kind_of(at(1883, host="nowhere.invalid")) == "name"


def test_nothing_listens():
    """The machine is there, the broker is not."""
    assert kind_of(at(free_port())) == "refused"


def test_no_way_there():
    """An address that TCP has no way to."""
    assert kind_of(at(1883, host="255.255.255.255")) == "unreachable"


def test_no_answer_at_all(monkeypatch):
    """A machine that drops what comes: here one whose queue of new connections is full."""
    monkeypatch.setattr(mqtt, "CONNECT_S", 0.3)
    with socket.socket() as server, contextlib.ExitStack() as ends:
        server.bind(("127.0.0.1", 0))
        server.listen(0)
        for _ in range(3):
            filler = ends.enter_context(socket.socket())
            filler.setblocking(False)
            filler.connect_ex(server.getsockname())
        assert kind_of(at(server.getsockname()[1])) == "timeout"


def test_a_reset():
    """Whoever is there hangs up on us at once."""

    def reset(connection):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    with peer(reset) as port:
        assert kind_of(at(port)) == "closed"


def test_no_mqtt():
    """A web server at the port."""

    def serve(connection):
        connection.recv(1024)
        connection.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: any\r\n\r\n" + b"x" * 200)
        connection.close()

    with peer(serve) as port:
        assert kind_of(at(port)) == "not_mqtt"


@pytest.mark.parametrize(
    ("validity", "kind"), [(expired, "certificate_expired"), (future, "certificate_not_yet_valid")]
)
def test_a_certificate_out_of_its_time(tmp_path, plant, validity, kind):
    """Expired, or not valid yet: the second one asks for the clock of the station."""
    with encrypted(tmp_path, plant.broker(**validity())) as running:
        assert kind == kind_of(at(running.port, ca=plant.ca))


@pytest.mark.parametrize("name", ["broker.plant", "127.0.0.2"])
def test_a_certificate_of_another_host(tmp_path, plant, name):
    """The broker has one, for another name or address."""
    with encrypted(tmp_path, plant.broker(name)) as running:
        assert kind_of(at(running.port, ca=plant.ca)) == "certificate_name"


def test_a_certificate_of_another_authority(tmp_path, plant):
    """Signed by somebody our `ca` does not hold."""
    other = Authority(tmp_path, "other")
    with encrypted(tmp_path, plant.broker()) as running:
        assert kind_of(at(running.port, ca=other.ca)) == "certificate_not_trusted"


def test_a_broker_that_wants_tls(tmp_path, plant):
    """We speak plainly to a port with TLS."""
    with encrypted(tmp_path, plant.broker()) as running:
        said = outcome(at(running.port))
    assert (said.cause.kind, "whether it wants TLS" in said.cause.text) == ("closed", True)


def test_a_broker_that_answers_in_tls():
    """Other brokers send a TLS alert, by which it is known."""

    def serve(connection):
        connection.recv(1024)
        connection.sendall(b"\x15\x03\x01\x00\x02\x02\x46")
        connection.close()

    with peer(serve) as port:
        assert kind_of(at(port)) == "tls_wanted"


def test_a_broker_without_tls(tmp_path, plant):
    """We want TLS from a port without."""
    with broker(tmp_path) as running:
        assert kind_of(at(running.port, ca=plant.ca)) == "tls_not_there"


@pytest.mark.parametrize("version", ["tlsv1.3", "tlsv1.2"])
@pytest.mark.parametrize("own", ["none", "unknown authority", "expired"])
def test_a_station_the_broker_does_not_know(tmp_path, plant, version, own):
    """Without a certificate, with a stranger's, with an expired one: the cause says that it is ours."""
    extra = f"cafile {plant.ca}\nrequire_certificate true\ntls_version {version}"
    files = {}
    if own != "none":
        signer = Authority(tmp_path, "other") if own == "unknown authority" else plant
        certificate, key = signer.station("st07", **(expired() if own == "expired" else {}))
        files = {"certificate": certificate, "key": key}
    with encrypted(tmp_path, plant.broker(), extra) as running:
        assert kind_of(at(running.port, ca=plant.ca, **files)) == "own_certificate"


@pytest.mark.parametrize("version", ["tlsv1.3", "tlsv1.2"])
def test_mutual_tls_works(tmp_path, plant, version):
    """With the right certificate on both sides the broker accepts."""
    certificate, key = plant.station("st07")
    extra = f"cafile {plant.ca}\nrequire_certificate true\ntls_version {version}"
    with encrypted(tmp_path, plant.broker(), extra) as running:
        settings = at(running.port, ca=plant.ca, certificate=certificate, key=key)
        assert isinstance(outcome(settings), Connected)


def test_bare_names_are_systemd_credentials(tmp_path, plant, monkeypatch):
    """Names without a folder are looked for where the service manager puts credentials."""
    certificate, key = plant.station("st07")
    extra = f"cafile {plant.ca}\nrequire_certificate true"
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    with encrypted(tmp_path, plant.broker(), extra) as running:
        settings = at(running.port, ca=plant.ca.name, certificate=certificate.name, key=key.name)
        assert isinstance(outcome(settings), Connected)


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1])
def test_old_tls_is_refused(plant, newest):
    """A broker that knows only TLS 1.0 or 1.1 gets no connection, whatever its certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*plant.broker())
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = newest

    def serve(connection):
        with contextlib.suppress(ssl.SSLError):
            context.wrap_socket(connection, server_side=True)

    with peer(serve) as port:
        assert kind_of(at(port, ca=plant.ca)) == "tls_version"


def test_files_that_are_no_certificates(tmp_path, plant):
    """Missing, empty, exchanged, or locked by a passphrase: named, and nobody is asked for it."""
    certificate, key = plant.station("st07")
    stranger = plant.station("st08")[1]
    empty = tmp_path / "empty.pem"
    empty.touch()
    for files in (
        {"ca": tmp_path / "nowhere.pem"},
        {"ca": empty},
        {"ca": plant.ca, "certificate": certificate, "key": stranger},
        {"ca": plant.ca, "certificate": key, "key": certificate},
    ):
        said = outcome(at(1, **files))
        assert said.cause.kind == "files"
        assert str(tmp_path) in said.cause.text


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (b"\x20\x03\x00\x84\x00", "protocol_version"),
        (b"\x20\x02\x00\x01", "protocol_version"),
        (b"\x20\x03\x00\x85\x00", "client_id"),
        (b"\x20\x03\x00\x86\x00", "credentials"),
        (b"\x20\x03\x00\x87\x00", "not_authorized"),
        (b"\x20\x03\x00\x8a\x00", "banned"),
        (b"\x20\x03\x00\x97\x00", "broker_refuses"),
        (b"\x20\x03\x00\x00\x00\xe0\x02\x8e\x00", "taken_over"),
    ],
)
def test_what_a_broker_answers(reply, kind):
    """Each refusal, in either version of MQTT, and the word of a broker that hands our client id to another."""
    inbox = queue.Queue()

    def serve(connection):
        connection.recv(1024)
        connection.sendall(reply)
        connection.recv(1024)
        connection.close()

    with peer(serve) as port:
        transport = Transport(at(port), 1, "andon-e-1", WILL, inbox.put, five=True)
        transport.start()
        while not isinstance(said := inbox.get(timeout=WAIT_S), Lost):
            pass
        assert kind == said.cause.kind
        transport.close(WAIT_S)


def test_whatever_else_goes_wrong_has_a_sentence():
    """No cause is empty, and each kind that is given is one of the list."""
    for error in (ValueError(), OSError(113, "No route to host"), ssl.SSLError(1, "X"), RuntimeError("odd")):
        assert cause.of_error(error, "broker.plant:8883", 5.0, tls=True).text
