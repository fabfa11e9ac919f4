"""How the broker is reached: the secret, the certificates, and why there is no connection."""

from __future__ import annotations

import os
import socket
import ssl
from pathlib import Path

CONNECT_S = 5.0  # for TCP and TLS each: a broker in the plant answers in milliseconds
LARGEST_CREDENTIAL = 4096  # bytes; a file larger than this is not a password
CREDENTIALS = Path("/etc/edge-agent/credentials")


def password(credential: str | None) -> str | None:
    """The secret in the credential file: absolute, else under $CREDENTIALS_DIRECTORY, else /etc/edge-agent/credentials.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no password.
    """
    if credential is None:
        return None
    path = Path(os.environ.get("CREDENTIALS_DIRECTORY", CREDENTIALS)) / credential  # an absolute name stays as it is
    with path.open("rb") as file:
        content = file.read(LARGEST_CREDENTIAL + 1)
    if not content.strip() or len(content) > LARGEST_CREDENTIAL:
        message = f"{path} holds no password; write it there as one line"
        raise ValueError(message)
    return content.decode().rstrip("\r\n")


def tls_context(ca: str | None, certificate: str | None, key: str | None) -> ssl.SSLContext:
    """What an encrypted connection is made with; OSError where a file cannot be read."""
    context = ssl.create_default_context(cafile=ca)
    if certificate is not None:
        context.load_cert_chain(certificate, key)
    return context


def cause_of(error: Exception, host: str, port: int) -> str:
    """Why there is no connection, for the person who must act."""
    where = f"{host}:{port}"
    match error:
        case socket.gaierror():
            return f"the name {host!r} cannot be resolved; check `host` and the network's name server"
        case ConnectionRefusedError():
            return f"nothing listens at {where}; check `port`, and that the broker runs"
        case ssl.SSLCertVerificationError():
            return f"the certificate of {where} is not accepted: {error.verify_message}; check `ca`"
        case ssl.SSLError():
            return f"no encrypted connection to {where}: {error}; check `port` and the files under `tls`"
        case TimeoutError():
            return f"{where} does not answer within {CONNECT_S:.0f} s"
        case OSError(filename=str() | Path()):
            return f"{error.filename} cannot be read: {error.strerror}"
        case _:
            return f"no connection to {where}: {str(error) or type(error).__name__}"
