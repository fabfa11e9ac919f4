"""`edge-agent plan` against a running station."""

import json

from tests import bench_station


def test_a_planned_stop_is_white_and_told_until_work_goes_on(edge_agent, bench, path):
    """Begun, shown in status, refused a second time, ended."""
    code, said, _ = edge_agent("plan", "--config", path, "stop", "meeting", "--who", "lead")
    assert (0, True) == (code, said.startswith("planned stop begun"))
    bench.seen(bench_station.WHITE, True)
    code, said, _ = edge_agent("status", path)
    assert 0 == code
    assert "planned stop (meeting)" in said
    code, _, why = edge_agent("plan", "--config", path, "stop")
    assert (1, True) == (code, "is on already" in why)
    code, said, _ = edge_agent("plan", "--config", path, "resume", "--json")
    assert (0, {"ok": True}) == (code, json.loads(said))
    bench.cycle()
    bench.seen(bench_station.GREEN, True)


def test_a_product_nobody_wrote_down_is_refused(edge_agent, bench, path):  # noqa: ARG001 - it must run
    """With what to write instead."""
    code, _, why = edge_agent("plan", "--config", path, "product", "large")
    assert 1 == code
    assert "products of the configuration: none" in why
