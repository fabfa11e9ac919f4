import math

import numpy as np
import pytest

from edge_agent.clock import NS_PER_S
from edge_agent.observations import Samples, Unreadable
from edge_agent.sensors.sample_block import Gathering
from edge_agent.sensors.sample_formats import Run
from edge_agent.sensors.samples import SampleFile
from edge_agent.sensors.serial_reader import UNREADABLE_PER_S

PERIOD_NS = 1_000_000


def gathering(**settings):
    settings = {"block": 3, **settings}
    one = SampleFile(name="p", path="p", characteristic="p_bar", format="f64", rate_hz=100.0, **settings)
    return Gathering(one, PERIOD_NS)


def run(*values, at_ns=7, **more):
    return Run(np.array(values, dtype=np.float64), at_ns, **more)


def block(*values, at_ns=7):
    return Samples(at_ns, "p", "p_bar", PERIOD_NS, tuple(map(float, values)))


def test_blocks_are_of_the_size_asked_for():
    """Samples are posted by the block, in order; the rest waits, and is posted when the stream falls quiet."""
    one = gathering()
    assert [] == list(one.take(run(1, 2)))
    assert [block(1, 2, 3), block(4, 5, 6)] == list(one.take(run(3, 4, 5, 6, 7)))
    assert [block(7)] == list(one.flush())
    assert [] == list(one.flush())


def test_samples_are_scaled():
    """A value is the sample times scale plus offset."""
    assert [block(-0.5, 0.0, 0.5)] == list(gathering(scale=0.5, offset=-1.0).take(run(1, 2, 3)))


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf, 2e140, -1e300])
def test_what_is_no_value_is_left_out_and_told(bad):
    """A sample that is no number, infinite or absurd is in no block; the block says how many, and how one looked."""
    said = list(gathering().take(run(1, bad, 2, bad, 3)))
    assert [Unreadable(7, "p", f"{bad:g} and 1 more samples"), block(1, 2, 3)] == said


def test_scaling_beyond_all_bounds_is_left_out():
    """A sample that only its scale makes infinite is left out too, without a warning."""
    said = list(gathering(scale=1e12).take(run(1, 1e300, 2, 3)))
    assert [Unreadable(7, "p", "1e+300"), block(1e12, 2e12, 3e12)] == said


def test_garbage_alone_is_told_by_the_block():
    """Where nothing can be read no block is posted, and nobody waits for one to be told."""
    assert [Unreadable(7, "p", "ten and 3 more samples")] == list(gathering().take(run(*[math.nan] * 4, odd="ten")))


def test_garbage_is_rationed_and_counted():
    """Ten blocks a second tell of what they left out; the next one that may tell counts all since."""
    one = gathering(block=1)
    said = [each for _ in range(50) for each in one.take(run(math.nan, 1.0))]
    assert UNREADABLE_PER_S == sum(isinstance(each, Unreadable) for each in said)
    assert 50 == sum(isinstance(each, Samples) for each in said)
    later = list(one.take(run(math.nan, 1.0, at_ns=2 * NS_PER_S)))
    assert f"nan and {50 - UNREADABLE_PER_S} more samples" == later[0].raw


def test_frame_is_a_block():
    """A frame of which one sample is left out is posted as it is, and not filled up from the next."""
    said = list(gathering().take(run(1, math.nan, 3, whole=True)))
    assert [Unreadable(7, "p", "nan"), block(1, 3)] == said
