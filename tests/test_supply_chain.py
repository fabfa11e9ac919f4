"""The bill of materials is whole and sound; an audit that could look nothing up does not say that all is well."""

from __future__ import annotations

import json
import os
import re
import tomllib
from functools import cache
from typing import Any

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

import edge_agent
from tests import supply_chain

ADVISORY = {"id": "PYSEC-2020-1", "fix_versions": ["2.0"], "aliases": [], "description": ""}


@cache
def bill() -> dict[str, Any]:
    return supply_chain.bill_of_materials()


def test_the_bill_is_sound():
    """CycloneDX's own schema finds nothing, and finds a component without a name (control)."""
    judge = JsonStrictValidator(SchemaVersion.V1_5)
    short = [each | {"externalReferences": each["externalReferences"][:1]} for each in bill()["components"][:3]]
    assert judge.validate_str(json.dumps(bill() | {"components": short})) is None  # the judge is slow with addresses
    assert judge.validate_str(json.dumps(bill() | {"components": [{"type": "library"}]})) is not None


def test_the_bill_names_what_a_station_runs_and_no_more():
    """Each dependency of the product, with version, purl and a hash; not one tool of the developers."""
    project = tomllib.loads((supply_chain.ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(each for extra in project["optional-dependencies"].values() for each in extra),
    ]
    components = {each["name"]: each for each in bill()["components"]}
    assert {re.split(r"[<>=!;\[ ]", each)[0] for each in wanted} <= components.keys()
    assert not components.keys() & {"pytest", "mypy", "ruff", "hypothesis", "pip-audit"}
    for each in components.values():
        assert each["purl"] == f"pkg:pypi/{each['name']}@{each['version']}"
        assert any(found["hashes"] for found in each["externalReferences"])
    assert edge_agent.__version__ == bill()["metadata"]["component"]["version"]


@pytest.mark.parametrize(
    ("packages", "code", "says"),
    [
        ([{"name": "a", "version": "1", "vulns": []}], 0, "1 packages, nothing known against any"),
        ([{"name": "a", "version": "1", "vulns": [ADVISORY]}], 1, "a 1: PYSEC-2020-1, mended in ['2.0']"),
        ([{"name": "a", "skip_reason": "not found"}], os.EX_UNAVAILABLE, "of a could not be read: nothing is known"),
        (
            [{"name": "a", "version": "1", "vulns": []}, {"name": "b", "skip_reason": "not found"}],
            os.EX_UNAVAILABLE,
            "of b could not be read",
        ),
    ],
)
def test_what_an_audit_says(packages, code, says):
    """Known is 1; what could not be looked up is not well, though the tool itself says so and ends with 0."""
    verdict = supply_chain.audited(json.dumps({"dependencies": packages}))
    assert code == verdict.code
    assert says in verdict.text


def test_an_audit_that_broke_off_says_nothing_good():
    """No report, no verdict."""
    assert os.EX_UNAVAILABLE == supply_chain.audited("").code
