"""Run in the place of a unit's program, in its sandbox: tries what the agent needs and what it must not be able to do.

Copied into the container and run there as the agent's user; as root, or where it is no program, it tries nothing.
"""

import ctypes
import json
import os
import socket
import sys
import time
from pathlib import Path

NEEDED = {
    "boot": lambda: Path("/proc/sys/kernel/random/boot_id").read_text(),
    "configuration": lambda: Path("/etc/edge-agent/st07.toml").read_text(),
    "journal": lambda: write("/var/lib/edge-agent"),
    "socket": lambda: write("/run/edge-agent"),
    "unix": lambda: socket.socket(socket.AF_UNIX).close(),
}
FORBIDDEN = {
    "program": lambda: write("/opt/edge-agent"),
    "system": lambda: write("/etc"),
    "home": lambda: list(Path("/root").iterdir()),
    "secrets": lambda: Path("/etc/shadow").read_text(),
    "clock": lambda: time.clock_settime(time.CLOCK_REALTIME, time.time()),
    "memory": lambda: Path("/dev/kmsg").read_text(),
    "packets": lambda: socket.socket(socket.AF_PACKET, socket.SOCK_RAW).close(),
    "mount": lambda: called("mount", b"none", b"/run/edge-agent", b"tmpfs", 0, None),
    "namespace": lambda: called("unshare", 0x10000000),  # CLONE_NEWUSER
    "host name": lambda: socket.sethostname("elsewhere"),
}
OTHERS = {
    "internet": lambda: socket.socket(socket.AF_INET).close(),
}


def write(folder):
    file = Path(folder) / "probe"
    file.write_text("")
    file.unlink()


def called(name, *arguments):
    if getattr(ctypes.CDLL(None, use_errno=True), name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)


def outcome(attempt):
    try:
        attempt()
    except OSError as error:
        return error.strerror or str(error)
    return "well"


if __name__ == "__main__" and os.geteuid() != 0:
    groups = {"needed": NEEDED, "forbidden": FORBIDDEN, "others": OTHERS}
    said = {group: {name: outcome(attempt) for name, attempt in wanted.items()} for group, wanted in groups.items()}
    sys.stdout.write(json.dumps(said) + "\n")
