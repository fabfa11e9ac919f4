"""A detector that learns what is usual before it judges, or while it does."""

from __future__ import annotations

from edge_agent.detect import rule
from edge_agent.detect.baseline import Baseline, Learned
from edge_agent.detect.rule import S


class Learning(rule.Detector[S]):
    """The contract, with a baseline that can be kept over a restart and learned anew."""

    baseline: Baseline

    def measure(self) -> None:
        """Make what follows from the baseline anew: it has changed."""

    def limits(self) -> dict[str, float]:
        """What it judges by now, by name with the unit last; by default the baseline, once there is one."""
        fit = self.baseline.fit
        return {} if fit is None else {"baseline centre": fit.centre, "baseline spread": fit.spread}

    def export(self) -> Learned:
        """The baseline, to be kept over a restart."""
        return self.baseline.export(self.name)

    def restore(self, learned: Learned) -> None:
        """Take up the baseline of an earlier run."""
        self.baseline.restore(learned)
        self.measure()

    def relearn(self) -> None:
        """Forget the baseline and learn it anew, on command or after a changeover."""
        self.baseline.relearn()
        self.measure()
