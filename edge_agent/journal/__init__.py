"""The journal: events numbered and kept in one SQLite file that survives power cuts, full disks and restarts.

The station process is its only writer (`Writer`, a thread around `Journal`); the uplink and `replay` read it
(`Reader`). What `Journal.write` has returned from is on the card: WAL, synchronous=FULL. A number (`seq`) is
never given twice in one file, and the file's `epoch` changes when the file does, so that a consumer sees both a
hole and a wiped card.
"""

from edge_agent.journal.reader import Reader
from edge_agent.journal.records import Entry, JournalError, JournalMissing, Label, Memory, Row, Settings
from edge_agent.journal.storage import Journal
from edge_agent.journal.writer import Writer

__all__ = [
    "Entry",
    "Journal",
    "JournalError",
    "JournalMissing",
    "Label",
    "Memory",
    "Reader",
    "Row",
    "Settings",
    "Writer",
]
