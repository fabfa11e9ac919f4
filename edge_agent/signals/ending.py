"""How a connection ended: put together from the pieces that paho gives, each in a callback of its own."""

from __future__ import annotations

import socket
from collections import deque
from typing import Any

from paho.mqtt.enums import LogLevel, MQTTErrorCode
from paho.mqtt.reasoncodes import ReasonCode

from edge_agent.signals import cause
from edge_agent.signals.broker import Settings
from edge_agent.signals.cause import Cause

ERRORS_KEPT = 4  # lines of paho's log: one failure writes two at most


class Ending:
    """What is known of the end of one connection; `cause` once the broker or paho has given one."""

    def __init__(self) -> None:
        self.opened = False  # TCP, and TLS where it is wanted, are there
        self.accepted = False
        self.cause: Cause | None = None
        self._errors: deque[str] = deque(maxlen=ERRORS_KEPT)

    def opening(self, connection: Any) -> None:
        """The socket is open. Send small packets at once: held back for the answer to the last one they came late."""
        self.opened = True
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def answered(self, reason: ReasonCode) -> bool:
        """The broker has answered our wish to connect; whether it accepts."""
        self.accepted = not reason.is_failure
        if not self.accepted:
            self.cause = cause.of_reason_code(reason.value, str(reason))
        return self.accepted

    def ended(self, reason: ReasonCode, *, by_broker: bool) -> None:
        """The end of the connection, as paho sees it or as the broker gave it."""
        if self.cause is None and by_broker:
            self.cause = cause.of_reason_code(reason.value, str(reason))
        if self.cause is None and self.accepted:
            self.cause = Cause("lost", f"connection lost: {reason}")

    def logged(self, level: int, text: str) -> None:
        """A line of paho's log."""
        if level == LogLevel.MQTT_LOG_ERR:
            self._errors.append(text)

    def explained(self, code: MQTTErrorCode, settings: Settings) -> Cause:
        """The cause; where neither broker nor paho has given one, from `code` of paho's loop and its log."""
        garbled = code == MQTTErrorCode.MQTT_ERR_PROTOCOL
        return self.cause or cause.of_log(
            [*self._errors], settings.where, tls=settings.tls is not None, garbled=garbled
        )
