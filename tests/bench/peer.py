"""The direct peer, mqtt-io, in an environment of its own, with the example station's wires as its configuration."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.bench.bed import Bed

VERSION = "mqtt-io==2.7.0"
ON_A_PI = ("gpiozero", "pyserial")  # what its modules for pins and serial ports ask for
INSTALL_S = 300
INPUTS = (("cycle", 17), ("cord", 27), ("reset", 22))
OUTPUTS = (("red", 23), ("yellow", 24), ("green", 25), ("white", 12), ("buzzer", 16))


def install(folder: Path, *more: str) -> Path | str:
    """Its Python, with `more` packages beside it, or why there is none."""
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        python = folder / "bin" / "python"
        pip = [str(python), "-m", "pip", "install", "--quiet", VERSION, *ON_A_PI, *more]
        subprocess.run(pip, check=True, capture_output=True, timeout=INSTALL_S)
    except (subprocess.SubprocessError, OSError) as error:
        return f"mqtt-io cannot be installed here: {error}"
    return python


def configure(bed: Bed, tty: str) -> Path:
    """Pins by interrupt, as a careful user sets them, and the gauge's port read once a second."""
    lines = [
        f"mqtt: {{host: 127.0.0.1, port: {bed.port}, topic_prefix: peer}}",
        "gpio_modules: [{name: pins, module: gpiozero}]",
        f"stream_modules: [{{name: gauge, module: serial, device: {tty}, baud: 9600, timeout: 0, read_interval: 1}}]",
        "digital_inputs:",
        *(f"  - {{name: {name}, module: pins, pin: {pin}, pullup: true, interrupt: both}}" for name, pin in INPUTS),
        "digital_outputs:",
        *(f"  - {{name: {name}, module: pins, pin: {pin}}}" for name, pin in OUTPUTS),
    ]
    path = bed.folder / "mqtt-io.yml"
    path.write_text("\n".join(lines) + "\n")
    return path
