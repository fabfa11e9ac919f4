"""A configuration is accepted, or everything wrong with it is said with its line."""
# ruff: noqa: E501 - complaints are compared as they are printed

from pathlib import Path

import pytest

from edge_agent import config
from edge_agent.config import document
from edge_agent.config.document import LARGEST_BYTES
from edge_agent.kind import kind_of
from tests.config.reworded import reworded

EXAMPLE = (Path(__file__).parents[2] / "examples" / "station.toml").read_text(encoding="utf-8")


@pytest.fixture
def complaints(tmp_path, monkeypatch):
    """What `check` says of a text, as it is printed."""
    monkeypatch.chdir(tmp_path)

    def of(text):
        Path("station.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
        return [str(each) for each in config.check(Path("station.toml"))[1]]

    return of


def test_the_example_is_accepted_as_it_stands():
    """The example has no complaint, and every table of it arrives."""
    found, complaints = config.check(Path(__file__).parents[2] / "examples" / "station.toml")
    assert [] == complaints
    assert "acme/st07" == f"{found.station.enterprise}/{found.station.name}"
    assert (55.0, 60.0) == (found.standard.standard_cycle_s, found.standard.takt_s)
    assert ["cycle", "cord", "reset", "bore_gauge"] == [each.name for each in found.sensors]
    assert ["1takt", "15min"] == [str(each.after) for each in found.response.escalate]
    assert ("cycle",) == found.workplace().cycle_sources()


def test_each_detector_finds_what_it_judges():
    """`of` left out means the only one there is; the sensors of the process are watched by default."""
    found = config.load(Path(__file__).parents[2] / "examples" / "station.toml")
    assert [
        ("cycle_overrun", "cycle"),
        ("no_cycle", "cycle"),
        ("behind_takt", "cycle"),
        ("out_of_spec", "bore_mm"),
        ("slow_drift", "cycle"),
        ("silent", "cycle"),
        ("silent", "bore_gauge"),
        ("chatter", "cycle"),
        ("implausible", "cycle"),
        ("implausible", "bore_gauge"),
    ] == [(kind_of(type(settings)), of) for settings, of in found.watches()]


def test_a_silent_of_the_file_replaces_the_default(tmp_path):
    """What a person has set is not set a second time."""
    path = tmp_path / "station.toml"
    path.write_text(
        reworded(EXAMPLE, ("[response]", '[[detect]]\nkind = "silent"\nof = "cycle"\nparts = 9\n[response]'))
    )
    silent = [
        (settings.parts, of) for settings, of in config.load(path).watches() if kind_of(type(settings)) == "silent"
    ]
    assert [(9, "cycle"), (5, "bore_gauge")] == silent


BAD = [
    (("debounce_ms = 5", "debonce_ms = 5"), "29: unknown key 'debonce_ms'; did you mean 'debounce_ms'?"),
    (("takt_s = 60.0", 'takt_s = "fast"'), "13: takt_s: 'fast' is not a number; write it like 55.0"),
    (("takt_s = 60.0", "takt_s = nan"), "13: takt_s: nan is beyond any measure; write it like 55.0"),
    (("takt_s = 60.0", "takt_s = -1"), "13: takt_s: -1 must be > 0 and at most 86400, a day; it is in seconds"),
    (("standard_cycle_s = 55.0", "standard_cycle_s = true"), "12: standard_cycle_s: true is not a number; write it like 55.0"),
    (("standard_cycle_s = 55.0", ""), "11: [standard] has no 'standard_cycle_s'; write standard_cycle_s = 55.0"),
    (('name = "st07"', 'name = "st 07"'), "8: name: 'st 07' must be 1 to 32 letters, digits, '_', '.' or '-', like \"st07\""),
    (("Europe/Berlin", "Europe/Berlni"), "9: unknown time zone 'Europe/Berlni'; did you mean 'Europe/Berlin'?"),
    (('"mon"', '"mo"'), "17: days: 'mo' is not known; did you mean 'mon'?"),
    (('"06:00"', '"6:00"'), "18: start: '6:00' must be a time of day, like \"06:00\""),
    (("09:00-09:15", "05:00-05:15"), "20: [[shift]]: breaks: 05:00-05:15 is not inside the shift 06:00-14:00; move it, or take it out"),
    (("demand = 430", "demand = 0"), "21: demand: 0 must be >= 1; leave it out where nobody says how many"),
    (("demand = 430", "demand = 430.5"), "21: demand: 430.5 is not a whole number; write it like 5"),
    (("GPIO27", "BOARD11"), "34: pin: GPIO17 is used already, by 'pin' at line 28; give each its own pin"),
    (('red = "GPIO23"', 'red = "17"'), "98: red: GPIO17 is used already, by 'pin' at line 28; give each its own pin"),
    (('pin = "GPIO17"', "pin = 17"), '28: pin: 17 is not text; write it in quotes, like "17"'),
    (("GPIO24", "GPIO42"), "99: yellow: 'GPIO42' is no pin of the header that can be used; did you mean 'GPIO4'?"),
    (
        ("GPIO23", "GPIO2"),
        "98: red: GPIO2 is pulled up at power-on, so this would be lit with nobody watching; take a pin from GPIO9 to GPIO27",
    ),
    (("GPIO12", "GPIO14"), "101: warning: white: GPIO14 is the serial console's; switch the console off (raspi-config), or take another pin"),
    (('white = "GPIO12"', 'purple = "GPIO12"'), "101: unknown tier 'purple'; write one of: red, yellow, green, blue, white, buzzer, line_stop, alive, active"),
    (('green = "GPIO25"', ""), "97: warning: no tier can show 'running inside standard, fresh evidence'; wire green"),
    (("normally_closed = true", "normally_closed = 1"), "35: normally_closed: 1 is neither true nor false; write true or false, without quotes"),
    (
        ("normally_closed = true", "normally_closed = false"),
        "31: warning: cord is not normally closed: a cut wire would go unnoticed, and no pull be heard; wire it normally closed and write normally_closed = true",
    ),
    (('kind = "gpio_pulse"', ""), "25: [[sensor]] has no 'kind'; write one of: gpio_pulse, gpio_cycle, gpio_button, serial_line, serial_block, sample_file, recording"),
    (("gpio_pulse", "gpio_puls"), "27: unknown kind 'gpio_puls'; did you mean 'gpio_pulse'? The kinds are: gpio_pulse, gpio_cycle, gpio_button, serial_line, serial_block, sample_file, recording"),
    (('name = "cord"', 'name = "cycle"'), "32: sensor 'cycle' is there already, at line 26; give each its own"),
    (
        ("/dev/serial/by-id/usb-bore-gauge", "/dev/ttyUSB0"),
        "48: warning: port: '/dev/ttyUSB0' may be another device after a restart; write the name below /dev/serial/by-id/ (ls /dev/serial/by-id/)",
    ),
    (("lower = 24.980", "lower = 26"), "57: lower = 26 must be below upper = 25.02"),
    (("nominal = 25.000", "nominal = 26"), "56: nominal = 26 is outside the limits of bore_mm; mend it or the limits"),
    (('of = "bore_mm"', 'of = "bor_mm"'), "75: out_of_spec: no characteristic is called 'bor_mm'; did you mean 'bore_mm'?"),
    (('kind = "slow_drift"', 'kind = "no_cycle"'), "78: no_cycle judges cycle already, at line 66; take one of them out"),
    (("parts = 2", "parts = 2\nclear_at = 2"), "71: [[detect]]: clear_at = 2 must be below parts = 2, or the lamp flickers"),
    (('after = "2takt"', 'after = "2 takts"'), "67: after: '2 takts' is not a time; write it like '60s', '15min' or '2takt'"),
    (('after = "15min"', 'after = "60s"'), "92: after: 60s is not later than the level before it (1takt); order the levels by time"),
    (("port = 1883", "port = 99999"), "106: port: 99999 must be <= 65535"),
    (('"puback"', '"pubback"'), "107: confirm: 'pubback' is not known; did you mean 'puback'?"),
    (("port = 1883", 'credential = "mqtt-password"'), '106: credential without username; write username = "...", or take it out'),
    (
        ("port = 1883", 'username = "u"\ncredential = "Hunter2Hunter2"'),
        '107: credential must name a file and may be the secret itself; write that to a file and name the file, like credential = "station.password", or by its full path',
    ),
    (
        ("port = 1883", "username = 'u'\ncredential = 20242024"),
        "107: credential: it must be the name of a file, in quotes",
    ),
    (
        ("port = 1883", 'username = "st07:S3cr3tPass"'),
        '106: username looks like name:password; write the name alone, the password to a file, and name that: credential = "station.password"',
    ),
    (
        ('host = "127.0.0.1"', 'host = "u:S3cr3tPass@127.0.0.1"'),
        '105: host must be a name or an address alone, like "127.0.0.1"; a port goes into port = 1883, a user into username, the password into the file of credential',
    ),
    (
        ("port = 1883", 'tls = {ca = "-----BEGIN\\nMII"}'),
        "106: ca must name a file, and not be what it holds; write that to a file in PEM form and name the file",
    ),
    (
        ("port = 1883", 'password = "x"'),
        "106: 'password' must not be in this file, which gets copied and shown; put the secret into a file of its own and name that file: credential = \"...\"",
    ),
    (("port = 1883", "tls = {key = 'k'}"), "106: key without certificate; write both, or neither"),
    (("[response]", "[respons]"), "83: unknown table 'respons'; did you mean 'response'?"),
    (("takt_s = 60.0", "takt_s = 60 s"), "13: not TOML at column 13: expected newline or end of document after a statement"),
    (("takt_s = 60.0", "takt_s = fast"), "13: not TOML at column 10: invalid value; text must be in quotes"),
    (("takt_s = 60.0", "takt_s = " + "9" * 5000), "13: a value cannot be read: Exceeds the limit (4300 digits) for integer string conversion: value has 5000 digits"),
    (("takt_s = 60.0", "takt_s = " + "9" * 4000), "13: takt_s: so large a number is beyond any measure; write it like 55.0"),
    (('attend = "1takt"', "attend = " + "9" * 400), "85: attend: so large a number is beyond any measure; write it like '60s'"),
    (("debounce_ms = 5", "debounce_ms = " + "9" * 400), "29: debounce_ms: so large a number is beyond any measure; write it like 55.0"),
    (("parts = 2", "parts = " + "9" * 400), "71: parts: so large a number is beyond any measure; write it like 5"),
    (("takt_s = 60.0", "takt_s = " + "[" * 5000), "1: nested too deeply to be a station; the deepest table there is has two names"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), BAD, ids=[str(expected)[:50] for _, expected in BAD])
def test_one_slip_has_one_complaint(complaints, change, expected):
    """Each slip in the example is said once, at its line, with what to write instead."""
    said = complaints(reworded(EXAMPLE, change))
    assert [f"station.toml:{expected}"] == [line for line in said if not beside(line, expected)]


def test_stream_of_bytes_without_frames_is_warned_of(complaints):
    """Over a serial port one lost byte shifts all numbers after it, so `check` asks for frames; with them it is content."""
    block = 'kind = "serial_block"\nformat = "i16"\nrate_hz = 1000.0'
    change = (('kind = "serial_line"', block), ('profile = "mitutoyo"', "#"))
    (warning,) = complaints(reworded(EXAMPLE, *change))
    assert warning.startswith("station.toml:45: warning: bore_gauge has no sync: one lost byte shifts")
    assert [] == complaints(reworded(EXAMPLE, (change[0][0], f"{block}\nsync = 'aa55'"), change[1]))


def beside(line, expected):
    """A slip in a table may take away what another rule needs; its complaint is true too, and not the one meant."""
    return "warning: no tier" in line and "warning: no tier" not in expected


def test_everything_is_said_at_once(complaints):
    """Slips in five tables make five complaints, in the order of the file."""
    said = complaints(
        reworded(
            EXAMPLE,
            ("takt_s = 60.0", "takt_s = 'x'"),
            ("debounce_ms = 5", "debounce = 5"),
            ("lower = 24.980", "lower = 26"),
            ('kind = "no_cycle"', 'kind = "no_cycles"'),
            ("port = 1883", "port = 0"),
        )
    )
    assert [13, 29, 57, 66, 106] == [int(line.split(":")[1]) for line in said]


def test_takt_below_the_standard_cycle_is_refused(complaints):
    """Such a station would always be behind, wherever the takt comes from."""
    assert (
        "station.toml:13: takt_s = 50 is below standard_cycle_s = 55"
        in complaints(reworded(EXAMPLE, ("60.0", "50")))[0]
    )
    derived = complaints(reworded(EXAMPLE, ("takt_s = 60.0", ""), ("demand = 430", "demand = 600")))
    assert "station.toml:21: takt_s = 43.5 is below standard_cycle_s = 55" in derived[0]


def test_takt_comes_from_the_demand(tmp_path):
    """With no takt written, net available time / demand is the takt, and it is said where it comes from."""
    path = tmp_path / "station.toml"
    path.write_text(reworded(EXAMPLE, ("takt_s = 60.0", "")))
    found = config.load(path)
    assert pytest.approx(26_100 / 430) == found.standard.takt_s
    assert "[[shift]] demand" == found.takt_from


def test_shifts_that_disagree_need_a_takt_written(complaints):
    """Two shifts, two takts: the agent does not choose."""
    late = '[[shift]]\nname = "late"\nstart = "14:00"\nend = "22:00"\ndemand = 400\n\n[[sensor]]'
    said = complaints(reworded(EXAMPLE, ("takt_s = 60.0", ""), ("[[sensor]]", late)))
    assert ["the shifts make different takts (60.7, 72 s); write the one that holds: takt_s in [standard]"] == [
        line.split(": ", 1)[1] for line in said
    ]


def test_takts_without_a_takt_are_said(complaints):
    """Times in takts count the standard cycle where there is no takt: a warning at each."""
    said = complaints(reworded(EXAMPLE, ("takt_s = 60.0", ""), ("demand = 430", "")))
    assert [67, 70, 85, 88] == [int(line.split(":")[1]) for line in said]
    assert all("warning:" in line for line in said)


def test_a_detector_needs_what_it_judges(complaints):
    """No sensor of cycles, no detector of cycles; two, and it must say which."""
    one = '[[sensor]]\nname = "cycle"\nkind = "gpio_pulse"            # one closure per finished cycle\npin = "GPIO17"\ndebounce_ms = 5\n'
    assert "needs a sensor of cycles, and the station has none" in complaints(reworded(EXAMPLE, (one, "")))[0]
    two = one + '\n[[sensor]]\nname = "other"\nkind = "gpio_pulse"\npin = "GPIO5"\n'
    assert "write of = 'cycle' or 'other'" in complaints(reworded(EXAMPLE, (one, two)))[0]


def test_a_characteristic_nobody_measures_cannot_be_judged(complaints):
    """Limits without a gauge: the detector is said, for it would never answer."""
    gauge = EXAMPLE[EXAMPLE.index('[[sensor]]\nname = "bore_gauge"') : EXAMPLE.index("# --- what should be")]
    said = complaints(reworded(EXAMPLE, (gauge, "")))
    assert ["out_of_spec: no sensor measures 'bore_mm'; add one, or take this out"] == [
        line.split(": ", 1)[1] for line in said
    ]


def test_a_reading_needs_its_characteristic(complaints):
    """A gauge of something the station does not know is said at the gauge."""
    said = complaints(reworded(EXAMPLE, ('name = "bore_mm"', 'name = "bor_mm"')))
    assert "station.toml:50: no characteristic 'bore_mm'; did you mean 'bor_mm'?" in said[0]


def test_an_active_low_lamp_on_a_pulled_down_pin_is_said(complaints):
    """A relay board that lights on low flashes at each start: a warning at every such pin."""
    said = complaints(reworded(EXAMPLE, ('red = "GPIO23"', 'active = "low"\nred = "GPIO4"')))
    assert [100, 101, 102, 103] == [int(line.split(":")[1]) for line in said]
    assert all("pulled down at power-on" in line and "warning" in line for line in said)


@pytest.mark.parametrize(
    "text", [b"\xef\xbb\xbf" + EXAMPLE.encode(), EXAMPLE.replace("\n", "\r\n")], ids=["BOM", "CRLF"]
)
def test_files_from_windows_are_accepted(complaints, text):
    """A byte order mark and CRLF change nothing."""
    assert [] == complaints(text)


def test_lines_hold_with_crlf(complaints):
    """A complaint in a file with CRLF names the line an editor shows."""
    text = reworded(EXAMPLE, ("debounce_ms = 5", "debonce_ms = 5")).replace("\n", "\r\n")
    assert complaints(text)[0].startswith("station.toml:29:")


def test_files_that_cannot_be_read_are_said(tmp_path, complaints):
    """Missing, a folder, too large, not UTF-8: one complaint each."""
    assert "no such file" in str(config.check(tmp_path / "none.toml")[1][0])
    assert "is no file" in str(config.check(tmp_path)[1][0])
    assert "no such file" in str(config.check(Path("a\0b"))[1][0])
    assert "larger than 256 kB" in complaints("#" * (LARGEST_BYTES + 1))[0]
    assert ["station.toml:2: byte 0xe9 is not UTF-8; save the file with the encoding UTF-8"] == complaints(
        b"#\n# caf\xe9\n"
    )


def test_a_name_that_is_none_where_a_station_is_installed(tmp_path, monkeypatch):
    """The one there is is named; where there is none, how to write one."""
    own = tmp_path / "station.toml"
    monkeypatch.setattr(document, "OWN", own)
    assert "no such file; write one with: edge-agent init" in str(config.check(tmp_path / "st07.toml")[1][0])
    own.touch()
    assert f"no such file; this machine's is {own}" in str(config.check(tmp_path / "st07.toml")[1][0])


def test_a_file_one_may_not_read_is_said(tmp_path, monkeypatch):
    """The reason of the system is passed on, with what to look at."""
    path = tmp_path / "station.toml"
    path.write_text(EXAMPLE)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)  # root may read everything, so the system's answer is played
    assert "cannot be read: permission denied" in str(config.check(path)[1][0])


def test_load_raises_all_complaints(tmp_path):
    """Whoever cannot go on gets every complaint in one error."""
    path = tmp_path / "station.toml"
    path.write_text("[stack]\n")
    with pytest.raises(config.ConfigError, match="no \\[station\\]") as refused:
        config.load(path)
    assert 4 == len(refused.value.complaints)


def test_find_looks_here_and_in_etc(tmp_path, monkeypatch):
    """The file named wins, then the one here; none is said with what to do."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(config, "PLACES", (Path("station.toml"), tmp_path / "etc.toml"))
    with pytest.raises(config.ConfigError, match="edge-agent init"):
        config.find(None)
    (tmp_path / "etc.toml").touch()
    assert tmp_path / "etc.toml" == config.find(None)
    Path("station.toml").touch()
    assert Path("station.toml") == config.find(None)
    assert Path("other.toml") == config.find("other.toml")
