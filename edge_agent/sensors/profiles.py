"""Devices as data: how each speaks on a serial line, with sample lines that are its own test."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Terminator = Literal["cr", "lf", "crlf", "etx", "auto"]
Word = Annotated[str, Meta(max_length=32)]
SARTORIUS_ID = (  # six characters of a word like N, G or Qnt; not Stat and Err, after which no weight follows
    r"[A-DF-RT-Z][A-Za-z0-9 #]{0,5}|E(?:[A-QS-Za-qs-z0-9 #][A-Za-z0-9 #]{0,4})?"
    r"|S(?:[A-SU-Za-su-z0-9 #][A-Za-z0-9 #]{0,4})?"
)
NUMBER = r"[+-]? *[0-9]+(?:\.[0-9]*)?(?:\[[0-9]\])?"


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """A line as the device sends it, and what must be read from it.

    Args:
        line: with its terminator.
        says: which observation it becomes.
        value, good: of a reading or a judgement.
    """

    line: bytes
    says: Literal["reading", "judged", "heard", "unreadable"] = "reading"
    value: float | None = None
    good: bool | None = None


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """How a device speaks; each part can be overridden by the sensor's setting of the same name.

    Args:
        pattern: matches a whole line, stripped of blanks at both ends; named groups `value`, `unit`, `judge`,
            `stable` and `id`.
        ignore: lines that say only that the device lives.
        good, bad: texts of group `judge`.
        stable: texts of group `stable` that mean a settled value; with any other the line is only heard.
    """

    pattern: str
    baud: int = 9600
    bytesize: Literal[7, 8] = 8
    parity: Literal["none", "even", "odd"] = "none"
    stopbits: Literal[1, 2] = 1
    terminator: Terminator = "auto"
    ignore: str | None = None
    poll: str | None = None
    good: tuple[Word, ...] = ("OK", "GO", "PASS")
    bad: tuple[Word, ...] = ("NOK", "NG", "FAIL")
    stable: tuple[Word, ...] = ("", "S")
    samples: tuple[Sample, ...] = ()


# Line forms from the makers' manuals; where a manual leaves the port's settings to the user, 9600 8N1 is usual.
PROFILES: dict[str, Profile] = {
    # Mitutoyo QM-Height and USB-ITN, 13 bytes: "01A", sign, eight characters. CR alone ends a line.
    "mitutoyo": Profile(
        pattern=rf"[0-9]{{2}}A(?P<value>{NUMBER})",
        terminator="cr",
        samples=(
            Sample(line=b"01A+0000.123\r", value=0.123),
            Sample(line=b"01A-0012.500\r", value=-12.5),
            Sample(line=b"911\r", says="unreadable"),
        ),
    ),
    # Mettler Toledo MT-SICS level 0. Moving, busy, overload and underload are the life of a scale that is being
    # used: heard. ES, EL, ET mean that the poll or the wiring is wrong: unreadable, so that somebody looks.
    "mt_sics": Profile(
        pattern=rf"SI? +(?P<stable>[SD]) +(?P<value>{NUMBER}) +(?P<unit>\S+)",
        ignore=r"SI? +[I+-]",
        terminator="crlf",
        poll="SI\\r\\n",
        samples=(
            Sample(line=b"S S     100.00 g\r\n", value=100.0),
            Sample(line=b"S S      -0.02 g\r\n", value=-0.02),
            Sample(line=b"S D     101.37 g\r\n", says="heard"),
            Sample(line=b"S I\r\n", says="heard"),
            Sample(line=b"S +\r\n", says="heard"),
            Sample(line=b"S -\r\n", says="heard"),
            Sample(line=b"ES\r\n", says="unreadable"),
        ),
    ),
    # Ohaus Explorer, Scout, Defender 3000: "?" means not settled; legends and interval times may follow.
    "ohaus": Profile(
        pattern=rf"(?P<value>{NUMBER}) +(?P<unit>[A-Za-z:]+) *(?P<stable>\??) *(?:G|N|NET|T|TOTAL)? *(?:[0-9:]{{8}})?",
        terminator="crlf",
        samples=(
            Sample(line=b"    192.21 g\r\n", value=192.21),
            Sample(line=b"      0.01 g ?\r\n", says="heard"),
            Sample(line=b"    192.21 g  00:00:15\r\n", value=192.21),
            Sample(line=b"-     1.50 kg   NET\r\n", value=-1.5),
            Sample(line=b"Err 8.4\r\n", says="unreadable"),
        ),
    ),
    # Sartorius SBI, short and long form (six characters of id first). The unit is left out while the weight
    # moves. A digit in brackets is not verified for trade, and still measured.
    "sartorius": Profile(
        pattern=rf"(?:(?P<id>{SARTORIUS_ID}) +)?(?P<value>{NUMBER}) *(?P<unit>[A-Za-z/%]+)",
        ignore=rf"(?:(?:{SARTORIUS_ID}) +)?{NUMBER}|(?:Stat +)?(?:OFF|Low|High|L|H)",
        terminator="crlf",
        poll="\\x1bP\\r\\n",
        samples=(
            Sample(line=b"+   123.56 g  \r\n", value=123.56),
            Sample(line=b"N     +   123.56 g  \r\n", value=123.56),
            Sample(line=b"G     -     0.10 kg \r\n", value=-0.1),
            Sample(line=b"+  123.5[6] g  \r\n", value=123.56),
            Sample(line=b"+   123.58    \r\n", says="heard"),
            Sample(line=b"Stat         High\r\n", says="heard"),
            Sample(line=b"Stat     ERR 054\r\n", says="unreadable"),
            Sample(line=b"    ERR 054     \r\n", says="unreadable"),
        ),
    ),
    # AcraDyne Gen IV: one line after each rundown, "# P 1 BB TTT.T AAAA 0000 0000 J", sometimes with a NUL.
    "acradyne": Profile(
        pattern=rf"# +\S+ +[0-9]+ +(?P<id>[0-9A-Z]+) +(?P<value>{NUMBER}) +[0-9.]+ +[0-9]+ +[0-9]+ +(?P<judge>[@A-Z])",
        good=("@",),
        bad=("H", "I", "J", "K"),
        samples=(
            Sample(line=b"# P 1 02 012.4 0090 0000 0000 @\r\n\0", value=12.4, good=True),
            Sample(line=b"# P 1 02 009.1 0045 0000 0000 H\r\n", value=9.1, good=False),
            Sample(line=b"# P 1 02 012.4 0090 0000 0000 Z\r\n", says="unreadable"),
        ),
    ),
    # Norbar NorTronic ASCII: final torque, direction, judgement; further measures follow.
    "norbar": Profile(
        pattern=rf"RE:[A-Z]:(?P<value>{NUMBER}),[A-Z]+,(?P<judge>OK|NOK)(?:,[0-9.+-]*(?:,(?:OK|NOK))?)*",
        samples=(
            Sample(line=b"RE:F:225.9,C,OK,3,OK,1,NOK\r\n", value=225.9, good=True),
            Sample(line=b"RE:F:187.2,C,NOK,3,OK,1,OK\r\n", value=187.2, good=False),
            Sample(line=b"RE:F:,C,OK\r\n", says="unreadable"),
        ),
    ),
}
