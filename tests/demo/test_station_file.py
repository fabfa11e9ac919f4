"""The demo's configuration is one that the agent accepts."""

import pytest

from edge_agent import config
from edge_agent.demo import station_file


@pytest.mark.parametrize("speed", [0.1, 1.0, 3.0, 5.0])
def test_check_accepts_it(tmp_path, speed):
    """It can be used at every speed, and all its times are divided by it."""
    found, complaints = config.check(station_file.write(tmp_path, 1883, speed))
    assert found is not None, complaints
    assert pytest.approx(station_file.STANDARD_S / speed) == found.standard.standard_cycle_s


def test_a_folder_with_odd_letters(tmp_path):
    """Quotes and backslashes in the path of the folder are written as TOML wants them."""
    folder = tmp_path / 'a "b" \\c'
    folder.mkdir()
    found, complaints = config.check(station_file.write(folder, 1883, 1.0))
    assert found is not None, complaints
    assert str(folder / "press1.db") == found.journal.path
