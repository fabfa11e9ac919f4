"""What the broker wants is called the same by the unit, the doctor, what `init` writes, a card's folder, the pages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from edge_agent.card import fleet
from edge_agent.config import template
from edge_agent.doctor import certificates
from edge_agent.verbs import init
from tests.systemd.test_units import UPLINK, settings

ROOT = Path(__file__).parents[2]
NAMED = re.compile(r"\b(?:credential|ca|certificate|key) = \"([^\"/{}]+)\"|/etc/credstore/([\w.-]+)")
FIELDS = {"standard": "55", "name": "st07"}


def loaded(instance: str) -> set[str]:
    """What the unit of the uplink loads."""
    return {value.replace("%i", instance) for name, value in settings(UPLINK) if name == "LoadCredential"}


def named(text: str) -> set[str]:
    """Names of files of the broker in a text."""
    return {name for found in NAMED.findall(text) for name in found if name}


def initial(instance: str) -> str:
    """What `edge-agent init` writes where it is told the least."""
    return template.written(init.answers(FIELDS, None), instance)


@pytest.mark.parametrize("instance", ["station", "st07"])
def test_the_unit_loads_what_init_proposes_and_doctor_knows(instance):
    """All four, by the name of the configuration, which is the unit's instance."""
    assert loaded(instance) == named(initial(instance))
    assert loaded(instance) == {each.format(instance) for each in certificates.LOADED}


def test_init_calls_them_after_the_file_it_writes(tmp_path):
    """As the unit does."""
    out = tmp_path / "press3.toml"
    words = {"out": str(out), "force": False, "yes": True, **FIELDS}
    init.run(init.argparse.Namespace(**words))
    assert '"press3.password"' in out.read_text()


@pytest.mark.parametrize(
    "text",
    [
        fleet.CREDENTIALS,
        (ROOT / "examples" / "station.toml").read_text(),
        (ROOT / "examples" / "mosquitto" / "README.md").read_text(),
        (ROOT / "systemd" / "README.md").read_text().partition("## Secrets")[2].partition("\n## ")[0],
    ],
    ids=["card", "example", "mosquitto", "README"],
)
def test_pages_and_folders_say_the_same(text):
    """No other name of such a file anywhere; a page may leave out what it does not tell of."""
    found = named(text) | set(re.findall(r"`((?:ca|station)\.[a-z]+)`", text)) - {"station.toml", "ca.key"}
    assert found
    assert found <= loaded("station")


def test_the_station_reads_no_secret():
    """Those that lie where the uplink reads them anew are hidden from the process that owns the devices."""
    station = dict(settings(UPLINK.with_name("edge-agent-station@.service")))
    assert "-/etc/edge-agent/credentials" == station["InaccessiblePaths"]
    assert "InaccessiblePaths" not in dict(settings(UPLINK))
