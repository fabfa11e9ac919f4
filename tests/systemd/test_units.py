"""The units as systemd reads them: no complaint, a sandbox that stays closed, a lamp that waits for no network."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

SYSTEMD = Path(__file__).parents[2] / "systemd"
STATION, UPLINK = SYSTEMD / "edge-agent-station@.service", SYSTEMD / "edge-agent-uplink@.service"
CARD, SETTLE = SYSTEMD / "edge-agent-card.service", SYSTEMD / "edge-agent-settle.service"
UNITS = (STATION, UPLINK, CARD, SETTLE)
ANALYZE = shutil.which("systemd-analyze")
EXPOSURE = {STATION: 1.0, UPLINK: 1.0, CARD: 1.7}  # of 10; a weaker sandbox is a decision, not an accident
needs_systemd = pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is missing: apt-get install systemd")


def analyze(*words):
    return subprocess.run([str(ANALYZE), *words], check=False, capture_output=True, text=True, timeout=60)


def exposed(unit, most):
    """Whether the unit's exposure is above `most` of 10."""
    words = ("security", "--offline=true", "--no-pager", f"--threshold={most * 10:.0f}")
    return analyze(*words, str(unit)).returncode != 0


def settings(unit):
    """Its lines as (name, value), in order."""
    lines = (line for line in unit.read_text().splitlines() if line[:1].isalpha())
    return [(name, value) for name, _, value in (line.partition("=") for line in lines)]


def weakened(unit, folder, *without):
    """A copy of the unit without some settings."""
    copy = folder / unit.name
    copy.write_text("\n".join(line for line in unit.read_text().splitlines() if not line.startswith(without)))
    return copy


@needs_systemd
@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_systemd_has_no_complaint(unit, tmp_path):
    """Every word is known to it and in its place: an unknown one is ignored, and the sandbox has a hole."""
    here = tmp_path / unit.name
    here.write_text(
        re.sub(r"/opt/edge-agent/current/(bin/python|install.sh)", str(shutil.which("true")), unit.read_text())
    )
    done = analyze("verify", str(here))
    assert (0, "") == (done.returncode, done.stderr)


@needs_systemd
def test_a_word_systemd_does_not_know_is_seen(tmp_path):
    """The control of the test above."""
    here = tmp_path / STATION.name
    here.write_text(STATION.read_text().replace("ProtectHome=", "ProtectHomes="))
    assert "ProtectHomes" in analyze("verify", str(here)).stderr


@needs_systemd
@pytest.mark.parametrize("unit", EXPOSURE, ids=lambda unit: unit.name)
def test_the_sandbox_is_closed(unit):
    """The exposure is what README.md says, at most."""
    assert not exposed(unit, EXPOSURE[unit])


@needs_systemd
@pytest.mark.parametrize(
    ("unit", "without"),
    [
        (STATION, "PrivateNetwork="),
        (STATION, "SystemCallFilter="),
        (UPLINK, "PrivateDevices="),
        (UPLINK, "IPAddressDeny="),
    ],
)
def test_a_hole_in_a_sandbox_is_seen(unit, without, tmp_path):
    """The control of the test above: without one of its walls the unit is over the limit."""
    assert exposed(weakened(unit, tmp_path, without), EXPOSURE[unit])


def test_the_lamp_waits_for_no_network():
    """The station is ordered after its disk and the look at the card, and is started again however often it ends."""
    unit = dict(settings(STATION))
    assert not {"Wants", "Requires", "BindsTo", "PartOf"} & unit.keys()
    assert CARD.name == unit["After"]


def test_the_look_at_the_card_ends():
    """It holds the station up for two minutes at most, whatever is on the card; its failure does not matter."""
    unit = dict(settings(CARD))
    assert ("notify", "120") == (unit["Type"], unit["TimeoutStartSec"])
    assert not {"Before", "RequiredBy"} & unit.keys()


def test_the_station_starts_again_for_ever():
    """With nobody there to reset it, a limit would be a station that stays dark."""
    unit = dict(settings(STATION))
    assert ("always", "0") == (unit["Restart"], unit["StartLimitIntervalSec"])


def test_devices_are_allowed_by_class():
    """A glob of paths is taken without a word and allows nothing: classes, and only those of pins and ports."""
    allowed = [value for name, value in settings(STATION) if name == "DeviceAllow"]
    assert [f"char-{kind} rw" for kind in ("gpiochip", "ttyUSB", "ttyACM", "ttyAMA", "ttyS")] == allowed
    assert "DeviceAllow" not in dict(settings(UPLINK))


def test_what_the_agent_reads_of_proc_is_not_hidden():
    """`ProcSubset=pid` hides the identity of the boot and of the board: every boot would be called `unknown`."""
    assert not [unit.name for unit in UNITS if "ProcSubset" in dict(settings(unit))]


def test_a_dead_station_is_made_dark():
    """What was killed cannot switch its lamps off; the same program does it, on the same configuration."""
    unit = dict(settings(STATION))
    started, after = unit["ExecStart"].split(), unit["ExecStopPost"].removeprefix("-").split()
    assert [*started[:-1], "--dark", started[-1]] == after


@pytest.mark.parametrize("unit", [STATION, UPLINK], ids=lambda unit: unit.name)
def test_the_journal_is_for_its_user_alone(unit):
    """What these units make nobody else can read or change; the socket's rights are given by the agent."""
    assert "0077" == dict(settings(unit))["UMask"]


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_every_setting_is_explained(unit):
    """README.md says of each setting what it is for."""
    said = (SYSTEMD / "README.md").read_text()
    assert [] == [name for name, _ in settings(unit) if f"`{name}=" not in said and f"`{name}`" not in said]
