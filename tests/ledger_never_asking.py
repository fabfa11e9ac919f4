"""`edge-agent` with a ledger that never asks for what it misses, to see what is lost.

python -m tests.ledger_never_asking ledger run BOOKS --host HOST
"""

import sys

from edge_agent import cli
from edge_agent.consumer.page import Page

if __name__ == "__main__":
    Page.ask = lambda _page, _now_ns: None
    sys.exit(cli.main(sys.argv[1:]))
