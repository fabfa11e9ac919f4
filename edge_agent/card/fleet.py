"""A list of stations becomes a folder a card; a list with a mistake becomes none."""

from __future__ import annotations

import csv
import io
import re
import shutil
import tempfile
from collections.abc import Iterator
from importlib import resources
from pathlib import Path

import msgspec
import tomli

from edge_agent.config.complaint import Complaint, ConfigError, meant, shown
from edge_agent.config.document import content, decode
from edge_agent.config.questions import QUESTIONS, of_board
from edge_agent.config.station import examined
from edge_agent.config.template import Answers, written
from edge_agent.wiring_plan import boot

LEVELS = ("enterprise", "site", "area", "line", "name")
KEYS = tuple(question.key for question in QUESTIONS)
CREDENTIALS = """\
Secrets of the station {name}. None stands here, nor in station.toml; they go to the station itself, by hand:

/etc/credstore/ca.crt             the plant's authority, for [mqtt.tls]
/etc/credstore/station.crt        who the station is
/etc/credstore/station.key        its key
/etc/credstore/station.password   the broker's password, for [mqtt] credential = "station.password"

Mode 0600, of root. What the broker does not want is left out. Then:
sudo systemctl restart edge-agent-uplink@station
"""


MISSING = "write one, its first line the names of the columns: name,line,standard"
TOO_LARGE = "this is no list of stations, or one for several lists"


class Card(msgspec.Struct, frozen=True):
    """What one card gets: the names of its folder and its host, and its files by their names."""

    folder: str
    host: str
    files: dict[str, str]


def cards(path: Path) -> list[Card]:
    """A card for each line of the list.

    Raises:
        ConfigError: with every complaint, each at its line of the list.
    """
    complaints: list[Complaint] = []
    made: list[Card] = []
    places: dict[str, int] = {}
    for line, row in rows(path):
        try:
            card = drawn(row)
            apart(places, card, line)
            made.append(card)
        except ValueError as error:
            complaints += [Complaint(file=str(path), line=line, text=text) for text in str(error).splitlines()]
    if not made and not complaints:
        complaints.append(Complaint(file=str(path), line=1, text="no station; write a line for each below this one"))
    if complaints:
        raise ConfigError(complaints)
    return made


def apart(places: dict[str, int], card: Card, line: int) -> None:
    """See that no line before has the same folder, which FAT tells apart without capitals, or the same host."""
    for what in (f"{card.folder.lower()}/", card.host):
        first = places.setdefault(what, line)
        if first != line:
            message = (
                f"{card.folder} is there already, at line {first}; give each station its own name"
                if what != card.host
                else f"the station at line {first} has this name too, or one that makes the same host, {card.host}; "
                "two of them in a network are taken for one: give each station its own name"
            )
            raise ValueError(message)


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line that has something in it, by its columns; ConfigError where the list cannot be read."""
    text = decode(str(path), content(path, MISSING, TOO_LARGE))
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    columns = [(name or "").strip() for name in reader.fieldnames or ()]
    wrong = [f"unknown column {shown(name)}; {meant(name, KEYS)}" for name in columns if name not in KEYS]
    wrong += [f"the column {shown(name)} is there twice" for name in set(columns) if columns.count(name) > 1]
    if wrong or "name" not in columns:
        wrong = wrong or ["no column 'name'; the first line has the names of the columns, the flags of edge-agent init"]
        raise ConfigError([Complaint(file=str(path), line=1, text=each) for each in wrong])
    reader.fieldnames = columns
    try:
        for row in reader:
            cells = {key: (row[key] or "").strip() for key in columns}
            if None in row:
                cells[""] = "more cells than columns; a text with a comma in it goes into quotes"
            if any(cells.values()):
                yield reader.line_num, cells
    except csv.Error as error:
        text = f"cannot be read: {error}; is a quote open, or was it saved as something else than CSV?"
        raise ConfigError([Complaint(file=str(path), line=reader.line_num, text=text)]) from error


def drawn(row: dict[str, str]) -> Card:
    """The card of one line; ValueError with everything that is wrong, a line each."""
    answers, wrong = answered(row)
    if wrong:
        raise ValueError("\n".join(wrong))
    text = written(answers)
    config, complaints = examined(Path("station.toml"), tomli.loads(text), {})
    if config is None:
        raise ValueError("\n".join(each.text for each in complaints if each.severity == "error"))
    name = config.station.name
    files = {
        "station.toml": text,
        "user-data": user_data(name),
        "append-to-config.txt": boot.fragment(config),  # boot loaders in EEPROM know no `include`
        "credentials.txt": CREDENTIALS.format(name=name),
    }
    return Card("-".join(str(answers[level]) for level in LEVELS if answers[level] != "-"), host(name), files)


def answered(row: dict[str, str]) -> tuple[Answers, list[str]]:
    """What `edge-agent init` would have been told, and what is wrong with that."""
    answers: Answers = {}
    wrong = [row[""]] if "" in row else []
    for each in QUESTIONS:
        question = of_board(each, answers.get("board"))
        answers[question.key] = None
        if question.after is not None and answers.get(question.after) is None:
            continue
        said = row.get(question.key) or question.preset()
        try:
            if said is None:
                wrong.append(f"{question.key} is empty: {question.asks}")
            else:
                answers[question.key] = question.read(said)
        except ValueError as error:
            wrong.append(f"{question.key}: {error}")
    return answers, wrong


def written_to(into: Path, made: list[Card]) -> None:
    """Write the folders: all of them or, where one cannot be written, none; OSError says which and why."""
    new = not into.exists()
    into.mkdir(parents=True, exist_ok=True)
    there: list[Path] = []
    try:
        with tempfile.TemporaryDirectory(prefix=".making-", dir=into) as scratch:
            for card in made:
                (folder := Path(scratch) / card.folder).mkdir()
                for name, text in card.files.items():
                    (folder / name).write_text(text, encoding="utf-8")
            there.extend((Path(scratch) / card.folder).rename(into / card.folder) for card in made)
    except BaseException:
        for folder in there:
            shutil.rmtree(folder, ignore_errors=True)
        if new:
            shutil.rmtree(into, ignore_errors=True)
        raise


def host(name: str) -> str:
    """The host of a station: there are neither dots nor underscores in its name."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "station"


def user_data(name: str) -> str:
    """What cloud-init does on the first start of a card."""
    template = resources.files("edge_agent.card").joinpath("user-data").read_text(encoding="utf-8")
    return template.format(name=name, hostname=host(name))
