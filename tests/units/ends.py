"""Scenarios of ends: each process killed, hung, stopped, replaced by a newer version and by the older one again."""

from __future__ import annotations

import signal

from tests.units.guest import BUNDLE, STATION, UNITS, UPLINK, Guest

RESUM = "find . -type f ! -name SHA256SUMS | sed 's,^./,,' | sort | xargs sha256sum >/run/sums; mv /run/sums SHA256SUMS"


def a_kill(guest: Guest) -> str:
    """SIGKILL with a call open: dark at once, made dark by another process, started again, and the call still open."""
    guest.plant()
    guest.works()
    call = guest.attended()
    before, since = guest.status(), guest.now()
    station_s, uplink_s = (guest.strike(unit, signal.SIGKILL) for unit in UNITS)
    assert '"event":"dark"' in guest.log(STATION), guest.log(STATION)
    guest.sees((), ("red",), ("buzzer",), ("yellow",), since=since)
    after = guest.status()
    assert before["epoch"] == after["epoch"]
    assert [call] == guest.calls()
    guest.let_go(call)
    return f"dark, then station after {station_s:.1f} s, uplink after {uplink_s:.1f} s; the call stayed open"


def a_hang(guest: Guest) -> str:
    """SIGSTOP: what is lit stays; the watchdog ends it, it is dark, and starts again."""
    guest.works()
    since = guest.now()
    station_s = guest.strike(STATION, signal.SIGSTOP)
    shown = [lit for _, lit in guest.shown(since)]
    assert shown[0] == (), shown
    guest.tested(since)
    uplink_s = guest.strike(UPLINK, signal.SIGSTOP)
    assert "watchdog" in guest.log(STATION).lower()
    guest.works()
    return f"station after {station_s:.1f} s, uplink after {uplink_s:.1f} s"


def each_without_the_other(guest: Guest) -> str:
    """The uplink's end takes neither lamp nor socket; the station's leaves the uplink trying."""
    guest.works()
    since, station = guest.now(), guest.pid(STATION)
    guest.run(f"systemctl stop {UPLINK}")
    guest.works()
    assert () not in [lit for _, lit in guest.shown(since)]
    guest.run(f"systemctl start {UPLINK}")
    uplink = guest.pid(UPLINK)
    guest.run(f"systemctl stop {STATION}")
    assert (True, ()) == (guest.active(UPLINK), guest.shown()[-1][1])
    guest.run(f"systemctl start {STATION}")
    assert (True, uplink) == (guest.pid(STATION) != station, guest.pid(UPLINK))
    return "the lamp did not notice the uplink's end"


def a_reload(guest: Guest) -> str:
    """`systemctl daemon-reload` in mid-run: the same processes, the lamp as it was, and still watched."""
    guest.works()
    before, since = [guest.pid(unit) for unit in UNITS], guest.now()
    guest.run("systemctl daemon-reload")
    assert (before, []) == ([guest.pid(unit) for unit in UNITS], guest.shown(since))
    return f"{guest.strike(STATION, signal.SIGSTOP):.1f} s to notice a hang afterwards"


def forward_and_back(guest: Guest) -> str:
    """The installer in mid-run with a call open, then back: new processes, the journal goes on, the call stays open."""
    guest.plant()
    guest.works()
    call = guest.attended()
    links, before = [guest.run("readlink /opt/edge-agent/current")], guest.status()
    # The same bundle with another name in it is another version, made beside the one there is.
    guest.run(f"cp -r {BUNDLE} /newer; echo newer >>/newer/LICENSE; cd /newer; {RESUM}")
    for command in ("/newer/install.sh", "/opt/edge-agent/current/install.sh --back"):
        since, pids = guest.now(), {unit: guest.pid(unit) for unit in UNITS}
        guest.run(command, wait_s=900)
        for unit, pid in pids.items():
            guest.restarted(unit, pid)
        guest.sees((), ("red",), ("buzzer",), ("yellow",), since=since)
        links.append(guest.run("readlink /opt/edge-agent/current"))
    assert links[0] == links[2] != links[1], links
    after = guest.status()
    assert (before["epoch"], [call]) == (after["epoch"], guest.calls())
    guest.let_go(call)
    return " -> ".join(links)
