"""The example in the detectors' README runs as it stands."""

from __future__ import annotations

import doctest
from pathlib import Path

README = Path(__file__).parent.parent.parent / "edge_agent" / "detect" / "README.md"


def test_the_example_says_what_it_says() -> None:
    """Every line of it, typed as shown, gives what is shown."""
    result = doctest.testfile(str(README), module_relative=False)
    assert result.attempted > 15
    assert 0 == result.failed
