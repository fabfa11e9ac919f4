"""What the package of charts offers at its face, and what a station that starts does not read in for it."""

import subprocess
import sys

import pytest

from edge_agent.detect import charts


@pytest.mark.parametrize("name", charts.__all__)
def test_every_name_is_there(name):
    """Also those that are read in when first asked for."""
    found = getattr(charts, name)
    assert found.__module__.startswith("edge_agent.detect.charts.")
    assert not isinstance(found, type(charts))


def test_a_name_that_is_none_is_told():
    """As by any module."""
    with pytest.raises(AttributeError, match="has no attribute 'cusum_arrl'"):
        charts.cusum_arrl  # noqa: B018 - asking for it is the test


def test_detectors_do_without_the_design_of_limits():
    """A station makes no limits: what does is read in by the first name asked for."""
    asked = (
        "import sys, edge_agent.detect.charts as charts; late = 'edge_agent.detect.charts.rule_run_length';"
        "assert late not in sys.modules; charts.rules_arl; assert late in sys.modules"
    )
    subprocess.run([sys.executable, "-c", asked], check=True)
