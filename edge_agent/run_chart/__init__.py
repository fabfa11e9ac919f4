"""Run charts as SVG: every cycle and reading of a recording beside its standard and limits, with what was found."""

from edge_agent.run_chart.panel import Finding, Line, Panel, Stroke
from edge_agent.run_chart.picture import drawn

__all__ = ["Finding", "Line", "Panel", "Stroke", "drawn"]
