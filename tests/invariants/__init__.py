"""What holds in every history of a station, whatever was seen and whenever it was killed.

An `Audit` stands beside a station and is told each step: what was seen, what was said, what time it is. It believes
the events alone, as a subscriber would, and holds them against what the station knows and shows. The rules:

1. A call is raised once, under the next number, and ends once or is open; a restart resumes exactly those.
2. No event without its cause: answers need an open call, a person's word needs the person, levels go up one by one
   and not before their time, only what may stop the line stops it, a sensor is back only after it was lost.
3. Nobody is forgotten: a call that nobody came to is at the level its age asks for, and nothing is overdue after a
   step.
4. Times that are told are differences of stamps; the wall clock is in none of them.
5. The books add up to the nanosecond: each hour, each shift, what is not told yet; and every part is in an hour.
6. The lamp always has a reason and a row of the legend; green stands alone, on fresh evidence, beside no open call,
   no lost sensor and nothing that is set aside.
7. What is kept and what is shown can be written down and read back.

`calls.py` keeps rules 1 to 4, `books.py` 4 and 5, `lamp.py` and `shelf.py` 6; `audit.py` is the whole.
`InvariantError` says which rule does not hold, and why.
"""

from tests.invariants.audit import Audit
from tests.invariants.must import InvariantError

__all__ = ["Audit", "InvariantError"]
