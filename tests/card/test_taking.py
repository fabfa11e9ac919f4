"""The card's configuration: what is taken, what is refused and what stays, what the answer says."""

import errno
from pathlib import Path

import pytest

from edge_agent.card import CardError, found, take
from edge_agent.card.taking import ANSWER, REFUSED, stack_of, write

GOOD = """\
[station]
name = "st07"

[standard]
standard_cycle_s = 55

[[sensor]]
name = "press"
kind = "gpio_pulse"
pin = "GPIO17"

[stack]
red = "GPIO23"
yellow = "GPIO24"
green = "GPIO25"
"""
OTHER = GOOD.replace("st07", "st08")
WRONG = GOOD.replace("standard_cycle_s", "standard_cycel_s")


class Place:
    """A boot partition and a place for configurations."""

    def __init__(self, folder):
        self.boot, self.etc, self.enabled = folder / "boot", folder / "etc", folder / "wants"
        for each in (self.boot, self.etc, self.enabled):
            each.mkdir()

    def put(self, text, name="station.toml"):
        """Write a file on the card."""
        (self.boot / name).write_bytes(text if isinstance(text, bytes) else text.encode())

    def take(self):
        """What comes of it."""
        return take((self.boot / "firmware", self.boot), self.etc, lambda new: [new.station.name], self.enabled)

    def answer(self):
        """What stands beside the file."""
        return (self.boot / ANSWER).read_text()

    def in_force(self):
        """The configuration in force; empty where there is none."""
        file = self.etc / "station.toml"
        return file.read_text() if file.exists() else ""


@pytest.fixture
def place(tmp_path):
    """An empty card, and no configuration."""
    return Place(tmp_path)


def test_a_sound_file_is_in_force_and_answered(place):
    """Byte for byte, readable to its group alone; the answer says whose station it is."""
    place.put(GOOD)
    outcome = place.take()
    assert (True, True, GOOD) == (outcome.accepted, outcome.in_force, place.in_force())
    assert place.answer().startswith("ACCEPTED: station.toml is in force.\n")
    assert "st07" in place.answer()
    assert 0o640 == (place.etc / "station.toml").stat().st_mode & 0o777
    assert ("red", "yellow", "green") == outcome.stack.tiers()


def test_a_file_from_windows_is_taken(place):
    """With a byte order mark and its line ends."""
    place.put(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    assert place.take().accepted


def test_it_is_taken_once(place):
    """A change made on the machine is not undone by the same card; another content is taken."""
    place.put(GOOD)
    place.take()
    (place.etc / "station.toml").write_text("mended on the machine")
    assert place.take().accepted is None
    assert "mended on the machine" == place.in_force()
    place.put(OTHER)
    assert (True, OTHER) == (place.take().accepted, place.in_force())


def test_a_wrong_file_leaves_the_old_one(place):
    """The answer names line and remedy; the lamps are those of the wiring that is known."""
    place.put(GOOD)
    place.take()
    place.put(WRONG.replace("GPIO23", "GPIO16"))
    outcome = place.take()
    assert (False, True, GOOD) == (outcome.accepted, outcome.in_force, place.in_force())
    assert "REFUSED: the configuration before it stays in force." in place.answer()
    assert "station.toml:5: unknown key 'standard_cycel_s'; did you mean 'standard_cycle_s'?" in place.answer()
    assert "GPIO23" == outcome.stack.red
    assert place.answer() == (place.etc / REFUSED).read_text()


def test_a_wrong_file_and_no_old_one(place):
    """Nothing is in force; the lamps are those that the refused file names."""
    place.put(WRONG)
    outcome = place.take()
    assert (False, False, "") == (outcome.accepted, outcome.in_force, place.in_force())
    assert "REFUSED: the station does not run." in place.answer()
    assert "GPIO23" == outcome.stack.red


def test_mended_it_is_no_longer_refused(place):
    """The old content again, or the card without a file: nothing is refused any more."""
    place.put(GOOD)
    place.take()
    for mended in (GOOD, OTHER, None):
        place.put(WRONG)
        place.take()
        assert (place.etc / REFUSED).exists()
        if mended is None:
            (place.boot / "station.toml").unlink()
        else:
            place.put(mended)
        place.take()
        assert not (place.etc / REFUSED).exists()


def test_an_empty_card_changes_nothing(place):
    """No answer is written where there was no question."""
    outcome = place.take()
    assert (None, False, []) == (outcome.accepted, outcome.in_force, list(place.boot.iterdir()))


@pytest.mark.parametrize(
    ("names", "wanted"),
    [
        (["station.toml", "station (1).toml"], "there are 2 configurations"),
        (["station.toml.txt"], "station.toml.txt is not called station.toml: rename it"),
        (["station-old.toml", "STATION.TOML"], "there are 2 configurations"),
    ],
)
def test_what_cannot_be_meant(place, names, wanted):
    """Several files, or one of another name: said with what to do, and none is taken."""
    for name in names:
        place.put(GOOD, name)
    assert (False, True) == (place.take().accepted, wanted in place.answer())


def test_both_boot_folders(tmp_path):
    """One file each in the old and the new place are two configurations."""
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "station.toml").touch()
    with pytest.raises(CardError, match="there are 2 configurations"):
        found((tmp_path / "a", tmp_path / "b"))


def test_capitals_do_not_matter(place):
    """As FAT keeps them and does not tell them apart."""
    place.put(GOOD, "Station.toml")
    assert place.take().accepted


def test_another_station_on_this_machine(place):
    """Enabled by hand: two stations would want the same pins, so the card's is refused, with the way out."""
    place.put(GOOD)
    (place.enabled / "edge-agent-station@press.service").touch()
    (place.enabled / "edge-agent-station@station.service").touch()
    assert not place.take().accepted
    assert "sudo systemctl disable --now edge-agent-station@press.service" in place.answer()


def test_a_journal_where_nothing_may_be_written(place):
    """The unit could not write there, and the lamp would stay dark."""
    place.put(GOOD + '[journal]\npath = "/home/pi/st07.db"\n')
    assert not place.take().accepted
    assert "the journal must lie in /var/lib/edge-agent" in place.answer()


def test_a_card_that_cannot_be_written(place):
    """The answer is lost; the configuration is not."""
    place.put(GOOD)
    (place.boot / f"{ANSWER}.part").mkdir()
    assert (True, GOOD) == (place.take().accepted, place.in_force())


@pytest.mark.parametrize(
    ("text", "red"),
    [
        (GOOD.replace("[standard]", "[standard"), "GPIO23"),  # no TOML, but for the table of the lamps
        (GOOD.replace('yellow = "GPIO24"', "yellow = GPIO24"), None),  # that table
        (GOOD.replace("GPIO24", "GPIO23"), None),  # two lamps on one pin
        (GOOD.replace("GPIO23", "GPIO3"), None),  # lit by the Pi's own resistor
        ("", None),
    ],
)
def test_the_lamps_of_a_file_that_cannot_be_used(text, red):
    """They are known where their table can be read and has nothing against it; else no pin is touched."""
    stack = stack_of(text)
    assert red == (None if stack is None else stack.red)


@pytest.mark.parametrize("text", [GOOD, WRONG])
def test_the_sign_is_on_lamps_alone(place, text):
    """The relay of `alive` would say that somebody is watching, and nobody asks the line to stop."""
    place.put(text + 'alive = "GPIO16"\nbuzzer = "GPIO12"\nline_stop = "GPIO13"\n')
    shown = place.take().stack
    assert ("GPIO23", None, None, None) == (shown.red, shown.alive, shown.buzzer, shown.line_stop)


def test_a_write_that_is_cut_leaves_the_old_file(tmp_path, monkeypatch):
    """What is not yet on the disk has another name."""
    file = tmp_path / "station.toml"
    write(file, b"old")

    def cut(_):
        raise KeyboardInterrupt

    monkeypatch.setattr("os.fsync", cut)
    with pytest.raises(KeyboardInterrupt):
        write(file, b"new")
    assert b"old" == file.read_bytes()


def test_what_was_mended_at_the_station_is_not_undone_without_a_word(place):
    """Lamps were swapped in the file there; a new card has them as they were: the answer names each, and what to do."""
    place.put(GOOD)
    place.take()
    mended = GOOD.replace("GPIO23", "GPIO2x").replace("GPIO24", "GPIO23").replace("GPIO2x", "GPIO24")
    mended = mended.replace('pin = "GPIO17"\n', 'pin = "GPIO17"\ndebounce_ms = 7\n')
    (place.etc / "station.toml").write_text(mended)
    place.put(GOOD.replace("= 55", "= 50"))
    assert place.take().accepted
    answer = place.answer().splitlines()
    assert "The file at the station was changed there on " in answer[2]
    assert {
        '  stack red: there "GPIO24", now "GPIO23"',
        '  stack yellow: there "GPIO23", now "GPIO24"',
        "  sensor press debounce_ms: there 7, now nothing",
        "  standard standard_cycle_s: there 55, now 50",
    } == set(answer[3:7])
    assert "write what was there into the file on this card, too" in answer[7]


@pytest.mark.parametrize("changed", [GOOD, "# a note\n" + OTHER, OTHER, "no toml"])
def test_nothing_is_said_where_nothing_is_undone(place, changed):
    """Not of a file as it was taken, of a note in it, of what the card has too, or of what could not be used."""
    place.put(GOOD)
    place.take()
    (place.etc / "station.toml").write_text(changed)
    place.put(OTHER)
    place.take()
    assert place.answer().startswith("ACCEPTED")
    assert "changed there" not in place.answer()


def test_a_folder_of_that_name_is_refused(place):
    """As it comes of dragging too much: the answer, beside it, says what to do."""
    (place.boot / "station.toml").mkdir()
    assert place.take().accepted is False
    assert "station.toml is a folder: take the file out of it" in place.answer()
    assert "Errno" not in place.answer()


def test_a_card_that_cannot_be_read_is_told_in_words(place, monkeypatch):
    """Worn out, as cards are."""
    place.put(GOOD)

    def worn(self):
        raise OSError(errno.EIO, "Input/output error", str(self))

    monkeypatch.setattr(Path, "read_bytes", worn)
    assert place.take().accepted is False
    monkeypatch.undo()
    assert "station.toml cannot be read: input/output error; copy it to the card again" in place.answer()
