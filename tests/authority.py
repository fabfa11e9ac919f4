"""Certificates for tests: authorities of a plant and of nobody, brokers' and stations' certificates, good and bad."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import trustme

YEAR = timedelta(days=365)


class Authority:
    """One that signs; `ca` is the file with its certificate."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self._folder = folder
        self._authority = trustme.CA()
        self.ca = folder / f"{name}.crt"
        self._authority.cert_pem.write_to_path(self.ca)

    def broker(self, host: str = "127.0.0.1", **validity: datetime) -> tuple[Path, Path]:
        """Certificate and key of a broker under this host name or address."""
        return self._written("broker", self._authority.issue_cert(host, **validity))

    def station(self, name: str, **validity: datetime) -> tuple[Path, Path]:
        """Certificate and key of a station, whose common name this is."""
        return self._written(
            name.replace("/", "-"), self._authority.issue_cert("st.plant", common_name=name, **validity)
        )

    def _written(self, name: str, made: Any) -> tuple[Path, Path]:
        certificate, key = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        for place, blobs in ((certificate, made.cert_chain_pems), (key, [made.private_key_pem])):
            fresh = place.with_suffix(".new")  # as a rotation does it: never half a file under the name
            fresh.write_bytes(b"".join(blob.bytes() for blob in blobs))
            fresh.replace(place)
        return certificate, key


def expired() -> dict[str, datetime]:
    """A validity that ended yesterday."""
    now = datetime.now(UTC)
    return {"not_before": now - YEAR, "not_after": now - timedelta(days=1)}


def future() -> dict[str, datetime]:
    """A validity that begins tomorrow."""
    now = datetime.now(UTC)
    return {"not_before": now + timedelta(days=1), "not_after": now + YEAR}
