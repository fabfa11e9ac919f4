"""The real uplink process on the demo's leash.

python -m edge_agent.demo.uplink CONFIG
"""

from __future__ import annotations

import sys
from pathlib import Path

from edge_agent import assembly, config
from edge_agent.demo import leash

if __name__ == "__main__":
    leash.hold()
    sys.exit(assembly.run_uplink(config.load(Path(sys.argv[1]))))
