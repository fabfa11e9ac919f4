"""Attacks at the broker of `examples/mosquitto`: by a station on another, by strangers, by any certificate."""

import json
import ssl
import subprocess

import pytest

from tests.attacks.secure_plant import EXAMPLE, ST07, ST08, secure_plant
from tests.authority import Authority, expired
from tests.mosquitto import WAIT_S
from tests.plant import Station, hurried, sending

DENIED = 0x87
EVENT, STATUS, STATE, CMD = (f"andon/v1/{ST07}/{kind}" for kind in ("event", "status", "state", "cmd"))
LAST = f"andon/v1/{ST08}/event"  # which st08 may say: what comes before it at the witness is all there was


@pytest.fixture(scope="module")
def broker(tmp_path_factory):
    """One for all attacks: what one leaves behind, the next would find."""
    with secure_plant(tmp_path_factory.mktemp("plant")) as made:
        yield made


@pytest.fixture
def plant(broker):
    yield broker
    broker.leave()


def heard(attacker, witness):
    """Topics the witness hears until the attacker's own last word."""
    attacker.publish(LAST, b"last")
    topics = []
    while (message := witness.messages.get(timeout=WAIT_S)).topic != LAST:
        topics.append(message.topic)
    return topics


@pytest.mark.parametrize("kind", ["event", "status", "state", "info", "cycle", "res", "cmd", "ack"])
def test_forge(plant, kind):
    """A station speaks on each topic of another: refused, and nobody hears it."""
    witness, attacker = plant.witness(), plant.client(ST08)
    assert attacker.publish(f"andon/v1/{ST07}/{kind}", b"{}", retain=kind == "state") == DENIED
    assert heard(attacker, witness) == []


def test_forge_without_the_access_list(tmp_path):
    """The control: without the list the same forgery is heard by everybody."""
    with secure_plant(tmp_path, (f"acl_file {tmp_path}/acl", "")) as plant:
        witness, attacker = plant.witness(), plant.client(ST08)
        attacker.publish(EVENT, b"{}")
        assert [EVENT] == heard(attacker, witness)


@pytest.mark.parametrize("topic", ["#", "andon/v1/+/+/+/+/+/event", EVENT, CMD, "$SYS/#"])
def test_eavesdrop(plant, topic):
    """A station listens where it may not: it hears nothing."""
    spy, victim, leader = plant.client(ST08), plant.client(ST07), plant.client("leader")
    spy.listen(topic)
    victim.publish(EVENT, b"secret")
    leader.publish(CMD, b"secret")
    spy.listen(f"andon/v1/{ST08}/cmd")
    leader.publish(f"andon/v1/{ST08}/cmd", b"for you")
    assert spy.messages.get(timeout=WAIT_S).payload == b"for you"


def test_poison_retained(plant):
    """A forged `state`, to be kept by the broker: a board that comes later finds nothing of it."""
    attacker = plant.client(ST08)
    assert attacker.publish(STATE, b'{"lamp":"green"}', retain=True) == DENIED
    assert heard(attacker, plant.witness()) == []


def test_take_over_the_client_id(plant):
    """Connecting under another's client id throws nobody out: the id comes from the certificate."""
    victim = plant.client(ST07, client_id="andon-st07-1234")
    plant.client(ST08, client_id="andon-st07-1234")
    plant.client(ST08 + "b", client_id=ST07)
    assert victim.publish(EVENT, b"{}") != DENIED
    assert not victim.lost.is_set()


def test_take_over_without_the_protection(tmp_path):
    """The control: where client ids are believed, the victim is thrown out."""
    with secure_plant(tmp_path, ("use_username_as_clientid true", "use_username_as_clientid false")) as plant:
        victim = plant.client(ST07, client_id="andon-st07-1234")
        plant.client(ST08, client_id="andon-st07-1234")
        assert victim.lost.wait(WAIT_S)


def test_spoof_by_will(plant):
    """A will on another station's `status`: the broker does not say it, nor does it keep it."""
    attacker = plant.client(ST08, will=(STATUS, b'{"state":"offline"}'))
    witness = plant.witness()
    attacker.die()
    assert heard(plant.client(ST08), witness) == []


def test_claim_another_user_name(plant):
    """The name in CONNECT is not believed: who somebody is stands in the certificate."""
    attacker = plant.client(ST08, username=ST07)
    assert attacker.publish(EVENT, b"{}") == DENIED


@pytest.mark.parametrize("name", ["+/+/+/+/+", "#", "acme/plant1/assembly/line4/+"])
def test_a_name_that_is_a_pattern(plant, name):
    """A certificate whose common name has wildcards, by a slip of the authority: it opens nothing."""
    attacker, victim = plant.client(name), plant.client(ST07)
    attacker.listen(EVENT)
    attacker.listen("andon/v1/+/+/+/+/+/cmd")
    assert attacker.publish(EVENT, b"{}") == DENIED
    victim.publish(EVENT, b"secret")
    assert victim.publish(EVENT, b"secret") != DENIED
    assert attacker.messages.empty()


def test_no_tls(plant):
    """Plain MQTT at the port: no answer."""
    assert plant.attempt(None) == b""


def _context(plant, files=None):
    context = ssl.create_default_context(cafile=plant.authority.ca)
    context.check_hostname = False
    if files is not None:
        context.load_cert_chain(*files)
    return context


def test_no_certificate(plant):
    """TLS without a certificate of one's own: no answer."""
    assert plant.attempt(_context(plant)) == b""


def test_a_certificate_of_ones_own_making(plant, tmp_path):
    """Signed by another authority in the victim's name: no answer."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    assert plant.attempt(_context(plant, Authority(folder).station(ST07))) == b""


def test_an_expired_certificate(plant):
    """Of a station that was scrapped: no answer."""
    assert plant.attempt(_context(plant, plant.authority.station(ST07, **expired()))) == b""


def test_old_tls(plant):
    """TLS 1.1, with a good certificate: no answer."""
    context = _context(plant, plant.authority.station(ST08))
    context.set_ciphers("ALL:@SECLEVEL=0")
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.minimum_version = ssl.TLSVersion.TLSv1
    with pytest.warns(DeprecationWarning, match="TLSv1"):
        context.maximum_version = ssl.TLSVersion.TLSv1_1
    assert plant.attempt(context) == b""


def test_a_good_certificate_is_answered(plant):
    """The control of those without an answer: the same attempt with a good certificate gets one."""
    assert plant.attempt(_context(plant, plant.authority.station(ST08)))[:1] == b"\x20"


def test_an_oversize_message(plant):
    """A megabyte: the sender is thrown out, and nobody else notices."""
    witness, attacker, victim = plant.witness(), plant.client(ST08), plant.client(ST07)
    attacker.client.publish(LAST, b"x" * 1_000_000, 1)
    assert attacker.lost.wait(WAIT_S)
    victim.publish(EVENT, b"{}")
    assert witness.messages.get(timeout=WAIT_S).topic == EVENT


def test_a_flood_of_events(plant):
    """Two thousand events in a burst: those of others arrive all the same."""
    witness, attacker, victim = plant.witness(), plant.client(ST08), plant.client(ST07)
    for _ in range(2000):
        attacker.client.publish(LAST, b"{}", 0)
    victim.publish(EVENT, b"{}")
    while witness.messages.get(timeout=WAIT_S).topic != EVENT:
        pass


def test_certificates_made_as_the_readme_says(tmp_path):
    """Its commands, run as they stand but for the broker's name, make what broker and station accept of each other."""
    text = (EXAMPLE / "README.md").read_text()
    commands = text.partition("```sh\n")[2].partition("```")[0].replace("DNS:broker.plant", "IP:127.0.0.1")
    subprocess.run(["sh", "-eu", "-c", commands], cwd=tmp_path, check=True, capture_output=True)
    made = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with secure_plant(tmp_path) as plant:
        plant.broker.stop()
        for name in ("ca.crt", "broker.crt", "broker.key"):
            (tmp_path / name).write_bytes(made[name])
        plant.broker.start()
        context = _context(plant, (tmp_path / "st07.crt", tmp_path / "st07.key"))
        context.check_hostname = True
        assert plant.attempt(context)[:1] == b"\x20"


def test_a_real_station_works_in_this_plant(plant, tmp_path, monkeypatch):
    """The example lets through what it should: a real uplink is online, its event is heard, a command reaches it."""
    hurried(monkeypatch)
    station = Station(tmp_path)
    station.open_journal()
    station.open_socket()
    witness, leader = plant.witness(), plant.client("leader")
    leader.listen(f"andon/v1/{ST07}/res")
    with sending(station, plant.port, tls=plant.files(ST07)):
        assert station.hears("connected") == "connected"
        station.record(1)
        while witness.messages.get(timeout=WAIT_S).topic != EVENT:
            pass
        leader.publish(CMD, json.dumps({"id": "1", "type": "reboot"}).encode())
        assert json.loads(leader.messages.get(timeout=WAIT_S).payload)["status"] == "denied"
    station.close()
