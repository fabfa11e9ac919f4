"""Tables of the documents, made from the code: what a kind is called, its settings, their defaults and meaning."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import inspect

from edge_agent.andon.legend import Tier, legend
from edge_agent.andon.life import LIFE, Signal, State
from edge_agent.andon.roles import DEEDS, deed_of, refusal
from edge_agent.detect import DETECTORS
from edge_agent.events import CATALOGUE
from edge_agent.kind import kind_of
from edge_agent.sensors import SENSORS
from edge_agent.signals.channels import CHANNELS, Channel
from edge_agent.signals.cmd import COMMANDS, Command

HEADING = "| kind | setting | values | default | meaning |\n|---|---|---|---|---|"
WORDS: dict[type[inspect.Type], str] = {
    inspect.StrType: "text",
    inspect.BoolType: "true, false",
    inspect.IntType: "whole number",
    inspect.FloatType: "number",
    inspect.VarTupleType: "list",
}


class Setting(msgspec.Struct, frozen=True):
    """One setting as the documents show it; `default` is as in TOML, or says that there is none."""

    name: str
    values: str
    default: str
    meaning: str


def settings_of(kind: type[msgspec.Struct]) -> list[Setting]:
    """The settings of a kind, in the order they are declared; meaning comes from `Meta(description=...)`."""
    info = inspect.type_info(kind)
    if not isinstance(info, inspect.StructType):
        message = f"{kind} is no record"
        raise TypeError(message)
    return [
        Setting(field.encode_name, _values(field.type), _default(field), _meaning(field.type)) for field in info.fields
    ]


def settings_table(kinds: Sequence[type[msgspec.Struct]]) -> str:
    """A Markdown table of several kinds; settings that most share are told once, at the end, as `every kind`."""
    settings = {kind: settings_of(kind) for kind in kinds}
    every = [one for own in settings.values() for one in own]
    shared = [one for one in dict.fromkeys(every) if 2 * every.count(one) > len(kinds)]
    rows = [HEADING]
    for kind, own in settings.items():
        rows.append(f"| **`{kind_of(kind)}`** | | | | {_cell(_summary(kind))} |")
        rows += [_row(one) for one in own if one not in shared]
    rows += ["| **every kind** | | | | |", *(_row(one) for one in shared)]
    return "\n".join(rows)


def sensors_table() -> str:
    """The table of `edge_agent/sensors/README.md`."""
    return settings_table(SENSORS)


def detectors_table() -> str:
    """The table of `edge_agent/detect/README.md`."""
    return settings_table([detector.SETTINGS for detector in DETECTORS])


def legend_table(tiers: tuple[Tier, ...] = tuple(Tier)) -> str:
    """The legend of a stack with these tiers, all five where none are said."""
    rows = [f"| {lamp} | {means} | {who} |" for lamp, means, who in legend(tiers)]
    return "\n".join(["| lamp | means | who does what |\n|---|---|---|", *rows])


def life_table() -> str:
    """The life of a call: a row a signal, a column a state, and what the state is afterwards."""
    states = [state for state in State if LIFE[state]]
    heading = f"| signal | {' | '.join(states)} |\n|{'---|' * (len(states) + 1)}"
    rows = [f"| {signal} | {' | '.join(str(LIFE[state].get(signal, '')) for state in states)} |" for signal in Signal]
    return "\n".join([heading, *rows])


def events_table() -> str:
    """The event catalogue: what each event means, where it comes from, what is expected."""
    rows = [
        f"| `{data.TYPE}` | {_cell(_summary(data))} | {_cell(data.CAUSE)} | {_cell(data.RESPONSE)} |"
        for data in CATALOGUE
    ]
    return "\n".join(["| type | meaning | cause | response |\n|---|---|---|---|", *rows])


def channels_table() -> str:
    """The kinds of topic: who speaks, how the broker keeps it, what it carries."""
    rows = [f"| `{each.kind}` | {_kept(each)} | {_cell(each.meaning)} |" for each in CHANNELS]
    return "\n".join(["| kind | QoS | retained | expires | what |\n|---|---|---|---|---|", *rows])


def _kept(channel: Channel) -> str:
    retained = "yes" if channel.retain else "no" if channel.sent else "ignored if it is"
    expires = "" if channel.expiry_s is None else f"{'' if channel.sent else 'at most '}{channel.expiry_s} s"
    return " | ".join((str(channel.qos) if channel.sent else "in", retained, expires))


def commands_table() -> str:
    """The remote commands: what each says beside what all say, who may, and what is answered."""
    rows = []
    for each in COMMANDS:
        cells = (f"`{each.__struct_config__.tag}`", _summary(each), _taken(each), _allowed(each), each.ANSWER)
        rows.append(f"| {' | '.join(_cell(cell) for cell in cells)} |")
    return "\n".join(["| command | what | says | may | answer |\n|---|---|---|---|---|", *rows])


def _taken(command: type[Command]) -> str:
    """Its own fields, and those of its `args`; what may be left out is in brackets."""
    own = [each for each in msgspec.structs.fields(command) if each.name not in Command.__struct_fields__]
    return ", ".join(_named(each) for each in own)


def _named(field: msgspec.structs.FieldInfo) -> str:
    name = f"`{field.encode_name}`"
    if isinstance(field.type, type) and issubclass(field.type, msgspec.Struct):
        return f"{name}: {', '.join(_named(each) for each in msgspec.structs.fields(field.type))}"
    return name if field.required else f"({name})"


def _allowed(command: type[Command]) -> str:
    """The deed of `[[role]]` it needs, and whether it needs a role at all."""
    name = str(command.__struct_config__.tag)
    if name not in DEEDS:
        return "everybody: it only reads"
    return f"`{DEEDS[name]}`" + ("; nobody without roles" if refusal((), "", deed_of(name, ()), "remote") else "")


def files_table(folder: Path) -> str:
    """What each file of a folder is for: the sentence it opens with."""
    rows = [f"| `{path.name}` | {_cell(_purpose(path))} |" for path in sorted(folder.glob("[a-z]*.py"))]
    return "\n".join(["| file | what |\n|---|---|", *rows])


def _purpose(path: Path) -> str:
    opening = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
    return " ".join(opening.partition("\n\n")[0].split())


def _row(setting: Setting) -> str:
    parts = (f"`{setting.name}`", setting.values, setting.default, setting.meaning)
    return f"| | {' | '.join(_cell(part) for part in parts)} |"


def _cell(text: str) -> str:
    """Text that does not break a table."""
    return text.replace("|", "\\|").replace("\n", " ")


def _summary(kind: type[msgspec.Struct]) -> str:
    return (kind.__doc__ or "").strip().partition("\n")[0]


def _default(field: inspect.Field) -> str:
    if field.required:
        return "must be given"
    if field.default is None:
        return "none"
    if isinstance(field.default, bool):
        return str(field.default).lower()
    return str(field.default)


def _parts(described: inspect.Type) -> Iterator[inspect.Type]:
    """A type and those inside it: of a description, and of `X | None`."""
    yield described
    inside = [described.type] if isinstance(described, inspect.Metadata) else []
    for part in described.types if isinstance(described, inspect.UnionType) else inside:
        yield from _parts(part)


def _values(described: inspect.Type) -> str:
    """What may be written: the choices, or the kind of value and its range."""
    for part in _parts(described):
        if isinstance(part, inspect.LiteralType):
            return ", ".join(str(value) for value in part.values)
        if type(part) in WORDS:
            return WORDS[type(part)] + _bounds(part)
        if isinstance(part, inspect.CustomType):
            return part.cls.__name__.lower()
    return ""


def _bounds(part: inspect.Type) -> str:
    """The range of a number: ` 0 to 1000`, ` above 0`; nothing for what has none."""
    low, above, high = (getattr(part, name, None) for name in ("ge", "gt", "le"))
    least = f" {low:g}" if low is not None else f" above {above:g}" if above is not None else ""
    return least + (f" to {high:.10g}" if high is not None else "")


def _meaning(described: inspect.Type) -> str:
    """The outermost description."""
    for part in _parts(described):
        if isinstance(part, inspect.Metadata) and "description" in (part.extra_json_schema or {}):
            return str((part.extra_json_schema or {})["description"])
    return ""
