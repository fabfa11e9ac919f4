"""`edge-agent schema`: the contract, as a file somebody can use."""

import json

import pytest
from jsonschema import Draft202012Validator

from edge_agent.signals import asyncapi, contract


def test_all_of_them_by_name(edge_agent):
    """Every payload and every event type, each a sound schema."""
    code, said, _ = edge_agent("schema")
    assert (0, json.loads(json.dumps(contract.schemas()))) == (code, json.loads(said))
    for schema in json.loads(said).values():
        Draft202012Validator.check_schema(schema)


def test_one_by_name(edge_agent):
    """The one asked for, by kind or by event type."""
    code, said, _ = edge_agent("schema", "andon.call.raised.v1")
    assert (0, "urn:andon:schema:andon.call.raised.v1") == (code, json.loads(said)["$id"])


def test_an_unknown_name_is_2(edge_agent):
    """Those there are stand beside it."""
    code, said, why = edge_agent("schema", "andon.call.risen.v1")
    assert (2, "") == (code, said)
    assert "no schema 'andon.call.risen.v1'; there are: ack, andon.agent.fault.v1, " in why


def test_one_document_of_everything(edge_agent):
    """AsyncAPI, for tools; with a name beside it, it is a mistake."""
    code, said, _ = edge_agent("schema", "--asyncapi")
    assert (0, json.loads(json.dumps(asyncapi.document()))) == (code, json.loads(said))
    with pytest.raises(SystemExit, match="2"):
        edge_agent("schema", "--asyncapi", "state")
