"""The station.toml that `edge-agent init` writes: what was answered, and as comments what else there is."""

from __future__ import annotations

import math

from edge_agent.sensors.line_rule import LineRule
from edge_agent.sensors.profiles import PROFILES

Answers = dict[str, str | None]

STATION = """\
# One station, one file. Check it with:  edge-agent check station.toml

[station]
enterprise = "{enterprise}"
site = "{site}"
area = "{area}"
line = "{line}"
name = "{name}"
timezone = "{timezone}"
{board_line}
[standard]
standard_cycle_s = {standard}        # standardized work: one person, one part, no trouble
"""
TAKT = """\
takt_s = {takt}                  # the customer's pace; leave it out to derive it from [[shift]] demand
"""
SHIFT = """
# [[shift]]
# name = "early"
# days = ["mon", "tue", "wed", "thu", "fri"]
# start = "06:00"
# end = "14:00"
# breaks = ["09:00-09:15", "12:00-12:30"]
# demand = 430                 # good parts wanted in this shift

# --- what the station can see -------------------------------------------------

[[sensor]]
name = "cycle"
kind = "gpio_pulse"            # one closure per finished cycle
pin = "{cycle_pin}"
debounce_ms = 5
"""
CORD = """
[[sensor]]
name = "cord"
kind = "gpio_button"
pin = "{cord_pin}"
normally_closed = true         # pulled, cut or unpowered all read as a call
debounce_ms = 30
call = "help"                  # help | quality | material | maintenance | safety | method
"""
RESET = """
[[sensor]]
name = "reset"
kind = "gpio_button"
pin = "{reset_pin}"
action = "restore"             # acknowledge | arrive | restore
"""
GAUGE = """
[[sensor]]
name = "gauge"
kind = "serial_line"
port = "{gauge}"
profile = "{profile}"
characteristic = "{characteristic}"

# --- what should be -----------------------------------------------------------

[[characteristic]]
name = "{characteristic}"
"""
DETECT = """
# --- what to look for (settings left out have the documented defaults) --------

[[detect]]
kind = "cycle_overrun"

[[detect]]
kind = "no_cycle"
"""
BEHIND = """
[[detect]]
kind = "behind_takt"
"""
SPEC = """
[[detect]]
kind = "out_of_spec"
of = "{characteristic}"
"""
RESPONSE = """
# --- who comes, and by when ---------------------------------------------------

[response]
acknowledge = "60s"
attend = "{attend}"

[[response.escalate]]
after = "{attend}"
to = "group_leader"

[[response.escalate]]
after = "{last}"
to = "area_manager"

# --- how the station speaks ---------------------------------------------------

[stack]
red = "{red}"
yellow = "{yellow}"
green = "{green}"
"""
BROKER = """
[mqtt]
host = "{host}"
port = {broker_port}
"""
OFFERED = {  # what a broker may want, as a comment where it was not answered
    "confirm": (
        '# confirm = "ledger"             '
        "# a consumer confirms events, like `edge-agent ledger`; without, the broker does\n"
    ),
    "username": '# username = "{name}"\n',
    "credential": '# credential = "{instance}.password"   # name of a file in /etc/credstore, not the secret itself\n',
}
FILES = ("ca", "certificate", "key")
SYSTEM = "system"  # the authorities that the system knows
NO_TLS = """
# [mqtt.tls]                     # with the broker's port for TLS; files as with credential
# ca = "ca.crt"                  # the plant's authority
# certificate = "{instance}.crt"   # with its key: who the station is
# key = "{instance}.key"
"""
JOURNAL = """
[journal]
path = "/var/lib/edge-agent/{name}.db"
# most_mb = 256            # how large it may become; then the least important is given up, and said
# recording_days = 7       # keep every observation for `edge-agent replay`
"""
ROLES = """\

# --- who else answers, and who may do what ------------------------------------

# [[response.call]]              # a kind of call with its own people; what is left out is as above
# kind = "maintenance"           # help | quality | material | maintenance | safety | method, or a detector's kind
# to = "electrician"
# attend = "10min"
# escalate = [{{ after = "20min", to = "maintenance_leader" }}]

# [[role]]                       # with roles, every request names one: calls restore --as team_leader
# name = "team_leader"
# may = ["acknowledge", "arrive", "restore", "restore_stopped", "shelve", "plan", "standard", "relearn",
#        "test_light", "test"]
# via = ["control", "remote"]
"""


def written(answers: Answers, instance: str = "station") -> str:
    """The whole file; `instance` is its own name, after which the unit of the uplink calls the broker's files."""
    shown = {**answers, **times(answers), "instance": instance, "board_line": board_line(answers["board"])}
    shown["broker_port"] = answers["port"] or ("8883" if with_tls(answers) else "1883")
    return "".join(part.format(**shown) for part in parts(answers))


def board_line(board: str | None) -> str:
    """The board, and what may be written for a pin because of it."""
    if board is None:
        return '# board = "uln2803"            # what the pins lead to: its terminals may then be written for pins\n'
    return f'board = "{board}"            # pins may be its terminals; edge-agent wires draws them\n'


def broker(answers: Answers) -> str:
    """The tables of the broker: what was answered, and as comments what else there is."""
    said = [offered if answers[key] is None else f'{key} = "{{{key}}}"\n' for key, offered in OFFERED.items()]
    files = [f'{key} = "{{{key}}}"\n' for key in FILES if answers[key] not in {None, SYSTEM}]
    return "".join([BROKER, *said, *(["\n[mqtt.tls]\n", *files] if with_tls(answers) else [NO_TLS])])


def with_tls(answers: Answers) -> bool:
    """Whether the connection is encrypted."""
    return any(answers[key] is not None for key in FILES)


def times(answers: Answers) -> dict[str, str]:
    """Response times: in takts where there is one, never shorter than to acknowledge, the last level after 15 min."""
    if answers["takt"] is None:
        return {"attend": "5min", "last": "15min"}
    takt_s = float(answers["takt"])
    return {"attend": f"{max(1, math.ceil(60 / takt_s))}takt", "last": "15min" if takt_s < 15 * 60 else "2takt"}


def judged(answers: Answers) -> bool:
    """Whether anything says what is good: a limit, or the device itself."""
    profile = PROFILES.get(answers["profile"] or "")
    says = profile is not None and LineRule("", "", profile).judges
    return says or answers["lower"] is not None or answers["upper"] is not None


def parts(answers: Answers) -> list[str]:
    """What this station needs of the above, in the order of the file."""
    gauge, takt = answers["gauge"] is not None, answers["takt"] is not None
    wanted = (
        (True, STATION),
        (takt, TAKT),
        (True, SHIFT),
        (answers["cord_pin"] is not None, CORD),
        (answers["reset_pin"] is not None, RESET),
        (gauge, GAUGE),
        (answers["lower"] is not None, "lower = {lower}\n"),
        (answers["upper"] is not None, "upper = {upper}\n"),
        (True, DETECT),
        (takt, BEHIND),
        (gauge and judged(answers), SPEC),
        (True, RESPONSE),
        (answers["white"] is not None, 'white = "{white}"\n'),
        (answers["buzzer"] is not None, 'buzzer = "{buzzer}"\n'),
        (
            answers["board"] is None,
            '# active = "low"             # where a low level lights, as on most relay boards; wire a pull-up then\n',
        ),
        (
            True,
            '# alive = "GPIO21"           # pulses while the agent turns; for a relay that falls when it does not\n',
        ),
        (answers["host"] is not None, broker(answers)),
        (True, JOURNAL),
        (True, ROLES),
    )
    return [part for needed, part in wanted if needed]
