"""Attacks at the station itself: its control socket, its files, and the places where a secret could come out."""

import logging
import os
import queue
import socket
import subprocess

import pytest

from edge_agent import cli
from edge_agent.control import Answer, Server
from edge_agent.signals.broker import Settings, Tls
from edge_agent.signals.mqtt import Letter, Transport
from edge_agent.signals.rotation import trial
from tests.attacks.secure_plant import ST07, secure_plant
from tests.mosquitto import WAIT_S, broker, subscriber
from tests.plant import ALL, Station, hurried, sending

SECRET = "tOpSecret7Zx9"  # noqa: S105 - it is looked for in all that comes out
CONNECT = (
    "socket(S, AF_UNIX, SOCK_STREAM, 0); connect(S, sockaddr_un($ARGV[0])) or die $!"  # Perl: Debian has it always
)
STATION = """[station]
enterprise = "acme"
site = "plant1"
area = "assembly"
line = "line4"
name = "st07"
[standard]
standard_cycle_s = 55.0
takt_s = 60.0
[[sensor]]
name = "cycle"
kind = "gpio_pulse"
pin = "GPIO17"
[stack]
green = "GPIO25"
yellow = "GPIO24"
red = "GPIO23"
"""


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_another_user(tmp_path):
    """Somebody with an account on the machine, not of the service's group, asks the station: no permission."""
    path = tmp_path / "st07.sock"
    for folder in (tmp_path, *tmp_path.parents[:3]):
        folder.chmod(0o755)
    server = Server(path, lambda _request, reply: reply(Answer(ok=True)))
    attack = ["perl", "-MSocket", "-e", CONNECT, str(path)]
    stranger = {"user": 65534, "group": 65534, "extra_groups": [], "cwd": "/"}
    try:
        refused = subprocess.run(attack, **stranger, check=False, capture_output=True, text=True)
        assert "Permission denied" in refused.stderr
        path.chmod(0o666)  # the control: with the door open the same attack goes through
        subprocess.run(attack, **stranger, check=True)
    finally:
        server.close()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('name = "st07"', 'name = "../../etc"'),
        ('name = "st07"', 'name = "+"'),
        ('name = "st07"', 'name = "#"'),
        ('line = "line4"', 'line = "a/b"'),
        ('site = "plant1"', 'site = "\\u0000"'),
        ('name = "cycle"', 'name = "\'; DROP TABLE event; --"'),
        ('name = "cycle"', 'name = "\\u001b[2J"'),
        ("takt_s = 60.0", "takt_s = " + "9" * 400),
        ("takt_s = 60.0", "takt_s = nan"),
        ("takt_s = 60.0", "x = " + "[" * 2000 + "]" * 2000),
        ("takt_s = 60.0", "x." * 3000 + "y = 1"),
    ],
)
def test_names_and_values_crafted_to_harm(tmp_path, capsys, old, new):
    """Paths, wildcards, SQL, control characters, giants and nests in a configuration: refused, and shown inert."""
    assert old in STATION
    path = tmp_path / "station.toml"
    path.write_text(STATION.replace(old, new))
    assert cli.main(["check", str(path)]) == os.EX_CONFIG
    said = capsys.readouterr()
    assert "\x1b" not in said.out + said.err


def test_the_file_itself_is_sound(tmp_path, capsys):
    """The control of the attacks above: unharmed, the same file is accepted."""
    path = tmp_path / "station.toml"
    path.write_text(STATION)
    assert cli.main(["check", str(path)]) == os.EX_OK
    assert "error" not in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"\0" * 2_000_000, b"[" * 1_000_000, b"\xff\xfe" * 500_000, b"a = 1\n" * 200_000])
def test_a_huge_configuration(tmp_path, capsys, content):
    """Megabytes of nothing, brackets, or keys: refused in a moment, in a few lines."""
    path = tmp_path / "station.toml"
    path.write_bytes(content)
    assert cli.main(["check", str(path)]) == os.EX_CONFIG
    said = capsys.readouterr()
    assert len(said.out + said.err) < 20_000


@pytest.mark.parametrize(
    "content",
    [
        b"\0" * 1_000_000,
        b"[" * 300_000,
        b'{"a":' * 50_000,
        b"\xff\xfe garbage\n" * 1000,
        b'{"said":"begin","at_ns":1e400}\n',
        b"{}\n" * 10_000,
    ],
)
def test_a_recording_crafted_to_harm(tmp_path, capsys, content):
    """Without an end, nested, no text, numbers beyond numbers: refused with its line, and nothing is said of it."""
    path = tmp_path / "recording.jsonl"
    path.write_bytes(content)
    (tmp_path / "station.toml").write_text(STATION)
    code = cli.main(["replay", str(path), "--config", str(tmp_path / "station.toml")])
    said = capsys.readouterr()
    assert code != os.EX_OK
    assert len(said.out + said.err) < 20_000


def test_a_secret_in_the_configuration(tmp_path, capsys):
    """Written where the name of its file belongs: refused, and not repeated."""
    path = tmp_path / "station.toml"
    path.write_text(f'{STATION}[mqtt]\nhost = "b"\nusername = "st07"\ncredential = "{SECRET}"\n')
    assert cli.main(["check", str(path)]) == os.EX_CONFIG
    path.write_text(f'{STATION}[mqtt]\nhost = "b"\npassword = "{SECRET}"\n')
    assert cli.main(["check", str(path)]) == os.EX_CONFIG
    said = capsys.readouterr()
    assert SECRET not in said.out + said.err


def test_no_secret_comes_out(tmp_path, monkeypatch, caplog):
    """Right, wrong, broken: what the uplink says to the station, to the broker and to its log has no secret in it."""
    hurried(monkeypatch)
    caplog.set_level(logging.DEBUG)
    users, secret = tmp_path / "users", tmp_path / "secret"
    users.touch(mode=0o600)
    subprocess.run(["mosquitto_passwd", "-b", str(users), "st07", SECRET], check=True, capture_output=True)
    secret.write_text(SECRET)
    station = Station(tmp_path)
    station.open_journal()
    station.open_socket()
    account = {"username": "st07", "credential": str(secret)}
    with (
        broker(tmp_path, f"allow_anonymous true\npassword_file {users}\nuser root") as running,
        subscriber(running.port, "#") as plant,
    ):
        with sending(station, running.port, **account):
            heard = [station.hears("connected")]
        secret.write_text(f"not {SECRET}")
        with sending(station, running.port, **account):
            heard.append(station.hears("credential"))
        secret.write_bytes(SECRET.encode() + b"\xff")
        heard.append(str(trial(Settings(host="127.0.0.1", port=1, **account), "st07")))
    station.close()
    asked = [repr(request) for request in station.asked.queue]
    said = [message.payload for message in plant.messages.queue]
    assert len(said) >= 3
    files = [path.read_bytes() for path in tmp_path.glob("st07*") if path.is_file()]
    assert "holds no text" in heard[-1]
    assert not [text for text in (*heard, *asked, caplog.text) if SECRET in text]
    assert not [content for content in (*files, *said) if SECRET.encode() in content]


def test_a_key_with_a_passphrase_stops_nothing(tmp_path):
    """OpenSSL would ask for it on a terminal and wait for ever: it is refused with what to do."""
    with secure_plant(tmp_path) as plant:
        files = plant.files(ST07)
        locked = tmp_path / "locked.key"
        subprocess.run(
            ["openssl", "ec", "-in", files.key, "-aes256", "-passout", f"pass:{SECRET}", "-out", str(locked)],
            check=True, capture_output=True,
        )  # fmt: skip
        inbox = queue.Queue()
        tls = Tls(ca=files.ca, certificate=files.certificate, key=str(locked))
        settings = Settings(host="127.0.0.1", port=plant.port, tls=tls)
        Transport(settings, 1, "st07", Letter(topic=ALL[:-2], payload=b""), inbox.put, five=True).start()
        assert "passphrase" in inbox.get(timeout=WAIT_S).cause.text


def test_an_impostor_broker(tmp_path, monkeypatch):
    """A broker of another authority at the right address: the station tells it nothing, not even its name."""
    hurried(monkeypatch)
    folder = tmp_path / "impostor"
    folder.mkdir()
    station = Station(tmp_path)
    station.open_journal()
    station.open_socket()
    with (
        secure_plant(tmp_path) as plant,
        secure_plant(folder) as impostor,
        sending(station, impostor.port, tls=plant.files(ST07)),
    ):
        station.hears("authority that `ca` does not hold")
    station.close()


def test_hanging_up_at_once(tmp_path, monkeypatch):
    """Whoever is at the broker's address closes each connection: tried again with patience, never in a busy loop."""
    hurried(monkeypatch)
    station = Station(tmp_path)
    station.open_journal()
    station.open_socket()
    with socket.create_server(("127.0.0.1", 0)) as server, sending(station, server.getsockname()[1]) as uplink:
        for _ in range(3):
            server.accept()[0].close()
        assert uplink.connection.number <= 4
    station.close()
