"""What `edge-agent VERB` can do, one file each: `add` says its arguments, `run` does it and gives the exit code."""
