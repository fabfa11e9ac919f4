"""What is usual for each product: put by while another one is made, taken up when it is made again."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from edge_agent.detect.baseline import Learned
from edge_agent.detect.rule import Detector


class Baselines:
    """What the detectors of a station have learned, by detector and product; `""` where no product was chosen.

    As many as there are detectors that learn, times the products of the configuration: what was learned of one that
    is no longer in it is forgotten.
    """

    def __init__(self, learned: Iterable[Learned], product: str | None, products: Iterable[str]) -> None:
        known = {"", *products}
        self.product = product or ""
        self.kept = {(each.detector, each.product): each for each in learned if each.product in known}

    def take_up(self, detector: Detector[Any]) -> None:
        """Let a detector go on with what it knows of the product that is made now, if anything."""
        known = self.kept.get((detector.name, self.product))
        if known is not None:
            detector.restore(known)

    def keep(self, detectors: Iterable[Detector[Any]]) -> tuple[Learned, ...]:
        """Note what is known of the product that is made now; all that is known of any."""
        for detector in detectors:
            learned = detector.export()
            if learned is not None:
                named = msgspec.structs.replace(learned, product=self.product)
                self.kept[detector.name, self.product] = named
        return tuple(self.kept.values())
