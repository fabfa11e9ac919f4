"""Rules on what keeps calls few and true."""
# ruff: noqa: E501 - complaints are compared as they are printed

from pathlib import Path

import pytest

from edge_agent import config
from edge_agent.standard import Span

EXAMPLE = (Path(__file__).parent.parent.parent / "examples" / "station.toml").read_text(encoding="utf-8")


def checked(tmp_path, text):
    """The example with `text` behind it: the configuration, and the complaints without their places."""
    path = tmp_path / "station.toml"
    path.write_text(EXAMPLE + text, encoding="utf-8")
    found, complaints = config.check(path)
    return found, [str(each).partition(": ")[2] for each in complaints]


def test_delays_and_deadband_arrive(tmp_path):
    """What a gap that ends by itself may have."""
    text = '[[detect]]\nkind = "micro_stop"\non_delay = "20s"\noff_delay = "2min"\ndeadband = 1\n'
    found, complaints = checked(tmp_path, text)
    assert [] == complaints
    assert (Span(20, "s"), Span(2, "min"), 1.0) == tuple(
        getattr(found.detectors[-1], name) for name in ("on_delay", "off_delay", "deadband")
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '[[detect]]\nkind = "short_cycle"\noff_delay = "20s"\n',
            "off_delay: what short_cycle finds is called at once and waits for a person; take off_delay out",
        ),
        (
            '[[detect]]\nkind = "stuck"\nof = "bore_gauge"\non_delay = "20s"\n',
            "on_delay: stuck tells of the sensor and calls nobody; take on_delay out",
        ),
        (
            '[[detect]]\nkind = "reading_drift"\ndeadband = 1\n',
            "deadband: reading_drift holds no value against one upper limit; take it out, or use off_delay. It is for: cycle_overrun, micro_stop",
        ),
        ('[[detect]]\nkind = "micro_stop"\ndeadband = -1\n', "deadband: -1 must be > 0"),
        (
            '[[detect]]\nkind = "micro_stop"\non_delay = 0\n',
            "on_delay: 0 must be longer than nothing and at most 31 days",
        ),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, text, expected):
    """With what it is for, and what to do instead."""
    found, complaints = checked(tmp_path, text)
    assert found is None
    assert [expected] == complaints
