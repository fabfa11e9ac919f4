"""How the station speaks: the stack light to people, MQTT to systems."""

from edge_agent.signals import lamp, stack

LAMPS: tuple[type[lamp.Settings], ...] = (stack.Settings,)  # every lamp driver there is; each keeps the same contract
