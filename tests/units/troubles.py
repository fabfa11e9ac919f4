"""Scenarios of what is around the station: network, disk, clock, configuration, and the walls of its sandbox."""

from __future__ import annotations

import itertools
import json

from tests.units.guest import CONFIG, FOLDER, STATION, UNITS, UPLINK, Guest
from tests.vm.wires import CORD, RESET

DISKS = ("/", FOLDER)
SIMPLE = "[Service]\\nType=oneshot\\nRestart=no\\nWatchdogSec=0\\nExecStopPost=\\nExecStart=\\n"
BOTH = {"boot", "configuration", "journal", "socket", "unix"}
WORKS = {STATION: BOTH | {"pins", "serial port", "clock read"}, UPLINK: BOTH | {"plant"}}


def a_network_that_comes_late(guest: Guest) -> str:
    """Until it is there the uplink says so; then it connects, and tells everything that happened before."""
    assert guest.status()["uplink"] != "connected"
    guest.plant()
    took_s = guest.until(lambda: guest.status()["uplink"] == "connected")
    guest.hears("agent.started")
    guest.until(lambda: guest.heard("status") and guest.heard("status")[-1]["state"] == "online")
    numbers = [int(event["id"].rpartition("/")[2]) for event in guest.heard()]
    assert numbers[0] == 1, numbers
    return f"connected after {took_s:.1f} s, {len(numbers)} events from the first one on"


def a_full_disk(guest: Guest) -> str:
    """The lamp goes on, `status` says so, and with room again what was said meanwhile is recorded."""
    guest.plant()
    guest.works()
    pid = guest.pid(STATION)
    guest.run(f"dd if=/dev/zero of={FOLDER}/full bs=64k", well=False)
    assert call_and_restore(guest) > 0
    guest.until(lambda: call_and_restore(guest) and "journal" in guest.status()["degraded"])
    why = guest.status()["degraded"]["journal"]
    assert guest.shown()[-1][1] == ("green",)
    guest.run(f"rm {FOLDER}/full")
    guest.until(lambda: "journal" not in guest.status()["degraded"])
    guest.works()
    assert pid == guest.pid(STATION)
    return why


def a_file_system_that_fails(guest: Guest) -> str:
    """With an error of its own, and nobody may write any more: the lamp goes on; repaired, so does the journal."""
    guest.plant()
    guest.works()
    before, pid = guest.status(), guest.pid(STATION)
    guest.run("echo 1 >/sys/fs/ext4/ubdb/trigger_fs_error")
    guest.until(lambda: call_and_restore(guest) and "journal" in guest.status()["degraded"])
    why = guest.status()["degraded"]["journal"]
    assert (pid, ("green",)) == (guest.pid(STATION), guest.shown()[-1][1])
    guest.run(f"systemctl stop {STATION} {UPLINK}; umount {FOLDER}")
    guest.run("e2fsck -p /dev/ubdb", well=False)  # 1: repaired
    guest.run(f"systemctl start {STATION} {UPLINK}")
    after = guest.status()
    assert (before["epoch"], True) == (after["epoch"], after["seq"] > before["seq"])
    assert "journal" not in after["degraded"]
    return why


def a_disk_remounted_read_only(guest: Guest) -> str:
    """By the kernel, under open files: the lamp goes on, `status` says so; writable again, all of it is recorded."""
    guest.plant()
    guest.works()
    pid, pulls = guest.pid(STATION), itertools.count(1)
    guest.run("echo u >/proc/sysrq-trigger")  # every disk, the system's own too; later, in a thread of the kernel
    guest.until(lambda: all(guest.run(f"findmnt -no FS-OPTIONS {each}").startswith("ro") for each in DISKS))
    recorded = guest.status()["seq"]
    guest.until(lambda: next(pulls) and call_and_restore(guest) and "journal" in guest.status()["degraded"])
    assert call_and_restore(guest) > 0  # and one more while it says so
    status, pulled = guest.status(), next(pulls)
    assert f"{FOLDER} is mounted read-only" in guest.run(f"edge-agent doctor {CONFIG}", well=False)
    assert (pid, ("green",), recorded) == (guest.pid(STATION), guest.shown()[-1][1], status["seq"])
    guest.run("".join(f"mount -o remount,rw {each};" for each in DISKS))
    took_s = guest.until(lambda: "journal" not in guest.status()["degraded"])
    guest.until(lambda: whole(guest, "help", pulled))
    assert pid == guest.pid(STATION)
    return f"{status['degraded']['journal']}; {pulled} calls meanwhile, recorded {took_s:.1f} s after it was writable"


def whole(guest: Guest, kind: str, calls: int) -> bool:
    """Whether so many calls of this kind were heard in this scenario, and each event of it up to the last recorded."""
    events = {int(event["id"].rpartition("/")[2]): event for event in guest.heard()[guest.passed :]}
    raised = [event for event in events.values() if event["type"] == "andon.call.raised.v1"]
    of_kind = [event for event in raised if event["data"]["kind"] == kind]
    assert len(of_kind) <= calls, of_kind
    return len(of_kind) == calls and list(range(min(events), guest.status()["seq"] + 1)) == sorted(events)


def a_clock_that_is_set(guest: Guest) -> str:
    """Five hours on and ten back while a cord is pulled: the lamp goes by its own time, and the step is told."""
    guest.plant()
    guest.works()
    pid, since = guest.pid(STATION), guest.now()
    guest.drive(CORD, high=True)
    pulled_ns = guest.sees(("yellow", "buzzer"), since=since)
    guest.run("date -s '+5 hours'")
    call = guest.hears("call.raised", kind="help")["data"]["call"]
    guest.run("date -s '-10 hours'")
    stopped_ns = guest.sees(("red", "buzzer"), since=since)
    assert 19.5e9 < stopped_ns - pulled_ns < 60e9, (pulled_ns, stopped_ns)
    guest.let_go(call)
    guest.run("date -s '+5 hours'")
    guest.works()
    assert pid == guest.pid(STATION)
    return f"red {(stopped_ns - pulled_ns) / 1e9:.1f} s after yellow"


def a_wrong_configuration(guest: Guest) -> str:
    """It is told once, tried again seldom, and starts by itself once the file is right."""
    before = int(guest.of(STATION, "NRestarts"))
    guest.run(f"cp {CONFIG} /run/right; sed -i s/gpio_pulse/gpio_puls/ {CONFIG}")
    guest.run(f"systemctl restart {STATION}", well=False)
    guest.until(lambda: "did you mean 'gpio_pulse'" in guest.log(STATION))
    guest.run("sleep 15")
    tried = int(guest.of(STATION, "NRestarts")) - before
    assert tried <= 2, tried
    assert "was refused and is unchanged" in guest.run(f"systemctl status --no-pager {STATION}", well=False)
    guest.run(f"cp /run/right {CONFIG}")
    took_s = guest.until(guest.active)
    return f"{tried} starts in 15 s; active {took_s:.1f} s after it was mended"


def nothing_is_missing(guest: Guest) -> str:
    """After all of it, what the listener has heard of this journal has no hole, up to the last event recorded."""
    guest.plant()
    guest.until(lambda: not guest.status()["depth"])
    status = guest.status()
    ids = [event["id"].split("/") for event in guest.heard()]
    numbers = {int(number) for _, epoch, number in ids if epoch == status["epoch"]}
    assert set(range(1, status["seq"] + 1)) <= numbers, set(range(1, status["seq"] + 1)) - numbers
    return f"{status['seq']} events, {len(ids)} heard"


def walls(guest: Guest) -> str:
    """In each unit's own sandbox works what README.md's table lists for it, and nothing else that is tried."""
    guest.plant()
    guest.works()
    guest.run(f"systemctl stop {STATION}")  # it has the serial port for itself
    said = {unit: probed(guest, unit) for unit in UNITS}
    guest.run(f"systemctl start {STATION}")
    for unit, outcomes in said.items():
        assert WORKS[unit] == {name for name, outcome in outcomes.items() if outcome == "well"}, outcomes
    unfiltered = probed(guest, UPLINK, "IPAddressDeny=\\nIPAddressAllow=\\n")
    assert unfiltered["outside the plant"] == "well", "the filter is what refuses"
    exposures = [guest.run(f"systemd-analyze security --no-pager {unit} | tail -1") for unit in UNITS]
    assert all(": 1.0 OK" in exposure for exposure in exposures), exposures
    return f"{len(said[STATION])} attempts; outside the plant: {said[UPLINK]['outside the plant']}"


def probed(guest: Guest, unit: str, more: str = "") -> dict[str, str]:
    """What came of each attempt in a copy of this unit's sandbox."""
    copy = unit.replace("@", "-probe@")
    place = f"/etc/systemd/system/{copy.partition('@')[0]}@.service"
    guest.run(f"cp /etc/systemd/system/{unit.partition('@')[0]}@.service {place}; mkdir -p {place}.d /probe")
    guest.run("cp /run/checkout/tests/units/probe.py /probe/")
    program = "ExecStart=/usr/bin/python3 /probe/probe.py"
    guest.run(f"printf '{SIMPLE}{more}{program}\\n' >{place}.d/probe.conf; systemctl daemon-reload")
    guest.run(f"systemctl start {copy}")
    lines = guest.run(f"journalctl --no-pager -o cat -n 20 -u {copy}").splitlines()
    outcomes: dict[str, str] = json.loads(next(line for line in reversed(lines) if line.startswith("{")))
    return outcomes


def call_and_restore(guest: Guest) -> int:
    """Pull the cord, see the lamp call, push it back and reset, see green: the lamp whatever the disk does."""
    since = guest.now()
    guest.drive(CORD, high=True)
    at_ns = guest.sees(("yellow", "buzzer"), since=since)
    guest.drive(CORD, high=False)
    guest.press(RESET)
    guest.works()
    return at_ns
