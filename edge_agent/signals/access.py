"""What proves who we are and who the broker is: the secret and the certificates, read anew for each connection."""

from __future__ import annotations

import os
import ssl
from pathlib import Path
from typing import BinaryIO

from edge_agent.signals.broker import FILE_NAME

CONNECT_S = 5.0  # for TCP and TLS each: a broker in the plant answers in milliseconds
LARGEST_CREDENTIAL = 4096  # bytes; a file larger than this is not a password
CREDENTIALS = Path("/etc/edge-agent/credentials")
STORE = Path("/etc/credstore")  # where systemd takes those of the units from; for who examines them as root


def password(credential: str | None) -> str | None:
    """The secret in the credential file, read anew for each connection, so that it can be changed at any time.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no password.
    """
    if credential is None:
        return None
    path = located(credential)
    with opened(credential) as file:
        content = file.read(LARGEST_CREDENTIAL + 1)
    if not content.strip() or len(content) > LARGEST_CREDENTIAL:
        message = f"{path} holds no password; write it there as one line"
        raise ValueError(message)
    try:
        return content.decode().rstrip("\r\n")
    except UnicodeDecodeError:  # its own text would show a byte of the secret
        message = f"{path} holds no text; write the password there as one line in UTF-8"
        raise ValueError(message) from None


class Encrypted(ssl.SSLSocket):
    """A socket that ends with a handshake that failed; paho leaves it open."""

    def do_handshake(self, block: bool = False) -> None:
        """Agree on the encryption; what it raises, it raises with the socket closed."""
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def tls_context(ca: str | None, certificate: str | None, key: str | None) -> ssl.SSLContext:
    """What an encrypted connection is made with: TLS 1.2 or 1.3, the broker's certificate and name checked.

    Raises:
        OSError: a file cannot be read.
        ValueError: a file does not hold what it should.
    """
    for name in (ca, certificate, key):
        if name is not None:
            opened(name).close()  # OpenSSL's own error would not say which file
    try:
        context = ssl.create_default_context(cafile=None if ca is None else located(ca))
    except ssl.SSLError as error:
        message = f"{ca} holds no certificate of an authority; write it there in PEM form"
        raise ValueError(message) from error
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = Encrypted
    if certificate is not None and key is not None:
        try:  # the empty passphrase: without one OpenSSL would ask for it on the terminal, and wait
            context.load_cert_chain(located(certificate), located(key), password="")
        except ssl.SSLError as error:
            message = (
                f"{certificate} and {key} do not belong together, are not in PEM form, or the key is protected by "
                "a passphrase, which nobody is there to type"
            )
            raise ValueError(message) from error
    return context


def opened(name: str) -> BinaryIO:
    """A file of the connection; what cannot be opened is told as `told` does.

    Raises:
        OSError: it cannot be read.
    """
    try:
        return located(name).open("rb")
    except OSError as error:
        raise OSError(error.errno, error.strerror, told(name)) from None


def told(name: str) -> str:
    """Where it lies, as it may be said: what is neither a file nor named like one may be the secret itself."""
    path = located(name)
    if FILE_NAME.fullmatch(path.name) or os.path.exists(path):  # noqa: PTH110 - raises nothing
        return str(path)
    return "a file that `credential`, `ca`, `certificate` or `key` in the configuration names"


def located(name: str) -> Path:
    """Where a file of the connection lies: absolute, under $CREDENTIALS_DIRECTORY, in `CREDENTIALS`, or in `STORE`."""
    given = os.environ.get("CREDENTIALS_DIRECTORY")
    folders = (Path(given), CREDENTIALS) if given else (CREDENTIALS, STORE)
    there = (folder / name for folder in folders if os.path.exists(folder / name))  # noqa: PTH110 - raises nothing
    return next(there, folders[0] / name)  # an absolute name stays as it is
