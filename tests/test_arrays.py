"""numpy is read in by whoever makes an array, and by nobody else."""

import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLE = Path(__file__).parent.parent / "examples/station.toml"
MORE = (
    'kind = "run_rules"\nof = "cycle"\nrules = ["N1", "N2", "N3", "N4", "N5", "N6", "N7", "N8"]',
    *(f'kind = "{kind}"' for kind in ("reading_drift", "short_cycle", "micro_stop", "defect_rate")),
    'kind = "consecutive_defects"',
)
LIVED = """
import sys
from pathlib import Path

from edge_agent import config
from edge_agent.agent import assembly
from edge_agent.observations import CycleEnd, Reading, Samples
from edge_agent.standard import to_ns

station = config.load(Path(sys.argv[1])).made(None, "")
station.begin(0)
for number in range(1, 250):
    at_ns = number * to_ns(52.0) + number % 5 * to_ns(1.0)
    read = Reading(at_ns + 1, "bore_gauge", "bore_mm", 25.0 + number % 7 / 1_000)
    for seen in (CycleEnd(at_ns, "cycle"), read):
        station.step(seen, seen.at_ns)
if "block" in sys.argv:
    station.step(Samples(at_ns + 2, "bore_gauge", "bore_mm", 1, (25.0, 25.001)), at_ns + 2)
print(all(each.frozen for each in station.watch.learned()), "numpy" in sys.modules)
"""


@pytest.mark.parametrize(("words", "made"), [([], False), (["block"], True)], ids=["one by one", "a block"])
def test_a_station_that_takes_one_value_at_a_time_makes_no_array(tmp_path, words, made):
    """With every rule, and after all of them have learned; a block of readings is the first that needs one."""
    path = tmp_path / "station.toml"
    path.write_text(EXAMPLE.read_text() + "".join(f"\n[[detect]]\n{rule}\n" for rule in MORE))
    done = subprocess.run([sys.executable, "-c", LIVED, path, *words], capture_output=True, text=True, check=False)
    assert (f"True {made}\n", "") == (done.stdout, done.stderr)
