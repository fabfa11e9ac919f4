"""A device that sends a line of text for each reading or judgement over a serial port.

One thread for each port reads what is there, cuts it into lines, and posts what they say. A port that is gone
is opened again by the same path, with growing pauses; a path under `/dev/serial/by-id` finds the device again
under whatever number it has come back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from msgspec import Meta

from edge_agent.observations import Source
from edge_agent.sensors.line_rule import LineRule
from edge_agent.sensors.profiles import PROFILES, Profile, Terminator, Word
from edge_agent.sensors.wire import Post, Settings, Wire

if TYPE_CHECKING:
    from gpiozero.pins import Factory

FROM_PROFILE = "left out: the profile's"
POLL_AT_LEAST_S = 5.0  # a scale may take seconds to settle and answers nothing meanwhile
Words = Annotated[tuple[Word, ...], Meta(max_length=16)]
Pattern = Annotated[str, Meta(min_length=1, max_length=500)]


class SerialLine(Settings, frozen=True, kw_only=True, tag="serial_line"):
    r"""A gauge, scale, torque controller or reader on a serial port, read by a `profile` or an own `pattern`.

    A pattern is a regular expression for the whole line, blanks at both ends and STX, NUL and terminator
    taken off, with named groups: `value` (the number), `unit`, `judge` (a word of `good` or `bad`), `stable`
    (another word than those of `stable`: the value still moves, nothing is read) and `id` (not used). Patterns
    run on lines of at most 256 bytes; do not nest repeats as in `(a+)+`, which takes for ever even on these.
    """

    port: Annotated[
        str, Meta(min_length=1, max_length=255, description="path of the port, best under /dev/serial/by-id")
    ]
    characteristic: Annotated[
        str, Meta(pattern=r"^[A-Za-z0-9_.-]{1,64}$", description="what is measured, the unit last: bore_mm")
    ]
    profile: Annotated[
        Literal["mitutoyo", "mt_sics", "ohaus", "sartorius", "acradyne", "norbar"] | None,
        Meta(description="a device known to the agent; this or pattern"),
    ] = None
    pattern: Annotated[Pattern | None, Meta(description="regular expression of a whole line; this or profile")] = None
    ignore: Annotated[Pattern | None, Meta(description="lines that say only that the device lives")] = None
    unit: Annotated[Word | None, Meta(description="unit the lines must carry; left out: any")] = None
    good: Annotated[
        Words | None, Meta(description="words of group judge that mean good; left out: the profile's, or OK, GO, PASS")
    ] = None
    bad: Annotated[
        Words | None, Meta(description="words of group judge that mean bad; left out: the profile's, or NOK, NG, FAIL")
    ] = None
    stable: Annotated[
        Words | None,
        Meta(description="words of group stable that mean settled; left out: the profile's, or nothing and S"),
    ] = None
    terminator: Annotated[Terminator | None, Meta(description=f"what ends a line; {FROM_PROFILE}, or auto")] = None
    baud: Annotated[Annotated[int, Meta(ge=50, le=4_000_000)] | None, Meta(description=f"{FROM_PROFILE}, or 9600")] = (
        None
    )
    bytesize: Annotated[Literal[7, 8] | None, Meta(description=f"{FROM_PROFILE}, or 8")] = None
    parity: Annotated[Literal["none", "even", "odd"] | None, Meta(description=f"{FROM_PROFILE}, or none")] = None
    stopbits: Annotated[Literal[1, 2] | None, Meta(description=f"{FROM_PROFILE}, or 1")] = None
    poll: Annotated[
        Annotated[str, Meta(min_length=1, max_length=64)] | None,
        Meta(description=rf"what asks for a line, with escapes like \r\n; {FROM_PROFILE}; needs poll_every_s"),
    ] = None
    poll_every_s: Annotated[
        Annotated[float, Meta(ge=0.1, le=3600)] | None, Meta(description="how often to ask; left out: never")
    ] = None

    def __post_init__(self) -> None:
        """Refuse what cannot be read by: complaints name the setting and what to write instead."""
        if (self.profile is None) == (self.pattern is None):
            message = f"give exactly one of profile ({', '.join(PROFILES)}) and pattern"
            raise ValueError(message)
        speech = self.speech()
        if both := set(speech.good) & set(speech.bad):
            message = f"'{min(both)}' is in both good and bad; leave it in one"
            raise ValueError(message)
        if self.poll is not None and self.poll_every_s is None:
            message = "poll needs poll_every_s, how often to ask"
            raise ValueError(message)
        if self.poll_every_s is not None and speech.poll is None:
            message = r"poll_every_s needs poll, what to send, like poll = 'S\r\n'"
            raise ValueError(message)
        unescaped(speech.poll or "")
        self.rule()

    def speech(self) -> Profile:
        """How the device speaks: its profile, or the usual settings with the own pattern, and what overrides them."""
        known = Profile(pattern=self.pattern or "") if self.profile is None else PROFILES[self.profile]
        names = set(Profile.__struct_fields__) & set(self.__struct_fields__)
        given = {name: getattr(self, name) for name in names if getattr(self, name) is not None}
        return msgspec.structs.replace(known, **given)

    def rule(self) -> LineRule:
        """How its lines are read."""
        return LineRule(self.name, self.characteristic, self.speech(), self.unit)

    def source(self) -> Source:
        """It sees readings; where it is polled it must be heard within three polls, and never in less than 5 s."""
        within_s = None if self.poll_every_s is None else max(POLL_AT_LEAST_S, 3 * self.poll_every_s)
        return Source(
            name=self.name,
            sees="reading",
            characteristic=self.characteristic,
            heard_within_s=within_s,
            judges=self.rule().judges,
        )

    def open(self, post: Post, pins: Factory) -> Wire:  # noqa: ARG002 - a serial port needs no pins
        """Begin to read; a port that is not there is posted as gone and waited for, and raises nothing."""
        # here, so that `check` needs no pyserial, and the thread's file can import the settings
        from edge_agent.sensors.serial_reader import SerialReader

        return SerialReader(self, post)


def unescaped(text: str) -> bytes:
    r"""Bytes of a text with the escapes of Python: `\r`, `\n`, `\x1b`; ValueError says what to write.

    >>> unescaped("\\x1bP\\r\\n")
    b'\x1bP\r\n'
    """
    try:
        return text.encode("ascii").decode("unicode_escape").encode("latin-1")
    except (UnicodeError, ValueError) as error:
        message = rf"poll = {text!r} cannot be sent; write plain characters and escapes like \r, \n or \x1b"
        raise ValueError(message) from error
