"""A station in the secure plant, for attacks that reach it."""

from __future__ import annotations

import pytest

from tests.attacks.secure_plant import ST07, secure_plant
from tests.plant import Station, hurried, sending


@pytest.fixture(scope="module")
def attacked(tmp_path_factory):
    """A real uplink at the example's broker, its station, and a leader, who may send commands."""
    folder = tmp_path_factory.mktemp("attacked")
    with pytest.MonkeyPatch.context() as patched, secure_plant(folder) as plant:
        hurried(patched)
        station = Station(folder)
        station.open_journal()
        station.open_socket()
        leader = plant.client("leader")
        leader.listen(f"andon/v1/{ST07}/res")
        with sending(station, plant.port, tls=plant.files(ST07)) as uplink:
            station.hears("connected")
            yield plant, station, uplink, leader
        station.close()
