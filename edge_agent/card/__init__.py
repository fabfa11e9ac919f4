"""The configuration that lies on the card's boot partition: found, checked, taken once, and answered.

Whoever has written it stands at the machine with a card in hand and no screen. The answer is a text file beside
it, for the next time the card is in a computer, and a sign on the lamps, for now.
"""

from edge_agent.card.found import CardError, found
from edge_agent.card.sign import Sign, show
from edge_agent.card.taking import Outcome, take

__all__ = ["CardError", "Outcome", "Sign", "found", "show", "take"]
