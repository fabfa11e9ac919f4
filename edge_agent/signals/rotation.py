"""Certificates and secrets that are changed while the station runs: tried first, and taken up if they will do.

The files are looked at by their stamp. A change that has settled is tried at the broker on a second connection.
With a certificate alone it agrees on the encryption and no more: a second CONNECT would throw the first one out where
the broker takes the client id from the certificate. A password only the broker can judge, so with one the second
connection says who it is, under a client id of its own. Where the broker takes that from the user name, a right
password throws the first one out, which was to be begun anew in any case, and a wrong one does not. Only if the trial
went well is the connection begun anew; else the old one stays, and it is said why the new files will not do.
"""

from __future__ import annotations

import socket
import ssl
import threading

from edge_agent.signals import cause
from edge_agent.signals.access import CONNECT_S, located, password, tls_context
from edge_agent.signals.broker import Settings
from edge_agent.signals.cause import Cause
from edge_agent.signals.reader import Reader
from edge_agent.standard import to_ns

LOOK_NS = to_ns(5.0)  # four calls of stat; new files are in use within a quarter of a minute
AGAIN_NS = to_ns(30.0)  # after a trial that failed: the broker may have been the one that was wrong
VERDICT_S = 2.0  # with TLS 1.3 a broker judges our certificate after the handshake: a refusal comes within a round trip

Stamp = tuple[tuple[int, int, int] | None, ...]


class Rotation:
    """Watches the files of `settings`; `refused` says why new ones will not do, while they will not.

    Args:
        client_id: what the broker knows the station by.
    """

    def __init__(self, settings: Settings, client_id: str) -> None:
        self.refused: Cause | None = None
        self._client_id = f"{client_id}-trial"
        self._settings = settings
        tls = settings.tls
        names = (settings.credential, *((tls.ca, tls.certificate, tls.key) if tls is not None else ()))
        self._names = [name for name in names if name is not None]
        self._used: Stamp = ()
        self._seen: Stamp = ()
        self._look_ns = 0
        self._trial: threading.Thread | None = None
        self._outcome: Cause | None = None

    def begin(self) -> None:
        """A connection begins with the files as they are now."""
        self._used = self._seen = self._stamp()
        self._trial = self.refused = None

    @property
    def trying(self) -> bool:
        """Whether new files are on trial, which may cost the connection that is up."""
        return self._trial is not None

    def due(self, now_ns: int) -> bool:
        """Whether there are new files that will do; to be asked again and again while the connection is up."""
        if self._trial is not None:
            return self._decided(now_ns)
        if now_ns < self._look_ns or not self._names:
            return False
        self._look_ns = now_ns + LOOK_NS
        before, self._seen = self._seen, self._stamp()
        if self._seen == self._used:
            self.refused = None  # taken back
        elif self._seen == before:  # it has settled
            self._trial = threading.Thread(target=self._try, name="rotation", daemon=True)
            self._trial.start()
        return False

    def _decided(self, now_ns: int) -> bool:
        """Whether the trial is over and went well."""
        if self._trial is None or self._trial.is_alive():
            return False
        self._trial = None
        if self._outcome is None:
            return True
        self._look_ns = now_ns + AGAIN_NS
        text = f"the new files of the connection will not do, the old ones stay in use: {self._outcome}"
        self.refused = Cause(self._outcome.kind, text)
        return False

    def _try(self) -> None:
        self._outcome = trial(self._settings, self._client_id)

    def _stamp(self) -> Stamp:
        return tuple(_stamp_of(name) for name in self._names)


def trial(settings: Settings, client_id: str) -> Cause | None:
    """Why a connection with the files as they are now would fail; None if well."""
    tls = settings.tls
    try:
        if password(settings.credential) is not None:
            with Reader(settings, client_id) as reader:
                return reader.connect()
        if tls is None:
            return None
        context = tls_context(tls.ca, tls.certificate, tls.key)
        with (
            socket.create_connection((settings.host, settings.port), CONNECT_S) as plain,
            context.wrap_socket(plain, server_hostname=settings.host) as encrypted,
        ):
            return _verdict(encrypted, settings.where)
    except (OSError, ValueError) as error:
        return cause.of_error(error, settings.where, CONNECT_S, tls=True)


def _verdict(encrypted: ssl.SSLSocket, where: str) -> Cause | None:
    """What the broker says to our certificate: nothing, if it will do."""
    encrypted.settimeout(VERDICT_S)
    try:
        encrypted.recv(1)
    except TimeoutError:
        return None
    return Cause("own_certificate", f"{where} ends the connection after the handshake; check the broker's log")


def _stamp_of(name: str) -> tuple[int, int, int] | None:
    try:
        found = located(name).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino
