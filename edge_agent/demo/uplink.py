"""The real uplink process on the demo's leash.

python -m edge_agent.demo.uplink CONFIG
"""

from __future__ import annotations

import sys

from edge_agent.demo import leash
from edge_agent.uplink import assembly as uplink_assembly

if __name__ == "__main__":
    leash.hold()
    part = uplink_assembly.checked_apart(sys.argv[1])
    sys.exit(part if isinstance(part, int) else uplink_assembly.run(part))
