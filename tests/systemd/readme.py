"""The commands of systemd/README.md, so that they are run as they are written."""

from __future__ import annotations

import re
from pathlib import Path

from systemd import bundle

README = Path(bundle.__file__).with_name("README.md")


def commands(name: str) -> list[str]:
    """The commands of the block of README.md that is called so, for a shell of root."""
    block = re.search(rf"<!-- run: {name} -->\n```sh\n(.*?)```", README.read_text(), re.DOTALL)
    assert block is not None, f"README.md has no commands called {name}"
    lines = (line.partition(" #")[0].strip() for line in block[1].splitlines())
    return [line.replace("sudo ", "") for line in lines if line]
