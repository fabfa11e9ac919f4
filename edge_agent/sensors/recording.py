"""A file played back: what one sensor of a recording saw is seen again, now."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from edge_agent import clock
from edge_agent.observations import (
    Acknowledge,
    Arrive,
    CycleEnd,
    CycleStart,
    Gone,
    Heard,
    Judged,
    Observation,
    Pull,
    Reading,
    Restore,
    Returned,
    Source,
    Unreadable,
)
from edge_agent.recording import Begin, RecordingError, read
from edge_agent.sensors.wire import Post, Settings, Wire

if TYPE_CHECKING:
    from gpiozero.pins import Factory

Sees = Literal["cycle", "work", "reading", "call"]
PLAYED: dict[Sees, tuple[type[Any], ...]] = {
    "cycle": (CycleEnd,),
    "work": (CycleStart, CycleEnd),
    "reading": (Reading, Judged),
    "call": (Pull, Acknowledge, Arrive, Restore),
}
OF_ANY = (Heard, Unreadable, Gone, Returned)


class Recording(Settings, frozen=True, kw_only=True, tag="recording"):
    """Plays what one sensor of a recording saw, with its times from the beginning of each run, stamped anew.

    The sensor is the one of the same name, or `of`. Calls are answered by nobody's sensor: acknowledge, arrive
    and restore are played by every recording that sees `call`. After the end of the file the sensor is gone.
    """

    path: Annotated[
        str, Meta(min_length=1, max_length=4096, description="what `edge-agent replay JOURNAL --steps` printed")
    ]
    sees: Annotated[Sees, Meta(description="what the recorded sensor speaks of")]
    of: Annotated[str | None, Meta(description="name of the recorded sensor; left out: the same name")] = None
    characteristic: Annotated[str | None, Meta(description="what is measured; needed where it sees reading")] = None
    speed: Annotated[float, Meta(gt=0, le=10_000, description="2.0 plays twice as fast")] = 1.0

    def __post_init__(self) -> None:
        """Refuse a characteristic too many or too few."""
        if (self.sees == "reading") != (self.characteristic is not None):
            message = "sees = 'reading' needs characteristic, and nothing else has one"
            raise ValueError(message)

    def source(self) -> Source:
        """It sees what the recorded sensor saw, which may have judged by itself."""
        judges = self.sees == "reading"
        return Source(name=self.name, sees=self.sees, characteristic=self.characteristic, judges=judges)

    def open(self, post: Post, pins: Factory) -> Wire:  # noqa: ARG002 - a file needs no pins
        """Begin to play; a file that cannot be read is posted as gone and raises nothing."""
        return Playback(self, post)


class Playback:
    """One file being played, a line in memory at a time."""

    def __init__(self, settings: Recording, post: Post) -> None:
        self._settings = settings
        self._post = post
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"recording {settings.name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop playing; returns when the thread has ended."""
        self._closing.set()
        self._thread.join(timeout=2.0)  # longer only where the disk hangs; the thread is a daemon

    def _run(self) -> None:
        try:
            self._play()
            ended = "the recording has ended"
        except RecordingError as error:
            ended = str(error)
        except OSError as error:
            ended = f"{self._settings.path} cannot be read: {error.strerror}; correct path"
        if not self._closing.is_set():
            self._post(Gone(clock.now_ns(), self._settings.name, ended))

    def _play(self) -> None:
        began_ns = now_ns = clock.now_ns()
        recorded_ns: int | None = None
        for turn in read(Path(self._settings.path)):
            if isinstance(turn, Begin) or recorded_ns is None:
                began_ns, recorded_ns = now_ns, turn.now_ns  # a run has a clock of its own; it follows the one before
            if isinstance(turn, Begin) or turn.seen is None or not self._is_played(turn.seen):
                continue
            now_ns = began_ns + round((turn.seen.at_ns - recorded_ns) / self._settings.speed)
            if self._closing.wait(max(0.0, (now_ns - clock.now_ns()) / clock.NS_PER_S)):
                return
            self._post(self._anew(turn.seen, now_ns))

    def _is_played(self, seen: Observation) -> bool:
        if not isinstance(seen, PLAYED[self._settings.sees] + OF_ANY):
            return False
        wanted = self._settings.of or self._settings.name
        return getattr(seen, "sensor", wanted) == wanted

    def _anew(self, seen: Observation, at_ns: int) -> Observation:
        parts: dict[str, Any] = {"at_ns": at_ns}
        if hasattr(seen, "sensor"):
            parts["sensor"] = self._settings.name
        if hasattr(seen, "characteristic"):
            parts["characteristic"] = self._settings.characteristic
        return msgspec.structs.replace(seen, **parts)
