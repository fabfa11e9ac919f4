"""Certificates and secrets are changed while the station runs: good ones are taken up, bad ones said and left."""

import json
import subprocess

import pytest

from edge_agent.signals import rotation
from edge_agent.signals.broker import Settings, Tls
from edge_agent.signals.rotation import LOOK_NS, Rotation, trial
from edge_agent.standard import to_ns
from tests.authority import Authority, expired
from tests.mosquitto import broker, free_port, subscriber
from tests.plant import ALL, Station, events, hurried, of, sending

MUTUAL = """allow_anonymous true
user root
listener {port} 127.0.0.1
certfile {certificate}
keyfile {key}
cafile {ca}
require_certificate true
use_identity_as_username true
"""


@pytest.fixture(autouse=True)
def _hurry(monkeypatch):
    hurried(monkeypatch)
    monkeypatch.setattr(rotation, "LOOK_NS", to_ns(0.1))
    monkeypatch.setattr(rotation, "AGAIN_NS", to_ns(0.2))
    monkeypatch.setattr(rotation, "VERDICT_S", 0.5)


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def plant(tmp_path, authority):
    """A broker that wants certificates at `secure`, and its plain listener for the test."""
    certificate, key = authority.broker()
    secure = free_port()
    extra = MUTUAL.format(port=secure, certificate=certificate, key=key, ca=authority.ca)
    with broker(tmp_path, extra) as running, subscriber(running.port, ALL) as listening:
        listening.secure = secure
        yield listening


@pytest.fixture
def station(tmp_path):
    made = Station(tmp_path)
    made.open_journal()
    made.open_socket()
    yield made
    made.close()


def reason(plant):
    return json.loads(plant.next(of("status")).payload)["reason"]


def test_a_new_certificate_is_taken_up_and_a_bad_one_is_not(tmp_path, authority, plant, station):
    """A good pair: connected again with it, nothing lost. An expired one, a stranger's: said, and the link stays up."""
    certificate, key = authority.station("st07")
    tls = Tls(ca=str(authority.ca), certificate=str(certificate), key=str(key))
    with sending(station, plant.secure, tls=tls) as uplink:
        assert reason(plant) == "started"
        station.record(3)
        assert [1, 2, 3] == events(plant, 3)
        authority.station("st07")
        assert reason(plant) == "reconnected"
        authority.station("st07", **expired())
        said = station.hears("the old ones stay in use")
        assert "expired" in said
        station.record(3)
        assert [4, 5, 6] == events(plant, 3)
        Authority(tmp_path, "stranger").station("st07")
        station.hears("does not know the authority")
        authority.station("st07")
        assert reason(plant) == "reconnected"
        assert uplink.connection.number == 3
        while "stay in use" in station.asks("uplink").text:
            pass


def test_half_a_rotation_is_waited_out_and_a_wrong_half_said(authority):
    """The certificate is there and the key is not yet: no trial before the files rest; then the pair is looked at."""
    certificate, key = authority.station("st07")
    tls = Tls(ca=str(authority.ca), certificate=str(certificate), key=str(key))
    watched = Rotation(Settings(host="127.0.0.1", port=free_port(), tls=tls), "st07")
    watched.begin()
    assert not watched.due(0)
    key.write_bytes(b"half")
    assert not watched.due(LOOK_NS)
    assert watched._trial is None
    authority.station("st08")[1].replace(key)
    assert not watched.due(2 * LOOK_NS)
    assert watched._trial is None
    assert not watched.due(3 * LOOK_NS)
    watched._trial.join()
    assert not watched.due(3 * LOOK_NS)
    assert "do not belong together" in watched.refused.text


@pytest.mark.parametrize("broker_says", ["", "use_username_as_clientid true"], ids=["own id", "the user's name as id"])
def test_a_new_password_is_tried_at_the_broker(tmp_path, station, broker_says):
    """A wrong one is said, and the link stays up with the old one; a right one is taken up. Nothing is lost."""
    secret, users = tmp_path / "secret", tmp_path / "users"
    secret.write_text("one\n")
    users.touch(mode=0o600)
    known(users, "one")
    port = free_port()
    ours = f"listener {port} 127.0.0.1\nallow_anonymous false\npassword_file {users}\n{broker_says}"
    extra = f"per_listener_settings true\nuser root\nallow_anonymous true\n{ours}"  # the test itself is no user
    with (
        broker(tmp_path, extra) as running,
        subscriber(running.port, ALL) as plant,
        sending(station, port, username="st07", credential=str(secret)) as uplink,
    ):
        assert reason(plant) == "started"
        secret.write_text("two\n")
        said = station.hears("the old ones stay in use")
        assert "credential" in said
        assert "two" not in said
        station.record(3)
        assert [1, 2, 3] == events(plant, 3)
        assert 1 == uplink.connection.number
        known(users, "two")
        running.reload()
        assert reason(plant) == "reconnected"
        station.record(3)
        assert [4, 5, 6] == events(plant, 3)
        assert 2 == uplink.connection.number


def known(users, secret):
    """Let the broker know this password of the station."""
    subprocess.run(["mosquitto_passwd", "-b", str(users), "st07", secret], check=True, capture_output=True)


def test_a_secret_that_is_none_needs_no_broker(tmp_path):
    """An empty file is refused at once."""
    secret = tmp_path / "secret"
    secret.write_text("\n")
    settings = Settings(host="127.0.0.1", port=1, username="st07", credential=str(secret))
    assert "holds no password" in trial(settings, "st07").text


def test_a_broker_that_is_away_refuses_nothing_for_good(authority):
    """The trial leads nowhere: said, the old connection is not touched."""
    certificate, key = authority.station("st07")
    tls = Tls(ca=str(authority.ca), certificate=str(certificate), key=str(key))
    assert trial(Settings(host="127.0.0.1", port=free_port(), tls=tls), "st07").kind == "refused"
