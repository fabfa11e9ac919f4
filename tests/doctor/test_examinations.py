"""Each examination: well on evidence, ill with a remedy, unknown where nobody can tell."""

from __future__ import annotations

import datetime as dt
import os
import socket
import ssl
import stat
import threading
from pathlib import Path

import msgspec
import pytest
import trustme

from edge_agent import clock
from edge_agent.doctor import (
    EXAMINATIONS,
    broker,
    card,
    certificates,
    configured,
    examined,
    folders,
    journal_file,
    permissions,
    pins,
    ports,
    power,
    running,
    telling,
    time_of_day,
    units,
    versions,
)
from edge_agent.doctor.finding import Finding
from edge_agent.events import Event, SensorLost
from edge_agent.journal import Entry, Journal, Label, Settings
from tests import mosquitto
from tests.doctor.machine import case, put, said, status, verdicts

RUNNING = "LoadState=loaded\nUnitFileState=enabled\nActiveState=active\nSubState=running\nNRestarts=0\nResult=success\n"
MQTT = '\n[mqtt]\nhost = "127.0.0.1"\nport = {port}\n'
TLS = MQTT + '[mqtt.tls]\nca = "{ca}"\n'
LABEL = Label(now_ns=0, wall_ns=clock.wall_ns(), time_quality="synced")


def mounts(root: Path, kind: str = "ext4", options: str = "rw", device: str = "/dev/mmcblk0p2") -> Path:
    """The kernel's table, with one file system."""
    return put(root, proc__self__mounts=f"{device} / {kind} {options} 0 0\n")


# -- power -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bits", "found"),
    [
        ("0x0", ["ok power"]),
        ("0x1", ["failed power"]),
        ("0x50005", ["failed power", "failed power"]),
        ("0x50000", ["warning power", "warning power"]),
    ],
)
def test_the_firmware_tells_of_the_supply(tmp_path, bits, found):
    """Now is a failure, since the start a warning, nothing is well."""
    assert found == verdicts(power.examine, case(tmp_path, {"vcgencmd get_throttled": f"throttled={bits}\n"}))


def test_the_kernel_tells_where_the_firmware_does_not(tmp_path):
    """The sensor rpi_volt among others."""
    put(tmp_path, sys__class__hwmon__hwmon0__name="cpu_thermal", sys__class__hwmon__hwmon1__name="rpi_volt")
    put(tmp_path, sys__class__hwmon__hwmon1__in0_lcrit_alarm="0")
    assert ["ok power"] == verdicts(power.examine, case(tmp_path))
    put(tmp_path, sys__class__hwmon__hwmon1__in0_lcrit_alarm="1")
    assert ["failed power"] == verdicts(power.examine, case(tmp_path))


@pytest.mark.parametrize("answer", ["", 'error=1 error_msg="Command not registered"', "throttled=0xzz"])
def test_a_machine_that_does_not_tell_is_not_well(tmp_path, answer):
    """No Pi, no firmware, an answer nobody expects: unknown, whatever is not there."""
    of = case(tmp_path, {"vcgencmd": answer})
    found = [each for each in examined(of) if each.what == "power"]
    assert ["unknown"] == [each.verdict for each in found]


# -- card --------------------------------------------------------------------------------------------------------


def test_a_card_is_well_on_the_kernels_word(tmp_path):
    """No error counted; wear is unknown where the memory does not tell."""
    put(mounts(tmp_path), sys__fs__ext4__mmcblk0p2__errors_count="0")
    assert ["ok free space", "ok card", "unknown wear"] == verdicts(card.examine, case(tmp_path))


def test_a_card_that_dies_is_seen(tmp_path):
    """Errors counted, its life used up, turned read-only."""
    put(mounts(tmp_path, options="ro,relatime"), sys__fs__ext4__mmcblk0p2__errors_count="3")
    put(tmp_path, sys__block__mmcblk0__device__life_time="0x0b 0x02")
    assert ["failed card", "failed card", "failed wear"] == verdicts(card.examine, case(tmp_path))[1:]


def test_the_root_file_system_has_another_name(tmp_path):
    """The kernel's table calls it /dev/root; which that is stands on its command line."""
    put(mounts(tmp_path, device="/dev/root"), proc__cmdline="console=tty1 root=/dev/mmcblk0p2 rw")
    put(tmp_path, sys__fs__ext4__mmcblk0p2__errors_count="0")
    assert "ok card" in verdicts(card.examine, case(tmp_path))


def test_little_room_is_said(tmp_path, monkeypatch):
    """Below 512 MB it is a warning, below 64 a failure."""
    real = os.statvfs(tmp_path)
    for free_mb, verdict in ((600, "ok"), (300, "warning"), (20, "failed")):
        fields = [real.f_bsize, 4096, real.f_blocks, real.f_bfree, free_mb * 256, 10**6, 10**6, 10**6, 0, 255]
        monkeypatch.setattr("os.statvfs", lambda _, found=fields: os.statvfs_result(found))
        assert f"{verdict} free space" == verdicts(card.examine, case(mounts(tmp_path)))[0]


# -- journal -----------------------------------------------------------------------------------------------------


def recorded(path: Path, count: int = 3) -> None:
    """A journal with some events."""
    journal = Journal(Settings(path=str(path)), "boot")
    journal.open()
    events = tuple(Event(number, SensorLost(sensor="gauge", why="unplugged")) for number in range(count))
    journal.write([Entry(events=events)], LABEL)
    journal.close()


def test_a_whole_journal_is_well_and_left_as_it_is(tmp_path):
    """Read only: not a byte of the file changes, and a writer may go on meanwhile."""
    of = case(tmp_path)
    recorded(tmp_path / "st07.db")
    before = (tmp_path / "st07.db").read_bytes()
    assert "3 recorded, 3 not confirmed" in said(journal_file.examine, of)
    assert before == (tmp_path / "st07.db").read_bytes()
    writer = Journal(Settings(path=str(tmp_path / "st07.db")), "boot")
    writer.open()
    writer.write([Entry(events=(Event(9, SensorLost(sensor="gauge", why="?")),))], LABEL)
    assert ["ok journal"] == verdicts(journal_file.examine, of)
    writer.close()


def test_a_damaged_journal_is_found(tmp_path):
    """Pages overwritten in the middle; another program's file; none at all is unknown, not well."""
    of = case(tmp_path)
    assert ["unknown journal"] == verdicts(journal_file.examine, of)
    path = tmp_path / "st07.db"
    recorded(path, 500)
    content = bytearray(path.read_bytes())
    for at in range(8192, len(content) - 4096, 4096):
        content[at : at + 512] = b"\xa5" * 512
    path.write_bytes(content)
    assert ["failed journal"] == verdicts(journal_file.examine, of)
    path.unlink()
    recorded(path)
    content = bytearray(path.read_bytes())
    count = int.from_bytes(content[28:32])  # pages, by the header; one more that nothing leads to
    path.write_bytes(content[:28] + (count + 1).to_bytes(4) + content[32:] + bytes(4096))
    assert "never used" in said(journal_file.examine, of), "what reads well may be damaged all the same"
    path.write_bytes(b"no database at all" * 100)
    assert ["failed journal"] == verdicts(journal_file.examine, of)


def test_journals_set_aside_are_said(tmp_path):
    """A start has found damage: whoever looks later must know."""
    recorded(tmp_path / "st07.db")
    put(tmp_path, **{"st07.db.corrupt-20261130T101112.000000Z": "x"})
    assert ["warning journal", "ok journal"] == verdicts(journal_file.examine, case(tmp_path))


# -- certificates ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days", "verdict"), [(400, "ok"), (10, "warning"), (-2, "failed")])
def test_days_left_are_counted(tmp_path, days, verdict):
    """From the certificate itself."""
    authority = trustme.CA()
    ends = dt.datetime.fromtimestamp(clock.wall_ns() / 1e9, dt.UTC) + dt.timedelta(days=days, hours=1)
    leaf = authority.issue_cert("st07", not_after=ends)
    leaf.cert_chain_pems[0].write_to_path(tmp_path / "st07.crt")
    leaf.private_key_pem.write_to_path(tmp_path / "st07.key")
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    extra = TLS.format(port=8883, ca=tmp_path / "ca.crt")
    extra += f'certificate = "{tmp_path}/st07.crt"\nkey = "{tmp_path}/st07.key"\n'
    found = said(certificates.examine, case(tmp_path, extra=extra))
    assert f"{verdict} certificate: {tmp_path}/st07.crt" in found
    assert "ok authority" in found


def test_the_end_is_what_openssl_says(tmp_path):
    """Our reading of the two times of a certificate, held against the library that made the connection."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.crt")
    context = ssl.create_default_context(cafile=tmp_path / "ca.crt")
    (known,) = context.get_ca_certs()
    expected_s = ssl.cert_time_to_seconds(str(known["notAfter"]))
    assert expected_s * clock.NS_PER_S == certificates.ends_ns((tmp_path / "ca.crt").read_text())


def test_files_that_are_none_are_said(tmp_path):
    """Rubbish is a failure; no TLS at all a warning."""
    put(tmp_path, rubbish="no certificate")
    assert ["failed authority"] == verdicts(
        certificates.examine, case(tmp_path, extra=TLS.format(port=1, ca=tmp_path / "rubbish"))
    )
    assert ["warning certificates"] == verdicts(certificates.examine, case(tmp_path, extra=MQTT.format(port=1)))


# -- broker ------------------------------------------------------------------------------------------------------


def test_a_broker_is_reached_or_the_cause_is_named(tmp_path):
    """By the uplink's word where it has one; else by a connection of our own."""
    with mosquitto.broker(tmp_path) as there:
        extra = MQTT.format(port=there.port)
        assert ["ok broker"] == verdicts(broker.examine, case(tmp_path, extra=extra))
        found = said(broker.examine, case(tmp_path, extra=extra, status=status("connecting")))
        assert "failed uplink: but the uplink says: connecting" in found
        assert ["ok broker"] == verdicts(broker.examine, case(tmp_path, extra=extra, status=status()))
    assert "failed broker: 127.0.0.1" in said(broker.examine, case(tmp_path, extra=extra))
    assert "(refused)" in said(broker.examine, case(tmp_path, extra=extra))


def test_what_answers_may_be_no_broker(tmp_path):
    """Somebody listens and says goodbye."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        extra = MQTT.format(port=server.getsockname()[1])
        server.settimeout(10)

        def goodbye() -> None:
            server.accept()[0].close()

        threading.Thread(target=goodbye, daemon=True).start()
        assert ["failed broker"] == verdicts(broker.examine, case(tmp_path, extra=extra))


# -- pins, ports, permissions ------------------------------------------------------------------------------------


def test_no_chip_is_no_pin(tmp_path, monkeypatch):
    """A PC; and a driver that is chosen for a trial is said to be one."""
    monkeypatch.delenv("GPIOZERO_PIN_FACTORY", raising=False)
    assert ["failed pins"] == verdicts(pins.examine, case(tmp_path))
    monkeypatch.setenv("GPIOZERO_PIN_FACTORY", "mock")
    assert "warning pins: GPIOZERO_PIN_FACTORY=mock chooses the driver: no real pin" in said(
        pins.examine, case(tmp_path)
    )


class Line(msgspec.Struct):
    """A line as libgpiod tells of it."""

    used: bool
    consumer: str


@pytest.mark.parametrize(
    ("line", "runs", "verdict"),
    [
        (Line(False, ""), False, "ok"),
        (Line(True, "edge-agent st07"), True, "ok"),
        (Line(False, ""), True, "failed"),
        (Line(True, "spi0 CS0"), False, "failed"),
        (Line(True, ""), False, "failed"),
    ],
)
def test_who_holds_a_line(tmp_path, line, runs, verdict):
    """Nobody before the station runs, the station while it does, and never another."""
    of = case(tmp_path, status=status() if runs else None)
    assert of.config is not None
    assert verdict == pins._held(of, of.config.wires()[0], line).verdict


def test_serial_ports_are_there_and_nobody_elses(tmp_path):
    """Not there names those that are; a file is none; a name that moves is a warning; a console is a failure."""
    put(tmp_path, **{"dev__serial__by-id__usb-scale": ""})
    gauge = (
        '\n[[characteristic]]\nname = "bore_mm"\n[[sensor]]\nname = "gauge"\nkind = "serial_line"\nport = "{port}"\n'
    )
    gauge += 'profile = "mitutoyo"\ncharacteristic = "bore_mm"\n'
    assert "there are: usb-scale" in said(ports.examine, case(tmp_path, extra=gauge.format(port="/dev/ttyUSB7")))
    put(tmp_path, dev__ttyUSB0="")
    assert ["failed port of gauge"] == verdicts(ports.examine, case(tmp_path, extra=gauge.format(port="/dev/ttyUSB0")))
    ours, theirs = os.openpty()
    real = Path(os.ttyname(theirs))
    (tmp_path / "dev" / "ttyACM0").symlink_to(real)
    of = case(tmp_path, extra=gauge.format(port="/dev/ttyACM0"))
    assert ["warning port of gauge"] == verdicts(ports.examine, of)
    put(tmp_path, proc__cmdline=f"console={real.name},115200 root=/dev/mmcblk0p2")
    assert "the console's" in said(ports.examine, of)
    os.close(ours)
    os.close(theirs)


def test_a_group_that_is_missing_is_named(tmp_path, monkeypatch):
    """By the device's own group and mode."""
    put(tmp_path, dev__gpiochip0="")
    chip = tmp_path / "dev" / "gpiochip0"
    monkeypatch.setattr(permissions, "user", lambda _: ("edge-agent", {chip.stat().st_gid}))
    monkeypatch.setattr(permissions, "_uid", lambda _: 4711)
    chip.chmod(0o660)
    assert "ok permission" in said(permissions.examine, case(tmp_path))
    chip.chmod(0o600)
    assert "udev" in said(permissions.examine, case(tmp_path))
    chip.chmod(0o660)
    monkeypatch.setattr(permissions, "user", lambda _: ("edge-agent", {4711}))
    assert "sudo usermod -aG" in said(permissions.examine, case(tmp_path))


# -- folders, clock, units, versions, configuration, station --------------------------------------------------------


def test_a_journal_in_memory_is_no_record(tmp_path):
    """Read-only systems lay a memory over their folders: what is written there is gone with the power."""
    assert "failed" not in said(folders.examine, case(mounts(tmp_path)))
    assert "lost with the power" in said(folders.examine, case(mounts(tmp_path, "overlay")))


def test_a_clock_that_nobody_sets_is_said(tmp_path, monkeypatch):
    """Followed is well; not followed a warning; before this agent was written a failure."""
    monkeypatch.setattr(clock, "synchronised", lambda: True)
    assert ["ok clock"] == verdicts(time_of_day.examine, case(tmp_path))
    monkeypatch.setattr(clock, "synchronised", lambda: False)
    assert ["warning clock"] == verdicts(time_of_day.examine, case(tmp_path))
    monkeypatch.setattr(clock, "wall_ns", lambda: 0)
    assert ["failed clock", "warning clock"] == verdicts(time_of_day.examine, case(tmp_path))


@pytest.mark.parametrize(
    ("told", "found"),
    [
        ({"systemctl": RUNNING}, ["ok"]),
        ({}, ["unknown"]),
        ({"systemctl": "LoadState=not-found\n"}, ["failed"]),
        (
            {"systemctl": RUNNING.replace("active\nSub", "failed\nSub").replace("enabled", "disabled")},
            ["failed", "warning"],
        ),
        ({"systemctl": RUNNING.replace("NRestarts=0", "NRestarts=12")}, ["ok", "warning"]),
    ],
)
def test_units_as_systemd_tells(tmp_path, told, found):
    """Of a station without a broker the one unit."""
    assert found == [each.verdict for each in units.examine(case(tmp_path, told))]


def test_the_versions_and_the_board(tmp_path):
    """A Pi says what it is; another machine is unknown. A station of another version is to be restarted."""
    put(tmp_path, **{"proc__device-tree__model": "Raspberry Pi 4 Model B Rev 1.4\0"})
    assert "ok board: Raspberry Pi 4 Model B Rev 1.4" in said(versions.examine, case(tmp_path))
    old = msgspec.structs.replace(status(), version="0.0.9")
    assert "the station runs 0.0.9" in said(versions.examine, case(tmp_path, status=old))


def test_the_configuration_and_the_station(tmp_path):
    """What check says, and what the station says of itself; a station that is away is a failure."""
    assert "ok configuration" in verdicts(configured.examine, case(tmp_path))
    assert ["failed station"] == verdicts(running.examine, case(tmp_path))
    ill = status(mode="test", journal="the disk is full")
    assert ["ok station", "failed station", "warning station"] == verdicts(running.examine, case(tmp_path, status=ill))


# -- the whole -----------------------------------------------------------------------------------------------------


def test_nothing_is_well_without_evidence(tmp_path):
    """An empty machine without a configuration: not one of its parts is green but what runs here itself."""
    of = msgspec.structs.replace(case(tmp_path), path=None, config=None)
    found = list(examined(of))
    assert {"versions", "clock"} >= {each.what for each in found if each.verdict == "ok"}
    (left_out,) = [each for each in found if each.what == "left out"]
    assert all(each.name in left_out.text for each in EXAMINATIONS if each.needs_file)
    assert 1 == [each.remedy for each in found].count("mend the configuration first")


def test_an_examination_that_fails_keeps_none_from_its_turn(tmp_path, monkeypatch):
    """It is unknown, with what was raised; the others follow."""
    ill = msgspec.structs.replace(EXAMINATIONS[0], examine=lambda _: iter([1 / 0]))  # type: ignore[list-item]  # it raises
    monkeypatch.setattr("edge_agent.doctor.EXAMINATIONS", (ill, EXAMINATIONS[1]))
    found = list(examined(case(tmp_path)))
    assert ("unknown", "ZeroDivisionError") == (found[0].verdict, found[0].text.split(": ")[1])
    assert "ok" == found[-1].verdict


def test_every_finding_has_a_remedy_unless_it_is_well(tmp_path):
    """Whoever reads it must act."""
    for each in examined(case(tmp_path)):
        assert each.remedy or each.verdict in {"ok", "unknown"}, each
        assert each.text


def test_the_findings_fit_the_terminal():
    """Eighty columns; the remedy below its finding."""
    finding = Finding(what="pins", verdict="failed", text="word " * 60, remedy="deed " * 40)
    lines = list(telling.told([finding]))
    assert max(map(len, lines)) <= telling.WIDE
    assert lines[0].startswith("FAIL  pins: word")
    assert any(line.startswith("      -> deed") for line in lines)
    assert "0 ok, 0 warning, 1 failed, 0 unknown" == lines[-1]


def test_nothing_is_written(tmp_path):
    """The doctor looks: no file of the machine, and none of the station, is changed or made."""
    of = case(mounts(tmp_path))
    recorded(tmp_path / "st07.db")
    before = {path: (path.stat().st_mtime_ns, stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.rglob("*")}
    list(examined(of))
    after = {path: (path.stat().st_mtime_ns, stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.rglob("*")}
    shared = {path for path in after if path.name.endswith(("-shm", "-wal"))}  # SQLite's own, beside a log
    assert before == {path: found for path, found in after.items() if path not in shared - before.keys()}
