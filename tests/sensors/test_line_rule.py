import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_agent import clock
from edge_agent.observations import Heard, Judged, Reading, Unreadable
from edge_agent.sensors.framing import Framing
from edge_agent.sensors.line_rule import SHOWN, LineRule, number
from edge_agent.sensors.profiles import PROFILES, Profile
from edge_agent.standard import to_ns

AT = 7_000


def rule(pattern=r"(?P<value>\S+)", unit=None, **parts):
    return LineRule("gauge", "bore_mm", Profile(pattern=pattern, **parts), unit)


SAMPLES = [(name, sample) for name, profile in PROFILES.items() for sample in profile.samples]


@pytest.mark.parametrize(("name", "sample"), SAMPLES, ids=[f"{name} {sample.line!r}" for name, sample in SAMPLES])
def test_samples_of_every_profile(name, sample):
    """Each sample line of a profile is read as the profile says."""
    (line,) = Framing(PROFILES[name].terminator).feed(sample.line)
    said = LineRule("gauge", "bore_mm", PROFILES[name]).read(line, AT)
    expected = (sample.says, sample.value, sample.good)
    assert expected == (type(said).__name__.lower(), getattr(said, "value", None), getattr(said, "good", None))


@pytest.mark.parametrize("name", PROFILES)
def test_every_profile_shows_what_it_cannot_read(name):
    """Each profile has samples of a reading and of a line that is unreadable."""
    assert {"reading", "unreadable"} <= {sample.says for sample in PROFILES[name].samples}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("+   123.56", 123.56),
        ("-0000.5", -0.5),
        ("123.5[6]", 123.56),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e-3", 0.001),
        ("1[2]3", None),
        ("nan", None),
        ("inf", None),
        ("-Infinity", None),
        ("1e999", None),
        ("9" * 33, None),
        ("1_000", None),
        ("0x1F", None),
        ("1,5", None),
        ("--1", None),
        ("", None),
    ],
)
def test_numbers(text, value):
    """Figures as scales write them are read; everything that is no finite number is not."""
    assert value == number(text)


@pytest.mark.parametrize("line", [b"nan", b"1e999", b"12\xb2", b"12\x1b[2J", b"1" * 257, "1٣".encode()])
def test_uncertain_lines_are_unreadable(line):
    """What is not finite, not printable ASCII or too long is told as unreadable, short and printable."""
    said = rule().read(line, AT)
    assert isinstance(said, Unreadable)
    assert said.raw.isprintable()
    assert len(said.raw) <= SHOWN


def test_long_line_is_not_searched():
    """A pattern runs on 256 bytes and no more, whatever it would match."""
    greedy = rule(r".*(?P<value>\d)")
    expected = [Reading(AT, "gauge", "bore_mm", 5.0), Unreadable(AT, "gauge", "x" * SHOWN)]
    assert expected == [greedy.read(b"x" * length + b"5", AT) for length in (255, 256)]


def test_judged_without_a_value():
    """A pattern with a judge alone gives judgements; a word that is in neither list is unreadable."""
    judge = rule(r"(?P<judge>\w+)", good=("O",), bad=("X",))
    expected = [
        Judged(AT, "gauge", "bore_mm", True),
        Judged(AT, "gauge", "bore_mm", False),
        Unreadable(AT, "gauge", "A"),
    ]
    assert expected == [judge.read(line, AT) for line in (b"O", b"X", b"A")]


def test_wrong_unit_is_unreadable():
    """A gauge that somebody switched to inch gives no reading in mm."""
    gauge = rule(r"(?P<value>\S+) (?P<unit>\w+)", unit="mm")
    expected = [Reading(AT, "gauge", "bore_mm", 25.0), Unreadable(AT, "gauge", "0.984 in")]
    assert expected == [gauge.read(line, AT) for line in (b"25.0 mm", b"0.984 in")]


def test_ignored_and_unsettled_lines_are_heard():
    """A line that is ignored, or whose value still moves, shows that the device lives and no more."""
    gauge = rule(r"(?P<value>\d+)(?P<stable>\??)", ignore="READY.*")
    expected = [Heard(AT, "gauge"), Heard(AT, "gauge"), Reading(AT, "gauge", "bore_mm", 5.0)]
    assert expected == [gauge.read(line, AT) for line in (b"READY 1", b"5?", b"5")]


def test_pattern_matches_the_whole_line():
    """A value with rubbish beside it is not read: a lost byte must not make a wrong reading."""
    assert isinstance(rule(r"(?P<value>\d+\.\d+)").read(b"1.0025.001", AT), Unreadable)


@pytest.mark.parametrize(
    ("pattern", "complaint"),
    [
        ("(", "no regular expression"),
        (r"\d+", "needs a group"),
        (r"(?P<value>\d)(?P<unti>.)", "'unti', which nobody reads"),
    ],
)
def test_wrong_pattern_is_refused(pattern, complaint):
    """A pattern that cannot work is refused with what to write."""
    with pytest.raises(ValueError, match=complaint):
        rule(pattern)


LINES = st.binary(max_size=300) | st.from_regex(rb"[ -~]{0,60}", fullmatch=True)


@given(LINES, st.sampled_from(sorted(PROFILES)), st.integers(0, 60), st.binary(max_size=3))
def test_no_line_makes_a_reading_that_is_no_number(line, name, place, noise):
    """Random lines, and samples with bytes struck over, give an observation each, readings finite, raw short."""
    rules = LineRule("gauge", "bore_mm", PROFILES[name])
    for candidate in (line, *(sample.line[:place] + noise + sample.line[place:] for sample in PROFILES[name].samples)):
        said = rules.read(candidate, AT)
        assert isinstance(said, Reading | Judged | Heard | Unreadable)
        assert math.isfinite(getattr(said, "value", 0.0))
        assert len(getattr(said, "raw", "")) <= SHOWN


@pytest.mark.parametrize(
    "pattern",
    [
        r"(?P<value>(\d+)+)",
        r"(?P<value>(\d*)*x|\d+?)",
        r"(?P<value>\d*\d*\d*\d*\d*\d*\d*\d*)x",
        r"(?P<value>(\d|\d\d)+)",
    ],
)
def test_no_pattern_can_hold_the_station_up(pattern):
    """Repeats of repeats on a line that almost fits: 20 lines are read at once, where one would have taken years."""
    reader = rule(pattern)
    began_ns = clock.now_ns()
    for _ in range(20):
        assert isinstance(reader.read(b"1" * 255 + b"!", AT), Unreadable)
    assert clock.now_ns() - began_ns < to_ns(2.0)


@pytest.mark.parametrize("pattern", [r"(?!x)(?P<value>\d)", r"(?P<value>\d)(?P=value)", r"(?P<value>(\d{999}){999})"])
def test_a_pattern_that_cannot_be_bounded_is_refused(pattern):
    """Looking ahead, back references and giants: refused when the configuration is checked, with what to leave out."""
    with pytest.raises(ValueError, match=r"no regular expression.*without"):
        rule(pattern)
