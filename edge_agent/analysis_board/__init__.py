"""The production analysis board on paper: one shift a page, for the huddle that stands before it."""

from edge_agent.analysis_board.page import drawn

__all__ = ["drawn"]
