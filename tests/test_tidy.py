"""The house's own rules, kept by walking the source: imports run one way, one door to the clock, sizes, words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "edge_agent"
SOURCES = sorted(PACKAGE.rglob("*.py"))
TESTS = sorted(path for path in (ROOT / "tests").rglob("test_*.py"))

# Lowest first; a place may import from its own layer and from those below it.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"arrays", "boards", "clock", "gpio", "inbox", "kind", "leash", "observations", "progress", "svg"}),
    frozenset({"events", "log", "pins", "standard"}),
    frozenset({"journal", "planning", "recording", "state"}),
    frozenset({"control", "pace"}),
    frozenset({"detect"}),
    frozenset({"andon"}),
    frozenset({"station"}),
    frozenset({"sensors", "signals"}),
    frozenset({"config", "reference"}),
    frozenset({"agent", "card", "consumer", "uplink", "wiring_plan"}),
    frozenset({"analysis_board", "commissioning", "doctor", "report", "rerun", "run_chart"}),
    frozenset({"support", "tune"}),
    frozenset({"demo"}),
    frozenset({"verbs"}),
    frozenset({"cli"}),
    frozenset({"__main__"}),
)
CORE = frozenset(
    {"andon", "arrays", "detect", "events", "kind", "observations", "pace", "planning", "standard", "state", "station"}
)
APART = ({"sensors"}, {"signals"}, {"station"})  # none may import another
CORE_MAY_IMPORT = {
    "__future__", "array", "collections", "copy", "datetime", "edge_agent", "enum", "fractions", "functools",
    "importlib", "math", "msgspec", "numpy", "operator", "re", "statistics", "sys", "typing", "zoneinfo",
}  # fmt: skip
LONGEST_FUNCTION, LONGEST_FILE = 40, 300
BANNED = re.compile(r"utils?|managers?|handlers?|helpers?|base")


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> str:
    """The part of the package a file belongs to: `sensors`, `station`."""
    first = path.relative_to(PACKAGE).parts[0]
    return first.removesuffix(".py")


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, inside functions too; those needed by the type checker alone left out."""
    unneeded = {
        id(node)
        for block in ast.walk(tree(path))
        if isinstance(block, ast.If) and ast.unparse(block.test) == "TYPE_CHECKING"
        for node in ast.walk(block)
    }
    for node in ast.walk(tree(path)):
        if id(node) in unneeded:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "edge_agent":
            yield from (f"edge_agent.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    return (node for node in ast.walk(tree(path)) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)))


def layer(name: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if name in names)


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_imports_run_one_way(path: Path) -> None:
    """No place imports from a layer above its own; sensors, signals and the station do not know each other."""
    if path == PACKAGE / "__init__.py":
        return
    here = place(path)
    for module in imports(path):
        parts = module.split(".")
        if parts[0] != "edge_agent" or len(parts) == 1 or parts[1].startswith("__"):
            continue
        there = parts[1]
        assert layer(there) <= layer(here), f"{named(path)} imports {module}, which is above it"
        for group in APART:
            assert here not in group or there in group or not any(there in other for other in APART), (
                f"{named(path)} imports {module}: these two are kept apart"
            )


@pytest.mark.parametrize("path", [path for path in SOURCES if path.parts[-1] != "clock.py"], ids=named)
def test_only_the_clock_knows_the_time(path: Path) -> None:
    """`time` is imported by clock.py alone, and nobody asks datetime what time it is."""
    assert "time" not in set(imports(path))
    assert not re.search(r"\b(datetime|date)\.(now|utcnow|today)\(", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [path for path in SOURCES if place(path) in CORE], ids=named)
def test_the_core_does_no_io(path: Path) -> None:
    """What decides imports nothing that could wait, be random or touch the machine."""
    assert {module.split(".")[0] for module in imports(path)} <= CORE_MAY_IMPORT


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_sizes(path: Path) -> None:
    """Files and functions stay readable in one go; a table is no function."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for function in functions(path):
        length = (function.end_lineno or 0) - function.lineno + 1 - documented(function)
        assert length <= LONGEST_FUNCTION, f"{named(path)}: {function.name} has {length} lines"


def documented(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines of a function that are its docstring."""
    if ast.get_docstring(function) is None:
        return 0
    return (function.body[0].end_lineno or 0) - function.body[0].lineno + 1


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_words(path: Path) -> None:
    """Names that say nothing are not used; the file opens with what it is for; nothing is swallowed or asserted."""
    for part in path.relative_to(PACKAGE).parts:
        assert not any(BANNED.fullmatch(word) for word in part.removesuffix(".py").split("_"))
    assert ast.get_docstring(tree(path)), f"{named(path)} does not say what it is for"
    for node in ast.walk(tree(path)):
        assert not isinstance(node, ast.Assert), f"{named(path)}:{node.lineno}: an assert can be switched off"
        if isinstance(node, ast.ClassDef):
            words = re.findall(r"[A-Z][a-z]+", node.name)
            assert not any(BANNED.fullmatch(word.lower()) for word in words), f"{named(path)}: {node.name}"
        if isinstance(node, ast.ExceptHandler) and [type(line) for line in node.body] == [ast.Pass]:
            broad = node.type is None or ast.unparse(node.type) in {"Exception", "BaseException"}
            assert not broad, f"{named(path)}:{node.lineno}: an error is swallowed"


@pytest.mark.parametrize("path", TESTS, ids=named)
def test_every_test_says_the_behaviour(path: Path) -> None:
    """A docstring in every test, and no sleeping."""
    for function in functions(path):
        if function.name.startswith("test_"):
            assert ast.get_docstring(function), f"{named(path)}: {function.name} does not say what it is about"
    assert not re.search(r"\btime\.sleep\(", path.read_text(encoding="utf-8"))


@pytest.mark.parametrize("path", [*SOURCES, *TESTS], ids=named)
def test_every_silenced_rule_has_a_reason(path: Path) -> None:
    """A `noqa` or a `type: ignore` says why."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if "# noqa" in line and path != Path(__file__):
            assert re.search(r"# noqa: [A-Z0-9, ]+ - \S", line), f"{named(path)}:{number}"
        if "# type: ignore" in line and path != Path(__file__):
            assert re.search(r"# type: ignore\[[\w, -]+\]  # \S", line), f"{named(path)}:{number}"


def test_every_ignored_lint_rule_has_a_reason() -> None:
    """Each rule that is off in ruff.toml says why on its line."""
    for line in (ROOT / "ruff.toml").read_text(encoding="utf-8").splitlines():
        if re.match(r'\s+"[A-Z]+\d*",', line):
            assert re.search(r"# \S", line), line
