"""The demo's broker, on 127.0.0.1 only: the embedded one of the `demo` extra, else a mosquitto that is installed.

python -m edge_agent.demo.broker CONFIG
"""

from __future__ import annotations

import logging
import os
import shutil
import socket
import sys
from importlib.util import find_spec
from pathlib import Path

from edge_agent import leash
from edge_agent.demo.faults import DemoError

HOST = "127.0.0.1"
PLACES = os.pathsep.join((os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"))  # Debian's is in sbin

# One listener for MQTT 5. A session holds far less than a segment; a message of ours has under 16 KB.
EMBEDDED = """id = 0
[router]
id = 0
max_connections = 10
max_outgoing_packet_count = 200
max_segment_size = 1048576
max_segment_count = 10
[v5.1]
name = "demo"
listen = "{host}:{port}"
next_connection_delay_ms = 1
[v5.1.connections]
connection_timeout_ms = 5000
max_payload_size = 65536
max_inflight_count = 100
dynamic_filters = false
"""
INSTALLED = "listener {port} {host}\nallow_anonymous true\nlog_dest stderr\nlog_type error\n"

MISSING = (
    "the demo needs an MQTT broker, and there is none: pip install 'andon-edge-agent[demo]' brings one, "
    "or install mosquitto (apt install mosquitto)"
)


def command(folder: Path, port: int) -> list[str]:
    """The command that is a broker on `port`; its settings are written to `folder`.

    Raises:
        DemoError: there is no broker here; the message has the remedy.
    """
    settings = folder / "broker.toml"  # the embedded one knows its settings by this ending
    if find_spec("iotcore") is not None:
        settings.write_text(EMBEDDED.format(host=HOST, port=port))
        return [sys.executable, "-m", "edge_agent.demo.broker", str(settings)]
    program = shutil.which("mosquitto", path=PLACES)
    if program is None:
        raise DemoError(MISSING, os.EX_UNAVAILABLE)
    settings.write_text(INSTALLED.format(host=HOST, port=port))
    return [program, "-c", str(settings)]


def free_port() -> int:
    """A port of 127.0.0.1 where nobody listens."""
    with socket.create_server((HOST, 0)) as server:
        return int(server.getsockname()[1])


def main(path: Path) -> None:
    """Be the embedded broker until the input ends."""
    from iotcore import Broker

    logging.disable()  # it logs every packet as an error
    leash.hold()
    Broker(config_path=str(path)).run_forever()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
