"""Control charts as pure statistics: values in, flag words out; no time, no settings, no station.

Each chart has `RULES`, `step`, `scan` and `reset` (see `Chart`), and may be used without the agent:

>>> from edge_agent.detect.charts import RunRules, names
>>> chart = RunRules(rules=("N1", "N3"))
>>> words = chart.scan([0.1, 0.2, 0.3, 0.4, 0.5, 3.2])
>>> names(words, chart.RULES)[-1]
('N1', 'N3')
"""

from edge_agent.detect.charts.bernoulli import BernoulliCusum
from edge_agent.detect.charts.chart import Chart, Columns, names
from edge_agent.detect.charts.cusum import Cusum
from edge_agent.detect.charts.ewma import Ewma
from edge_agent.detect.charts.rolling import Rolling, RollingInt
from edge_agent.detect.charts.run_rules import RunRules

__all__ = ["BernoulliCusum", "Chart", "Columns", "Cusum", "Ewma", "Rolling", "RollingInt", "RunRules", "names"]
