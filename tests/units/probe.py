"""Run in the place of a unit's program, in its sandbox: tries what a process may want to touch, and says what came.

Copied into the guest and run there as the agent's user; as root, or where it is no program, it tries nothing.
"""

import ctypes
import json
import os
import socket
import sys
import time
from pathlib import Path

INSIDE, OUTSIDE = "10.7.7.7", "203.0.113.9"  # an address of the plant, and one that is not; both are this machine's
ATTEMPTS = {
    "boot": lambda: Path("/proc/sys/kernel/random/boot_id").read_text(),
    "configuration": lambda: Path("/etc/edge-agent/station.toml").read_text(),
    "journal": lambda: write("/var/lib/edge-agent"),
    "socket": lambda: write("/run/edge-agent"),
    "unix": lambda: socket.socket(socket.AF_UNIX).close(),
    "pins": lambda: touch("/dev/gpiochip0"),
    "serial port": lambda: touch("/dev/serial/by-id/usb-ACME_bore_gauge_4711-if00"),
    "clock read": lambda: called("adjtimex", ctypes.create_string_buffer(512)),
    "plant": lambda: say(INSIDE),
    "outside the plant": lambda: say(OUTSIDE),
    "other device": lambda: touch("/dev/ttyGS0"),
    "disk": lambda: touch("/dev/ubdb"),
    "program": lambda: write("/opt/edge-agent"),
    "system": lambda: write("/etc"),
    "home": lambda: list(Path("/root").iterdir()),
    "secrets": lambda: Path("/etc/shadow").read_text(),
    "clock set": lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()),
    "kernel log": lambda: Path("/dev/kmsg").read_text(),
    "packets": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
    "mount": lambda: called("mount", b"none", b"/run/edge-agent", b"tmpfs", 0, None),
    "namespace": lambda: called("unshare", 0x10000000),  # CLONE_NEWUSER
    "host name": lambda: socket.sethostname("elsewhere"),
}


def write(folder):
    file = Path(folder) / "probe"
    file.write_text("")
    file.unlink()


def touch(device):
    os.close(os.open(device, os.O_RDWR | os.O_NOCTTY | os.O_NONBLOCK))


def say(address):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as line:
        line.sendto(b"", (address, 9))


def called(name, *arguments):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def outcome(attempt):
    try:
        attempt()
    except OSError as error:
        return error.strerror or str(error)
    return "well"


if __name__ == "__main__" and os.geteuid() != 0:
    sys.stdout.write(json.dumps({name: outcome(attempt) for name, attempt in ATTEMPTS.items()}) + "\n")
