import math
import os
import queue
import struct

import msgspec
import pytest

from edge_agent import clock
from edge_agent.observations import MOST_SAMPLES, Gone, Returned, Samples, Unreadable
from edge_agent.sensors import sample_reader, sample_streams
from edge_agent.sensors.samples import SampleFile, SerialBlock

S = clock.NS_PER_S
MS = S // 1000
SYNC = b"\xaa\x55"


def doubles(*values):
    return struct.pack(f"<{len(values)}d", *values)


def shorts(*values):
    return struct.pack(f"<{len(values)}h", *values)


def frame(*values):
    return SYNC + shorts(*values)


@pytest.fixture
def opened(inbox):
    """Opens sensors and closes them in the end."""
    wires = []

    def open_wire(kind, **settings):
        settings = {"name": "p", "characteristic": "p_bar", "format": "f64", "rate_hz": 400.0, "block": 4, **settings}
        wires.append(kind(**settings).open(inbox.post, None))
        return wires[-1]

    yield open_wire
    for wire in wires:
        wire.close()


@pytest.fixture
def play(opened, inbox, tmp_path):
    """Plays a file to its end; gives what was said."""

    def play(data, **settings):
        path = tmp_path / "samples"
        path.write_bytes(data)
        opened(SampleFile, path=str(path), **settings)
        said = [inbox.next()]
        while not isinstance(said[-1], Gone):
            said.append(inbox.next())
        return said

    return play


class Pipe:
    """A named pipe and whoever writes into it."""

    def __init__(self, path):
        self.path = path
        os.mkfifo(path)
        self.end = None

    def start(self):
        """Begin to write; waits until the agent reads."""
        self.end = os.open(self.path, os.O_WRONLY)

    def send(self, data):
        """Say all of `data`, as fast as the pipe takes it."""
        while data:
            data = data[os.write(self.end, data) :]

    def stop(self):
        """Go away."""
        if self.end is not None:
            os.close(self.end)
            self.end = None


@pytest.fixture
def pipe(tmp_path):
    pipe = Pipe(tmp_path / "pipe")
    yield pipe
    pipe.stop()


@pytest.fixture
def heard(opened, pipe):
    """A pipe that the agent reads."""

    def hear(**settings):
        wire = opened(SampleFile, path=str(pipe.path), **settings)
        pipe.start()
        return wire

    return hear


@pytest.fixture
def stream(opened, port):
    """A pty that the agent reads."""

    def hear(**settings):
        wire = opened(SerialBlock, port=str(port.link), **{"baud": 921_600, "format": "i16", **settings})
        port.wait_opened()
        return wire

    return hear


def values(said):
    """All values of some observations."""
    return [value for one in said if isinstance(one, Samples) for value in one.values]


def unreadable(said):
    """What was told as unreadable."""
    return [one.raw for one in said if isinstance(one, Unreadable)]


def next_values(inbox, count):
    """The next so many values, whatever comes between them."""
    found = []
    while len(found) < count:
        found += values([inbox.next()])
    return found


@pytest.mark.parametrize(
    ("format_", "data"),
    [
        ("f64", doubles(1, 2, 3, 4, 5)),
        ("f32", struct.pack("<5f", 1, 2, 3, 4, 5)),
        ("i16", shorts(1, 2, 3, 4, 5)),
        ("text", b"1\n2.0\r\n3e0\n4\n5"),
    ],
)
def test_file_is_played_to_its_end(play, format_, data):
    """Every format is read by the block; the last block is what is left; then the sensor is gone."""
    said = play(data, format=format_, offset=1.0)
    expected = [Samples, (2.0, 3.0, 4.0, 5.0), Samples, (6.0,), Gone, "the file has ended"]
    assert expected == [part for one in said for part in (type(one), getattr(one, "values", None) or one.why)]


def test_file_is_paced(play):
    """Blocks of a file come when they would have, at `speed`: stamps are exact, and none is posted before its time."""
    before_ns = clock.now_ns()
    first, second, gone = play(doubles(*range(8)), rate_hz=100.0, speed=2.0)
    period_ns = 5 * MS
    assert period_ns == first.period_ns
    assert 4 * period_ns == second.at_ns - first.at_ns
    assert before_ns + 8 * period_ns <= second.at_ns <= gone.at_ns


def test_bad_samples_of_a_file(play):
    """NaN, infinite and absurd samples and half a number are in no block, and all are told."""
    said = play(doubles(1, math.nan, 2, math.inf, 3, -1e200, 4) + b"\x07")
    assert [1.0, 2.0, 3.0, 4.0] == values(said)
    assert ["nan and 2 more samples", r"\x07"] == unreadable(said)


def test_missing_file_is_waited_for(opened, inbox, tmp_path):
    """A file that is not there is gone once, with the remedy; made later, it is read."""
    path = tmp_path / "later"
    opened(SampleFile, path=str(path))
    assert f"no such file {path}: correct path" in inbox.next().why
    with pytest.raises(queue.Empty):
        inbox.next(timeout=0.7)  # three tries
    (tmp_path / "new").write_bytes(doubles(1, 2, 3, 4))
    (tmp_path / "new").rename(path)
    assert [Returned, Samples, Gone] == [type(inbox.next()) for _ in range(3)]


def test_folder_is_told(opened, inbox, tmp_path):
    """A folder in place of a file is named as such."""
    opened(SampleFile, path=str(tmp_path))
    assert "is a folder" in inbox.next().why


def test_pipe_is_taken_at_arrival(heard, pipe, inbox):
    """A full block is posted at once, stamped between its last byte's sending and its arrival here."""
    heard(rate_hz=200.0)
    pipe.send(doubles(1, 2, 3))
    pipe.send(doubles(4)[:5])
    sent_ns = clock.now_ns()
    pipe.send(doubles(4)[5:])
    said = inbox.next()
    assert Samples(said.at_ns, "p", "p_bar", 5 * MS, (1.0, 2.0, 3.0, 4.0)) == said
    assert sent_ns <= said.at_ns <= clock.now_ns()


def test_part_of_a_block_does_not_wait(heard, pipe, inbox):
    """Samples that fill no block are posted within 0.5 s, stamped when the last of them was read."""
    heard()
    sent_ns = clock.now_ns()
    pipe.send(doubles(1, 2) + b"\0")
    said = inbox.next()
    assert (1.0, 2.0) == said.values
    assert clock.now_ns() - sent_ns < 0.6 * S  # a tenth for a busy machine
    assert said.at_ns - sent_ns < 0.2 * S
    pipe.send(doubles(0, 3)[1:])  # a pipe loses nothing: what follows belongs to the number begun
    assert [0.0, 3.0] == next_values(inbox, 2)


def test_one_byte_at_a_time(heard, pipe, inbox):
    """A dripping pipe is read like any other."""
    heard()
    for byte in doubles(1, 2, 3, 4):
        pipe.send(bytes([byte]))
    assert [1.0, 2.0, 3.0, 4.0] == next_values(inbox, 4)


def test_writer_goes_and_comes_back(heard, pipe, inbox):
    """What was there is posted, half a number told; the sensor is gone until samples come again."""
    heard()
    pipe.send(doubles(1) + b"\x07")
    pipe.stop()
    said = [inbox.next()]
    while not isinstance(said[-1], Gone):
        said.append(inbox.next())
    assert [1.0] == values(said)
    assert [r"\x07"] == unreadable(said)
    assert "the writer of" in said[-1].why
    pipe.start()
    pipe.send(doubles(5, 6, 7, 8))
    assert [Returned, Samples] == [type(inbox.next()) for _ in range(2)]


def test_flood_is_slowed_and_told(heard, pipe, inbox):
    """A pipe that gives far more than `rate_hz` waits for its reader, which tells it once; nothing is lost."""
    heard(rate_hz=100.0, block=50)
    pipe.send(doubles(*range(400)))
    said = []
    while len(values(said)) < 400:
        said.append(inbox.next())
    assert ["more than 4 times 100 samples a second: correct rate_hz"] == unreadable(said)
    assert list(range(400)) == values(said)
    taken_ns = said[-1].at_ns - said[0].at_ns
    assert taken_ns >= (400 - 2 * 100) / 400 * S  # a burst of 100 at once, one more read, then 400 a second


def test_frames_of_a_port(stream, port, inbox):
    """Frames are read after garbage and around a lost byte; each is a block."""
    stream(sync="aa55")
    port.send(b"\0\xaagarbage" + frame(1, 2, 3, 4) + frame(5, 6, 7, 8)[:-1] + frame(9, 10, 11, 12))
    said = []
    while len(values(said)) < 8:
        said.append(inbox.next())
    assert [1.0, 2.0, 3.0, 4.0, 9.0, 10.0, 11.0, 12.0] == values(said)
    assert all(raw.startswith("outside of frames: ") for raw in unreadable(said))
    assert r"\x00\xaagarbage" in unreadable(said)[0]


def test_frame_waits_for_no_timeout(stream, port, inbox, monkeypatch):
    """A frame is posted when the header after it is read, not when the wait for more is over."""
    monkeypatch.setattr(sample_streams, "READ_WAIT_S", 4.0)
    stream(sync="aa55")
    port.send(frame(1, 2, 3, 4) + SYNC)
    assert (1.0, 2.0, 3.0, 4.0) == inbox.next(timeout=2.0).values
    port.unplug()  # wakes the read


def test_lost_byte_is_mended_by_a_pause(stream, port, inbox):
    """Without frames, a pause ends a number that lost a byte: the next one is read right."""
    stream()
    port.send(shorts(1, 2) + b"\x07")
    assert r"\x07" == inbox.next().raw
    assert [1.0, 2.0] == next_values(inbox, 2)
    port.send(shorts(3, 4, 5, 6))
    assert [3.0, 4.0, 5.0, 6.0] == next_values(inbox, 4)


def test_lines_of_a_port(stream, port, inbox):
    """Numbers as text are read from a port, and a line without an end of 100 kB is one unreadable sample."""
    stream(format="text", baud=115_200)
    port.send(b"1\r\n" + b"9" * 100_000 + b"\r\n2\r\n3\r\n4\r\n")
    said = []
    while len(values(said)) < 4:
        said.append(inbox.next())
    assert [1.0, 2.0, 3.0, 4.0] == values(said)
    assert 1 == len(unreadable(said))


def test_unplugged_and_back(stream, port, inbox):
    """A port pulled out is gone, with the cause; plugged in again it is back when it speaks."""
    stream(sync="aa55")
    port.send(frame(1, 2, 3, 4) + SYNC)
    assert [1.0, 2.0, 3.0, 4.0] == next_values(inbox, 4)
    port.unplug()
    said = inbox.next()
    while isinstance(said, Unreadable):  # the header of a frame that never came
        said = inbox.next()
    assert "unplugged" in said.why
    port.plug()
    port.wait_opened()
    port.send(frame(5, 6, 7, 8) + SYNC)
    assert [Returned, Samples] == [type(inbox.next()) for _ in range(2)]


@pytest.mark.parametrize("state", ["quiet", "away", "flooded", "file"])
def test_close_is_quick(opened, pipe, inbox, tmp_path, state):
    """Closing ends the thread within half a second, whatever the stream does, and nothing is posted after it."""
    path = {"away": tmp_path / "missing", "file": tmp_path / "file"}.get(state, pipe.path)
    (tmp_path / "file").write_bytes(doubles(*range(8)))
    wire = opened(SampleFile, path=str(path), rate_hz=0.1 if state == "file" else 400.0)
    if state == "flooded":
        pipe.start()
        pipe.send(doubles(*range(8000)))
        inbox.next()
    elif state == "away":
        inbox.next()
    began_ns = clock.now_ns()
    wire.close()
    assert clock.now_ns() - began_ns < 0.5 * S
    assert not wire._thread.is_alive()


@pytest.fixture
def fault(monkeypatch):
    """The next samples meet a fault nobody expected."""
    faults = iter([RuntimeError("a fault")])
    take = sample_reader.Gathering.take

    def faulty(gathering, run):
        for fault in faults:
            raise fault
        return take(gathering, run)

    monkeypatch.setattr(sample_reader.Gathering, "take", faulty)


@pytest.mark.usefixtures("fault")
def test_no_file_is_played_twice(opened, inbox, tmp_path):
    """A file whose playing met a fault is gone with its name, and not played from its beginning again."""
    path = tmp_path / "samples"
    path.write_bytes(doubles(1, 2, 3, 4))
    wire = opened(SampleFile, path=str(path))
    assert "RuntimeError: a fault" in inbox.next().why
    wire._thread.join(timeout=5.0)
    assert not wire._thread.is_alive()
    assert [] == inbox.all()


@pytest.mark.usefixtures("fault")
def test_fault_of_its_own_is_told_and_survived(heard, pipe, inbox):
    """An exception nobody expected is told as gone with its name, and the thread goes on."""
    heard()
    pipe.send(doubles(1, 2, 3, 4))
    assert "RuntimeError: a fault" in inbox.next().why
    pipe.stop()
    pipe.start()
    pipe.send(doubles(5, 6, 7, 8))
    assert [Returned, Samples] == [type(inbox.next()) for _ in range(2)]


@pytest.mark.parametrize(
    ("kind", "settings", "said"),
    [
        (SampleFile, {"scale": 0.0}, "scale = 0"),
        (SampleFile, {"rate_hz": 10_000.0, "block": 16}, "block = 16 makes 625 blocks a second; write block = 100"),
        (SampleFile, {"speed": 1e4, "rate_hz": 1e5, "block": 4096}, "write a lower speed"),
        (SerialBlock, {"format": "text", "sync": "aa55"}, "take sync out"),
        (SerialBlock, {"bytesize": 7}, "write bytesize = 8"),
        (SerialBlock, {"baud": 9600}, "needs baud = 80000 or more"),
    ],
)
def test_settings_that_make_no_sense_are_refused(kind, settings, said):
    """A stream that cannot be read or judged is refused with the setting to change."""
    place = {"path": "pipe"} if kind is SampleFile else {"port": "/dev/null", "baud": 921_600}
    known = {"name": "p", "characteristic": "p_bar", "format": "f64", "rate_hz": 1000.0, **place}
    with pytest.raises(ValueError, match=said):
        kind(**{**known, **settings})


@pytest.mark.parametrize(("settings", "within_s"), [({}, 5.0), ({"rate_hz": 10.0}, 76.8), ({"speed": 0.01}, 76.8)])
def test_heard_within_three_blocks(settings, within_s):
    """A living stream is heard within three blocks, as they are played, and never in less than 5 s."""
    known = {"name": "p", "characteristic": "p_bar", "format": "f64", "rate_hz": 1000.0, "path": "p"}
    assert within_s == SampleFile(**{**known, **settings}).source().heard_within_s


def test_largest_block_is_what_an_observation_holds():
    """No setting makes a block larger than an observation may be."""
    known = {"name": "p", "characteristic": "p_bar", "format": "f64", "rate_hz": 1000.0, "path": "p"}
    with pytest.raises(msgspec.ValidationError, match="4096"):
        msgspec.convert({"kind": "sample_file", **known, "block": MOST_SAMPLES + 1}, SampleFile)
