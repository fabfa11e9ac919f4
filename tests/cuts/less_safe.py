"""`edge-agent` with a journal that does not ask for a sync at each commit: the control, which must lose events."""

import sys
from functools import partial

from edge_agent import cli
from edge_agent.agent import assembly
from edge_agent.journal import Journal
from tests.power.station import less_safe

if __name__ == "__main__":
    assembly.Journal = partial(Journal, connect=less_safe("NORMAL"))
    sys.exit(cli.main(sys.argv[1:]))
