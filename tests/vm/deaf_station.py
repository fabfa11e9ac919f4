"""`edge-agent` on pins that read and write and never tell an edge: as lgpio was seen, for good."""

import sys

from edge_agent import cli
from edge_agent.gpio.factory import GPIODPin

if __name__ == "__main__":
    GPIODPin._edge = lambda *_: None
    sys.exit(cli.main(sys.argv[1:]))
