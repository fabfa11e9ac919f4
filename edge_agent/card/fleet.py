"""A list of stations becomes a folder a card; a list with a mistake becomes none."""

from __future__ import annotations

import csv
import io
import re
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


class Card(msgspec.Struct, frozen=True):
    """What one card gets: the name of its folder, and its files by their names."""

    folder: str
    files: dict[str, str]


def cards(path: Path) -> list[Card]:
    """A card for each line of the list.

    Raises:
        ConfigError: with every complaint, each at its line of the list.
    """
    complaints: list[Complaint] = []
    made: dict[str, tuple[int, Card]] = {}
    for line, row in rows(path):
        try:
            card = drawn(row)
            first, _ = made.setdefault(card.folder.lower(), (line, card))  # FAT does not tell capitals apart
            if first != line:
                message = f"{card.folder} is there already, at line {first}; give each station its own name"
                raise ValueError(message)  # noqa: TRY301 - told as any other mistake of this line
        except ValueError as error:
            complaints += [Complaint(file=str(path), line=line, text=text) for text in str(error).splitlines()]
    if complaints:
        raise ConfigError(complaints)
    return [card for _, card in made.values()]


def rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Each line that has something in it, by its columns; ConfigError where the list cannot be read."""
    text = decode(str(path), content(path))
    first = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    columns = [(name or "").strip() for name in reader.fieldnames or ()]
    wrong = [f"unknown column {shown(name)}; {meant(name, KEYS)}" for name in columns if name not in KEYS]
    wrong += [f"the column {shown(name)} is there twice" for name in set(columns) if columns.count(name) > 1]
    if wrong or "name" not in columns:
        wrong = wrong or ["no column 'name'; the first line has the names of the columns, the flags of edge-agent init"]
        raise ConfigError([Complaint(file=str(path), line=1, text=each) for each in wrong])
    reader.fieldnames = columns
    for row in reader:
        cells = {key: (row[key] or "").strip() for key in columns}
        if None in row:
            cells[""] = "more cells than columns; a text with a comma in it goes into quotes"
        if any(cells.values()):
            yield reader.line_num, cells


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
    return Card("-".join(str(answers[level]) for level in LEVELS if answers[level] != "-"), files)


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


def user_data(name: str) -> str:
    """What cloud-init does on the first start of a card; a host has no dots or underscores in its name."""
    template = resources.files("edge_agent.card").joinpath("user-data").read_text(encoding="utf-8")
    return template.format(name=name, hostname=re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "station")
