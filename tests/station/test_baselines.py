"""What is usual is known for each product, over changeovers and restarts."""

import msgspec

from edge_agent.andon.response import Response
from edge_agent.detect import cycle_overrun, reading_drift
from edge_agent.detect.baseline import Learned
from edge_agent.observations import CycleEnd, ProductChosen, Reading, Relearn
from edge_agent.standard import NS_PER_S
from edge_agent.station.baselines import Baselines
from edge_agent.station.memory import Memory
from edge_agent.station.station import Station
from tests.stories import story

S = NS_PER_S
TIMES = {"standard": "50", "takt": "60"}
WATCHES = [(cycle_overrun.Settings(baseline=20), "press"), (reading_drift.Settings(baseline=20), "bore_mm")]


def station(memory=None, now_ns=0):
    """A station that learns from cycles and readings, begun."""
    made = Station(story.workplace(TIMES), WATCHES, Response(), memory=memory, plan=story.plan(TIMES))
    made.begin(now_ns)
    return made


def work(made, began_s, cycle_s, bore_mm, count=25):
    """So many parts; when the last was done, in s."""
    for number in range(count):
        at_ns = int((began_s + (number + 1) * cycle_s) * S)
        made.step(CycleEnd(at_ns, "press"), at_ns)
        made.step(Reading(at_ns, "gauge", "bore_mm", bore_mm + 0.001 * (number % 3)), at_ns)
    return began_s + count * cycle_s


def choose(made, at_s, product):
    """Make another product from now on."""
    made.step(ProductChosen(int(at_s * S), product), int(at_s * S))


def known(made):
    """What is known: how many values, by detector and product."""
    learned = made.memory().learned
    return {(each.detector, each.product): each.fit.count for each in learned if each.fit is not None}


def centres(made):
    """The usual value of what is made now, by detector."""
    return {detector.name: detector.export().fit and detector.export().fit.centre for detector in made.watch.detectors}


def test_each_product_has_its_own():
    """Another product is learned anew, cycles and readings; the first is taken up as it was when it is made again."""
    made = station()
    at_s = work(made, 0, 50, 25.0)
    first = centres(made)
    choose(made, at_s, "small")
    assert {None} == set(centres(made).values())
    at_s = work(made, at_s, 20, 25.01)
    second = centres(made)
    assert all(first[name] != second[name] for name in first)
    choose(made, at_s, "wide")
    assert {None} == set(centres(made).values())
    choose(made, at_s + 1, "small")
    assert second == centres(made)


def test_all_of_it_survives_a_restart():
    """What was learned of each product is in the memory, and the product that is made goes on with its own."""
    made = station()
    at_s = work(made, 0, 50, 25.0)
    choose(made, at_s, "small")
    at_s = work(made, at_s, 20, 25.01)
    kept = msgspec.json.decode(msgspec.json.encode(made.memory()), type=Memory)
    again = station(kept, int(at_s * S))
    assert known(made) == known(again)
    assert {("cycle_overrun:press", ""), ("cycle_overrun:press", "small")} <= set(known(again))
    assert centres(made) == centres(again)


def test_to_learn_anew_concerns_the_product_that_is_made():
    """A command after work on the method of one product leaves what is known of the others."""
    made = station()
    at_s = work(made, 0, 50, 25.0)
    choose(made, at_s, "small")
    at_s = work(made, at_s, 20, 25.01)
    made.step(Relearn(int(at_s * S), None, "maintenance"), int(at_s * S))
    assert {("cycle_overrun:press", ""), ("reading_drift:bore_mm", "")} == set(known(made))


def test_what_is_not_made_any_more_is_forgotten():
    """A product that has left the configuration takes its baselines with it, so that they cannot pile up."""
    learned = [Learned(detector="slow_drift:press", product=product) for product in ("", "left", "gone")]
    assert {"", "left"} == {product for _, product in Baselines(learned, "left", ["left", "right"]).kept}
