"""Limits from a recording and a wanted rate of false calls: what is usual, what follows, what it would have raised."""

from edge_agent.tune.records import Advice, Tuning, Wanted
from edge_agent.tune.tuning import tune, tuned, wanted

__all__ = ["Advice", "Tuning", "Wanted", "tune", "tuned", "wanted"]
