from tests.kills import campaign


def test_after_every_part_was_killed_the_books_have_what_was_recorded():
    """Station, uplink, ledger, and the broker with events not handed on: all are in the books, once, as recorded.

    `python -m tests.kills` kills a hundred times.
    """
    outcome = campaign(kills=2, confirm="ledger", seed=1, steady_s=0.0)
    assert {"station": 1, "uplink": 1, "ledger": 1, "broker": 1} == outcome.kills
    assert outcome.recorded > 60
    assert outcome.recorded == outcome.kept
    assert 0 == outcome.missing == outcome.differing == outcome.conflicts == outcome.explained
