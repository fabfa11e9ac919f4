"""A machine as the doctor sees it: a folder in the place of `/`, and what its programs say."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from edge_agent import config
from edge_agent.doctor.case import Case
from edge_agent.doctor.finding import Finding
from edge_agent.state import State, Status
from tests import bench_station

SETTINGS = {"standard_s": 60.0}


def case(root: Path, programs: dict[str, str] | None = None, status: Status | None = None, extra: str = "") -> Case:
    """A station on a machine whose files lie below `root`; `programs` by the beginning of their command."""
    path = bench_station.written(root)
    if extra:
        path.write_text(path.read_text() + extra)
    found, complaints = config.check(path)
    known = programs or {}

    def run(command: Sequence[str]) -> str | None:
        line = " ".join(command)
        return next((said for begins, said in known.items() if line.startswith(begins)), None)

    return Case(path=path, config=found, complaints=tuple(complaints), root=root, run=run, status=status)


def put(root: Path, **files: str) -> Path:
    """Write files of the machine; `__` in a name is a slash."""
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return root


def verdicts(examine: Callable[[Case], Iterator[Finding]], of: Case) -> list[str]:
    """What an examination found, each as `verdict what`."""
    return [f"{each.verdict} {each.what}" for each in examine(of)]


def said(examine: Callable[[Case], Iterator[Finding]], of: Case) -> str:
    """All that an examination says, in one text."""
    return "\n".join(f"{each.verdict} {each.what}: {each.text} -> {each.remedy}" for each in examine(of))


def status(uplink: str = "connected", mode: str = "service", **degraded: str) -> Status:
    """What a running station says of itself."""
    return Status(
        station="acme/plant1/assembly/line4/st07",
        version="0.1.0",
        boot="b",
        epoch="e",
        seq=1,
        depth=0,
        degraded=degraded,
        uplink=uplink,
        state=State(at_ns=0, lamp={}, sign="running", reason="Running inside standard.", mode=mode),  # type: ignore[arg-type]  # a word of the contract
    )
