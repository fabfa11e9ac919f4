"""`edge-agent run` with its station on mock pins that are wired to standard input and output.

python -m tests.run_on_bench CONFIG
"""

import sys

from edge_agent import cli
from edge_agent.verbs import run

AS_IT_IS = run.command


def command(verb: str, path: str, leash: int) -> list[str]:
    """The bench in the station's place, the uplink as it is."""
    return [sys.executable, "-m", "edge_agent.demo.bench", path] if verb == "station" else AS_IT_IS(verb, path, leash)


if __name__ == "__main__":
    run.command = command
    sys.exit(cli.main(["run", *sys.argv[1:]]))
