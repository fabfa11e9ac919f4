"""`python -m tests.systemd [SCENARIO ...]`: the units under a real systemd, in a container; needs root."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

from tests.systemd.container import CONFIG, STATION, UPLINK, Container, booted, missing

HERE = Path(__file__).parent
SIMPLE = "[Service]\nType=oneshot\nRestart=no\nWatchdogSec=0\nExecStopPost=\nExecStart=\n"


def starts_without_a_network(guest: Container) -> str:
    """Both are active with no network but the loopback; the station before the uplink has tried to connect."""
    assert guest.run("ls /sys/class/net", well=False) in ("lo", "")
    assert guest.status()["station"].endswith("/st07")
    exposures = {unit: guest.run(f"systemd-analyze security --no-pager {unit} | tail -1") for unit in (STATION, UPLINK)}
    assert all(": 1.0 OK" in said for said in exposures.values()), exposures
    return "exposure 1.0 and 1.0"


def touches_what_it_must_and_nothing_else(guest: Container) -> str:
    """In each unit's own sandbox, what README.md's table lists works and what it does not list is refused."""
    guest.run("mkdir -p /probe && cat > /probe/probe.py <<'END'\n" + (HERE / "probe.py").read_text() + "\nEND")
    said = {unit: probed(guest, unit) for unit in (STATION, UPLINK)}
    for each in said.values():
        assert {"well"} == set(each["needed"].values()), each["needed"]
        assert "well" not in each["forbidden"].values(), each["forbidden"]
    internet = [said[unit]["others"]["internet"] == "well" for unit in (STATION, UPLINK)]
    assert [False, True] == internet, said
    return "; ".join(f"{name} refused" for name in said[STATION]["forbidden"])


def comes_back_after_a_kill(guest: Container) -> str:
    """SIGKILL: started again, the lamps made dark in between, the numbers of the journal going on."""
    before = guest.status()
    station_s, uplink_s = (guest.strike(unit, signal.SIGKILL) for unit in (STATION, UPLINK))
    assert '"event":"dark"' in guest.log(STATION), guest.log(STATION)
    guest.until(lambda: guest.status().get("seq", 0) > before["seq"])
    assert before["epoch"] == guest.status()["epoch"]
    return f"station after {station_s:.1f} s, uplink after {uplink_s:.1f} s"


def comes_back_after_a_hang(guest: Container) -> str:
    """SIGSTOP: the watchdog notices, ends and starts it again."""
    station_s, uplink_s = (guest.strike(unit, signal.SIGSTOP) for unit in (STATION, UPLINK))
    assert station_s > 1 < uplink_s
    return f"station after {station_s:.1f} s, uplink after {uplink_s:.1f} s"


def one_does_not_need_the_other(guest: Container) -> str:
    """The uplink's end takes neither the station nor its socket; the station's leaves the uplink trying."""
    station, uplink = guest.pid(STATION), guest.pid(UPLINK)
    guest.run(f"systemctl stop {UPLINK}")
    assert guest.status()["station"].endswith("/st07")
    guest.run(f"systemctl start {UPLINK}")
    uplink = guest.pid(UPLINK)
    guest.run(f"systemctl stop {STATION}")
    assert guest.active(UPLINK)
    guest.run(f"systemctl start {STATION}")
    assert (True, uplink) == (guest.pid(STATION) != station, guest.pid(UPLINK))
    return "each stopped and started alone"


def reload_changes_nothing(guest: Container) -> str:
    """`systemctl daemon-reload` in mid-run: the same processes, and still watched."""
    before = [guest.pid(unit) for unit in (STATION, UPLINK)]
    guest.run("systemctl daemon-reload")
    assert before == [guest.pid(unit) for unit in (STATION, UPLINK)]
    return f"{guest.strike(STATION, signal.SIGSTOP):.1f} s to notice a hang afterwards"


def finds_its_broker(guest: Container) -> str:
    """A broker that comes up hours later is found, and told everything."""
    guest.run("ip link set lo up 2>/dev/null; mosquitto -d -p 1883", well=False)
    took_s = guest.until(lambda: "connected" in guest.status().get("uplink", ""))
    heard = guest.run("timeout 60 mosquitto_sub -C 1 -t 'andon/v1/acme/plant1/assembly/line4/st07/status'")
    assert json.loads(heard)["state"] == "online"
    return f"connected after {took_s:.1f} s"


def a_wrong_configuration_is_mended(guest: Container) -> str:
    """It is tried again and again; once the file is right it starts with nobody at the terminal."""
    guest.run(
        f"cp {CONFIG} /tmp/right; sed -i s/gpio_pulse/gpio_puls/ {CONFIG}; systemctl restart {STATION}", well=False
    )
    guest.until(lambda: "did you mean 'gpio_pulse'" in guest.log(STATION))
    guest.until(lambda: int(guest.of(STATION, "NRestarts")) > 1)
    guest.run(f"cp /tmp/right {CONFIG}")
    return f"active {guest.until(lambda: guest.active(STATION)):.1f} s after it was mended"


def a_full_disk_does_not_end_it(guest: Container) -> str:
    """The lamp goes on, `status` says so, and with room again the journal does."""
    guest.run(f"systemctl stop {STATION} {UPLINK}; mount -t tmpfs -o size=4m none /var/lib/edge-agent")
    guest.run(f"systemctl start {STATION} {UPLINK}")
    pid, seq = guest.pid(STATION), guest.status()["seq"]
    guest.run("head -c 8m /dev/zero >/var/lib/edge-agent/full", well=False)
    guest.until(lambda: raised(guest) and "journal" in guest.status()["degraded"])
    guest.run("rm /var/lib/edge-agent/full")
    guest.until(lambda: "journal" not in guest.status()["degraded"] and guest.status()["seq"] > seq)
    assert pid == guest.pid(STATION)
    return "degraded and back, the same process"


SCENARIOS: tuple[Callable[[Container], str], ...] = (
    starts_without_a_network,
    touches_what_it_must_and_nothing_else,
    comes_back_after_a_kill,
    one_does_not_need_the_other,
    finds_its_broker,
    a_wrong_configuration_is_mended,
    comes_back_after_a_hang,
    reload_changes_nothing,
    a_full_disk_does_not_end_it,
)


def probed(guest: Container, unit: str) -> dict[str, dict[str, str]]:
    """What came of each attempt in a copy of this unit's sandbox."""
    copy = unit.replace("@", "-probe@")
    place = f"/etc/systemd/system/{copy.partition('@')[0]}@.service"
    guest.run(f"cp /etc/systemd/system/{unit.partition('@')[0]}@.service {place}; mkdir -p {place}.d")
    guest.run(f"printf '{SIMPLE}ExecStart=/usr/bin/python3 /probe/probe.py\\n' >{place}.d/probe.conf")
    guest.run(f"systemctl daemon-reload; systemctl start {copy}")
    outcomes: dict[str, dict[str, str]] = json.loads(
        next(line for line in guest.log(copy).splitlines() if line.startswith("{"))
    )
    return outcomes


def raised(guest: Container) -> bool:
    """Whether something could be given to the journal to keep: a planned stop, begun and ended."""
    guest.run(
        f"edge-agent plan stop --config {CONFIG} --why full; edge-agent plan resume --config {CONFIG}", well=False
    )
    return True


def main(wanted: list[str]) -> int:
    """Run the scenarios named, else all, one after another in one container; 1 where one is not as it should be."""
    if why := missing():
        sys.stderr.write(f"systemd: {why}\n")
        return 69
    failed = 0
    with booted() as guest:
        for scenario in SCENARIOS:
            if wanted and scenario.__name__ not in wanted:
                continue
            began_s = time.monotonic()
            try:
                guest.until(guest.active)
                said = scenario(guest)
            except Exception as error:  # noqa: BLE001 - the other scenarios are still of interest
                failed, said = failed + 1, f"FAILED: {error!r}"
            sys.stdout.write(f"{scenario.__name__} ({time.monotonic() - began_s:.0f} s): {said}\n")
            sys.stdout.flush()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
