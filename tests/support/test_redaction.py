"""Secrets taken out of texts: those that are known wherever they stand, and those that look like one."""

from __future__ import annotations

import base64
import json
import urllib.parse

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent.support.redaction import GONE, Redaction

SECRET = 'h0rse "battery"/staple'  # noqa: S105 - planted


@pytest.mark.parametrize(
    "text",
    [
        SECRET,
        json.dumps({"why": f"refused {SECRET}"}),
        f"mqtt://st07:{urllib.parse.quote(SECRET, safe='')}@broker",
        f"AUTH {base64.b64encode(SECRET.encode()).decode()}",
        f"in the middle{SECRET}of a word",
    ],
)
def test_a_known_secret_is_taken_out_in_any_spelling(text):
    """As it is, in JSON, in an address, encoded."""
    cleaned = Redaction([SECRET]).clean(text)
    assert "h0rse" not in cleaned
    assert "staple" not in cleaned
    assert base64.b64encode(SECRET.encode()).decode()[:12] not in cleaned


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('password = "hunter2"', f"password = {GONE}"),
        ("mqtt_passwd: hunter2", f"mqtt_passwd: {GONE}"),
        ("# the password is hunter2 for now", f"# the password is {GONE}"),
        ('{"api-key": "hunter2", "host": "a"}', f'{{"api-key": {GONE}, "host": "a"}}'),
        ("Authorization: Bearer hunter2hunter2", f"Authorization: {GONE}"),
        ("PSK=hunter2", f"PSK={GONE}"),
        ("tcp://st07:hunter2@broker:1883", f"tcp://{GONE}@broker:1883"),
        ("WIFI_PASSPHRASE='hunter2 x'", f"WIFI_PASSPHRASE={GONE}"),
        ("-----BEGIN EC PRIVATE KEY-----\nhunter2\n-----END EC PRIVATE KEY-----", GONE),
        ("-----BEGIN PRIVATE KEY-----\nhunter2", GONE),
        ('credential = "S3cr3tPass!"', f"credential = {GONE}"),
        ("credential = sommer2024", f"credential = {GONE}"),
        (
            "no way: /etc/edge-agent/credentials/sommer2024 cannot be read",
            f"no way: /etc/edge-agent/credentials/{GONE} cannot be read",
        ),
        (
            "/run/credentials/edge-agent-uplink@st07.service/sommer2024: no",
            f"/run/credentials/edge-agent-uplink@st07.service/{GONE} no",
        ),
        ('host = "u:S3cr3tPass@127.0.0.1"', f'host = "{GONE}@127.0.0.1"'),
        ('username = "st07:S3cr3tPass"', f'username = "st07:{GONE}"'),
        ("# password hunter2", f"# password {GONE}"),
        ("network={ psk hunter2 }", f"network={{ psk {GONE} }}"),
        ("mosquitto_pub -u st07 -P hunter2 -t x", f"mosquitto_pub -u st07 -P {GONE} -t x"),
        ("mosquitto_pub -P 'hunter 2' -t x", f"mosquitto_pub -P {GONE} -t x"),
        ("key=hunter2", f"key={GONE}"),
        ("mqtt_password hunter2, psk in-1-out", f"mqtt_password {GONE} psk {GONE}"),
        ("pw: hunter2", f"pw: {GONE}"),
        ("Passwort: hunter2", f"Passwort: {GONE}"),
        ("mqtt://u:hun/ter@2@h/topic", f"mqtt://{GONE}@h/topic"),
    ],
)
def test_what_looks_like_a_secret_is_taken_out(text, left):
    """Named by a word that says so, in an address, or a key."""
    assert left == Redaction([]).clean(text)


@pytest.mark.parametrize(
    "text",
    [
        'credential = "st07.password"',
        'key = "st07.key"',
        'credential = "/etc/edge-agent/credentials/st07.password"',
        "key: /etc/credstore/st07.key cannot be read",
        '# credential = "mqtt-password"   # name of a credential file, never the secret itself',
        "/run/credentials/edge-agent-uplink@st07.service/st07.password holds no password; write it there as one line",
        "ramfs /run/credentials/systemd-sysusers.service ramfs ro 0 0",
        "the password into the file of credential",
        "edge-agent-station@st07.service: Started; 12:30:05 edge-agent-uplink@st07",
        "pwm = 1; unknown key 'tolerence'; did you mean 'tolerance'?",
        "mosquitto_pub -p 1883 -h broker",
        "certificate = 'st07.crt'",
        "user name or password not accepted; check `username` and the file named by `credential`",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "sequence 17 of 20",
    ],
)
def test_what_is_none_stays(text):
    """Names of files, certificates, and what the agent says of passwords."""
    assert text == Redaction(["hunter2"]).clean(text)


@pytest.mark.parametrize("text", ["a" * 400_000, "a:" * 200_000, "password" * 50_000, "a@" * 200_000])
def test_a_long_line_takes_no_longer_than_its_length(text):
    """What is gathered may be a megabyte without a blank; a pattern that tries each place anew would take an hour."""
    assert len(Redaction([]).clean(text)) <= len(text) + len(GONE)


@given(st.text(min_size=4, max_size=40), st.text(max_size=60), st.text(max_size=60))
def test_no_known_secret_stays_whatever_stands_around_it(secret, before, after):
    """Of any letters, in any text."""
    cleaned = Redaction([secret]).clean(f"{before}{secret}{after}")
    assert secret not in cleaned.replace(GONE, "\0\0\0\0") or secret in GONE
