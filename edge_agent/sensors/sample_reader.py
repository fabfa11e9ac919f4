"""The thread behind a stream of samples: hears or plays it, and opens it again when it was gone."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable

from edge_agent import clock
from edge_agent.observations import Gone, Returned, Samples, Unreadable
from edge_agent.sensors.sample_block import Gathering
from edge_agent.sensors.sample_formats import Run
from edge_agent.sensors.sample_streams import Stream, why
from edge_agent.sensors.samples import SampleSettings, SerialBlock
from edge_agent.sensors.serial_reader import FIRST_PAUSE_S, LONGEST_CLOSE_S, LONGEST_PAUSE_S, LONGEST_WHY
from edge_agent.sensors.wire import Post

QUIET_NS = 300_000_000  # with the 0.2 s of a read, a block that is not full is posted within 0.5 s
CHUNK = 65_536  # bytes taken in one read: what a pipe holds
FASTEST = 4  # times rate_hz: catches up after a stall; what comes faster waits in the pipe and costs no more


class SampleReader:
    """One stream at work, from construction to `close`; posts `Gone` and `Returned` once for each loss.

    Args:
        settings: what the samples are.
        opened: opens the stream; raises an OSError where it cannot.
        post: takes the observations.
        speed: how many times faster than `rate_hz` a recorded stream is played.
    """

    def __init__(self, settings: SampleSettings, opened: Callable[[], Stream], post: Post, speed: float = 1.0) -> None:
        self._settings = settings
        self._opened = opened
        self._post = post
        self._speed = speed
        self._period_ns = clock.NS_PER_S / settings.rate_hz
        burst = max(settings.block, round(settings.rate_hz))  # samples: a block, or what a stall of a second leaves
        self._brake = Brake(settings.rate_hz * FASTEST, burst)
        self._most = min(CHUNK, burst * settings.sample_bytes())
        self._closing = threading.Event()
        self._gone = False
        self._pause_s = FIRST_PAUSE_S
        self._thread = threading.Thread(target=self._run, name=f"samples {settings.name}", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop reading; returns when the thread has ended, within 0.5 s."""
        self._closing.set()
        self._thread.join(LONGEST_CLOSE_S)

    def _run(self) -> None:
        over = False
        while not (over or self._closing.is_set()):
            try:
                with self._opened() as stream:
                    over = stream.recorded  # played once, whatever ends it
                    if over:
                        self._play(stream)
                        self._lost("the file has ended")
                    else:
                        self._listen(stream)
            except Exception as error:  # noqa: BLE001 - termios.error is no OSError, and no fault may end the thread; shown as Gone
                self._lost(self._why(error))
            if not over:
                self._closing.wait(self._pause_s)
                self._pause_s = min(2 * self._pause_s, LONGEST_PAUSE_S)

    def _listen(self, stream: Stream) -> None:
        """Take samples as they arrive, until the stream is over."""
        decoder = self._settings.decoder()
        gathering = Gathering(self._settings, round(self._period_ns))
        read_ns = clock.now_ns()
        try:
            while not self._closing.is_set():
                chunk = stream.read(self._most)
                at_ns = clock.now_ns()
                if chunk:
                    read_ns = at_ns
                    self._heard(at_ns)
                    self._slow_down(self._take(gathering, decoder.feed(chunk, at_ns)), at_ns)
                elif at_ns - read_ns >= QUIET_NS:
                    self._take(gathering, decoder.pause(at_ns) if stream.lossy else ())
                    self._say(gathering.flush())
        finally:
            self._take(gathering, decoder.end(read_ns))
            self._say(gathering.flush())

    def _play(self, stream: Stream) -> None:
        """Take samples at the instants they would have come, until the file is over."""
        period_ns = self._period_ns / self._speed
        gathering = Gathering(self._settings, round(period_ns))
        began_ns = clock.now_ns()
        count = 0
        for run in self._runs(stream):
            for part in run.parts(self._settings.block):
                count += len(part.raw)
                due_ns = began_ns + round(count * period_ns)
                if self._closing.wait(max(0.0, (due_ns - clock.now_ns()) / clock.NS_PER_S)):
                    return
                self._heard(due_ns)
                self._say(gathering.take(Run(part.raw, due_ns, part.odd)))
        self._say(gathering.flush())

    def _runs(self, stream: Stream) -> Iterable[Run]:
        """All samples of a recorded stream; its last line needs no end."""
        decoder = self._settings.decoder()
        try:
            while not self._closing.is_set():
                yield from decoder.feed(stream.read(self._most), 0)
        except EOFError:
            if self._settings.format == "text":
                yield from decoder.feed(b"\n", 0)
            yield from decoder.end(0)

    def _take(self, gathering: Gathering, runs: Iterable[Run]) -> int:
        """Post the blocks that samples fill; gives how many samples there were."""
        count = 0
        for run in runs:
            count += len(run.raw)
            self._say(gathering.take(run))
        return count

    def _say(self, said: Iterable[Samples | Unreadable]) -> None:
        for one in said:
            if not self._closing.is_set():
                self._post(one)

    def _slow_down(self, count: int, at_ns: int) -> None:
        """Rest after samples that came much faster than they should; said once each time it begins."""
        was_resting = self._brake.resting
        rest_s = self._brake.rest_s(count, at_ns)
        if rest_s and not was_resting:
            text = f"more than {FASTEST} times {self._settings.rate_hz:g} samples a second: correct rate_hz"
            self._say([Unreadable(at_ns, self._settings.name, text)])
        self._closing.wait(rest_s)

    def _heard(self, at_ns: int) -> None:
        """It speaks: the next loss is a new one."""
        self._pause_s = FIRST_PAUSE_S
        if self._gone:
            self._gone = False
            self._post(Returned(at_ns, self._settings.name))

    def _lost(self, why_text: str) -> None:
        if not self._gone and not self._closing.is_set():
            self._gone = True
            self._post(Gone(clock.now_ns(), self._settings.name, why_text[:LONGEST_WHY]))

    def _why(self, error: Exception) -> str:
        is_port = isinstance(self._settings, SerialBlock)
        return why(error, getattr(self._settings, "port" if is_port else "path"), is_port=is_port)


class Brake:
    """How long to rest so that samples are taken no faster than `most_hz`, but for a `burst` of them.

    >>> brake = Brake(most_hz=100.0, burst=50)
    >>> brake.rest_s(50, 0), brake.rest_s(100, 0), brake.rest_s(50, 1_000_000_000)
    (0.0, 1.0, 0.5)
    """

    def __init__(self, most_hz: float, burst: int) -> None:
        self._most_hz = most_hz
        self._burst = burst
        self._ahead = 0.0  # samples taken that time has not yet paid for
        self._seen_ns = 0
        self.resting = False

    def rest_s(self, count: int, now_ns: int) -> float:
        """Seconds to rest after `count` more samples; 0 where there is no need."""
        paid = (now_ns - self._seen_ns) / clock.NS_PER_S * self._most_hz
        self._ahead = max(0.0, self._ahead - paid) + count
        self._seen_ns = now_ns
        rest_s = max(0.0, self._ahead - self._burst) / self._most_hz
        self.resting = rest_s > 0.0
        return rest_s
