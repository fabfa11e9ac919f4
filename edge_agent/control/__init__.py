"""The control socket: one unix socket a station, JSON lines both ways, for the uplink and the terminal.

`Server` belongs to the station process; `Client` asks it one thing or follows what it says.
"""

from edge_agent.control.client import Client, Following
from edge_agent.control.place import find_socket, socket_path
from edge_agent.control.server import Server
from edge_agent.control.words import (
    LONGEST_FIGURE,
    MOST_SET,
    Answer,
    ControlError,
    CycleSaid,
    FigureInForce,
    Heard,
    NotRunning,
    Recorded,
    Request,
    Said,
    StateSaid,
)

__all__ = [
    "LONGEST_FIGURE",
    "MOST_SET",
    "Answer",
    "Client",
    "ControlError",
    "CycleSaid",
    "FigureInForce",
    "Following",
    "Heard",
    "NotRunning",
    "Recorded",
    "Request",
    "Said",
    "Server",
    "StateSaid",
    "find_socket",
    "socket_path",
]
