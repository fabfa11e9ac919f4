"""What the charts cost: one value at a time, by the block, on many channels; beside river, pandas and SPC packages."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import say

ROOT = Path(__file__).resolve().parents[2]
# msgspec and numpy are the agent's own; the others are measured. Each is installed alone: one may be missing.
PEERS = ("numpy", "msgspec", "river", "pandas", "bottleneck", "numba", "nelsoncheck", "mfgqc", "capstat-core")
INSTALL_S, MEASURE_S = 300.0, 1_800.0  # a package index that is slow; a machine that is


def run() -> None:
    """Install the peers in an environment that is thrown away, and measure everything in that one process."""
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", folder], check=True, timeout=INSTALL_S)
        for peer in PEERS:
            command = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer]
            installed = subprocess.run(command, check=False, timeout=INSTALL_S, capture_output=True)
            if installed.returncode != 0:
                say(f"{peer} could not be installed and is left out: {installed.stderr.decode().strip()[-200:]}")
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        command = [str(python), "-m", "tests.bench.charts_measured"]
        subprocess.run(command, check=True, timeout=MEASURE_S, cwd=folder, env=environment)


if __name__ == "__main__":
    run()
