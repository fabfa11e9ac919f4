"""A ledger at work for tests: its loop in a thread, and a gate that holds it up as a slow machine would."""

import contextlib
import threading

from edge_agent import clock
from edge_agent.consumer import keeper as keeper_module
from edge_agent.consumer.books import Books
from edge_agent.consumer.keeper import Keeper
from edge_agent.signals.broker import Settings
from edge_agent.standard import to_ns
from tests.mosquitto import WAIT_S

STEP_S = 0.02
EVENT = {  # but for `id` and `source`, which are a station's
    "type": "t",
    "time": "2026-01-01T00:00:00Z",
    "timequality": "synced",
    "boot": "b",
    "atns": "1",
    "sequence": "0" * 19 + "1",
    "dataschema": "s",
    "data": {},
    "specversion": "1.0",
    "datacontenttype": "application/json",
}


class Kept:
    """A running ledger; while `gate` is cleared it takes nothing from the network, and the broker must queue."""

    def __init__(self, path, port, **settings):
        self.gate = threading.Event()
        self.gate.set()
        self.keeper = Keeper(Books(path), Settings(host="127.0.0.1", port=port, **settings), chance=lambda: 0.0)
        self.keeper.subscription._post = self._post
        self.changed = threading.Event()

    def _post(self, said):
        self.gate.wait(WAIT_S)
        self.keeper.inbox.post(said)

    def until(self, wanted, patience_s=WAIT_S):
        """Wait until the books are as wanted."""
        deadline_ns = clock.now_ns() + to_ns(patience_s)
        while not wanted(self.keeper.books):
            assert clock.now_ns() < deadline_ns, [(page.epoch, page.holes()) for page in self.keeper.books.pages]
            self.changed.wait(STEP_S)


def numbers(books, station):
    """What is in the books of a station's newest journal."""
    page = books.page(station)
    return [] if page is None else list(page.have)


@contextlib.contextmanager
def keeping(path, port, **settings):
    """A ledger that listens, ended in good order."""
    kept = Kept(path, port, **settings)
    stop = threading.Event()
    thread = threading.Thread(target=kept.keeper.run, args=(stop,))
    thread.start()
    try:
        kept.until(lambda _: not kept.keeper.subscription.cause)
        yield kept
    finally:
        kept.gate.set()
        stop.set()
        thread.join(WAIT_S)
        kept.keeper.books.close()
    assert not thread.is_alive()


def hurried_ledger(monkeypatch):
    """The ledger's rests made short."""
    monkeypatch.setattr(keeper_module, "TICK_S", 0.02)
    monkeypatch.setattr(keeper_module, "ASK_NS", to_ns(0.1))
