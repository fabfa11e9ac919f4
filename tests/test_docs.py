"""The documents say what the code does: tables between `generated` marks are those the code gives now."""

from pathlib import Path

import pytest

from edge_agent import reference

ROOT = Path(__file__).parent.parent
TABLES = [("edge_agent/sensors/README.md", "sensors", reference.sensors_table)]


@pytest.mark.parametrize(("file", "name", "table"), TABLES, ids=[name for _, name, _ in TABLES])
def test_generated_tables_are_current(file, name, table):
    """Each table in a README is what its function in `edge_agent/reference.py` gives; paste that between the marks."""
    text = (ROOT / file).read_text(encoding="utf-8")
    written = text.partition(f"<!-- generated: {name} -->\n")[2].partition("\n<!-- /generated -->")[0]
    expected = table()
    assert expected == written
