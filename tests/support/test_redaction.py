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
        "certificate = 'st07.crt'",
        "user name or password not accepted; check `username` and the file named by `credential`",
        "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
        "sequence 17 of 20",
    ],
)
def test_what_is_none_stays(text):
    """Names of files, certificates, and what the agent says of passwords."""
    assert text == Redaction(["hunter2"]).clean(text)


@given(st.text(min_size=4, max_size=40), st.text(max_size=60), st.text(max_size=60))
def test_no_known_secret_stays_whatever_stands_around_it(secret, before, after):
    """Of any letters, in any text."""
    cleaned = Redaction([secret]).clean(f"{before}{secret}{after}")
    assert secret not in cleaned.replace(GONE, "\0\0\0\0") or secret in GONE
