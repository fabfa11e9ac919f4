"""Control charts as pure statistics: values in, flag words out; no time, no settings, no station.

Each chart has `RULES`, `step`, `scan` and `reset` (see `Chart`), and may be used without the agent:

>>> from edge_agent.detect.charts import RunRules, names
>>> chart = RunRules(rules=("N1", "N3"))
>>> words = chart.scan([0.1, 0.2, 0.3, 0.4, 0.5, 3.2])
>>> names(words, chart.RULES)[-1]
('N1', 'N3')

Beside them stands what a limit is chosen by: average run lengths (`cusum_arl`, `ewma_arl`, `shewhart_arl`, `rules_arl`,
`bernoulli_arl`), the limit for a wanted one (`limit_for` of a `CusumDesign`, `EwmaDesign` or `ShewhartDesign`), limits
of single values from their moving ranges (`individuals_limits`), and what a process can do (`capability`).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from edge_agent.detect.charts.bernoulli import BernoulliCusum, bernoulli_arl
from edge_agent.detect.charts.capability import Capability, capability
from edge_agent.detect.charts.chart import Chart, Columns, names
from edge_agent.detect.charts.cusum import Cusum
from edge_agent.detect.charts.ewma import Ewma
from edge_agent.detect.charts.rolling import Rolling, RollingInt
from edge_agent.detect.charts.run_length import cusum_arl, ewma_arl, shewhart_arl
from edge_agent.detect.charts.run_rules import RunRules

if TYPE_CHECKING:
    from edge_agent.detect.charts.design import CusumDesign, EwmaDesign, ShewhartDesign, limit_for
    from edge_agent.detect.charts.individuals import Constants, IndividualsLimits, constants, individuals_limits
    from edge_agent.detect.charts.rule_run_length import rules_arl

_LATER = {
    "CusumDesign": "design", "EwmaDesign": "design", "ShewhartDesign": "design", "limit_for": "design",
    "Constants": "individuals", "IndividualsLimits": "individuals", "constants": "individuals",
    "individuals_limits": "individuals", "rules_arl": "rule_run_length",
}  # fmt: skip
"""Read in when first asked for: a station makes no limits, and starts without them."""

__all__ = [
    "BernoulliCusum", "Capability", "Chart", "Columns", "Constants", "Cusum", "CusumDesign", "Ewma", "EwmaDesign",
    "IndividualsLimits", "Rolling", "RollingInt", "RunRules", "ShewhartDesign", "bernoulli_arl", "capability",
    "constants", "cusum_arl", "ewma_arl", "individuals_limits", "limit_for", "names", "rules_arl", "shewhart_arl",
]  # fmt: skip


def __getattr__(name: str) -> object:
    """A name that is read in late."""
    if name not in _LATER:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
