"""One target searched in one process: by coverage where atheris is installed, else by hypothesis.

Prints libFuzzer's statistics, or the same of our own; a crash is stored as a file.
"""

from __future__ import annotations

import importlib.util
import logging
import os
import resource
import sys
import tempfile
import traceback
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import structlog

FOUND = Path(__file__).resolve().parents[2] / ".fuzz"
LARGEST = 64 * 1024  # bytes of an input: what the control socket or a pipe hands over at once
MEMORY_MB = 512  # of the whole process; a target that keeps what it is fed goes beyond it within a minute
SLOWEST_S = 10  # for one input: a hundred times the slowest real one
BATCH = 100  # inputs that hypothesis draws for one seed: the time is looked at between them
DIGITS = 40  # of the digest in the name of a stored crash
STATISTIC = "stat::"


def atheris_is_here() -> bool:
    """Whether the search can be led by coverage."""
    return importlib.util.find_spec("atheris") is not None


def search(name: str, seconds: int, found: Path, seed: int) -> int:
    """Search for so long, another way with each seed, by chance with 0.

    Returns 0 where nothing was found, else the crash is stored and its traceback printed.
    """
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL)
    )  # what is said is checked
    found.mkdir(exist_ok=True)
    return _by_coverage(name, seconds, found, seed) if atheris_is_here() else _by_chance(name, seconds, found)


def _by_coverage(name: str, seconds: int, found: Path, seed: int) -> int:
    import atheris  # type: ignore[import-not-found,unused-ignore]  # only where it is installed

    with atheris.instrument_imports(include=["edge_agent", "tests.fuzz.planted"]):
        from tests.fuzz.table import find
    target = find(name)
    with tempfile.TemporaryDirectory() as corpus:
        for number, known in enumerate(target.seeds):
            Path(corpus, str(number)).write_bytes(known)
        limits = [
            f"-max_total_time={seconds}",
            f"-seed={seed}",
            f"-max_len={LARGEST}",
            f"-timeout={SLOWEST_S}",
            f"-rss_limit_mb={MEMORY_MB}",
        ]
        where = [f"-artifact_prefix={found}/{name}-", "-print_final_stats=1", "-verbosity=0", corpus]
        atheris.Setup([sys.argv[0], *limits, *where], target.one)
        atheris.Fuzz()  # ends the process
    return 0


def _by_chance(name: str, seconds: int, found: Path) -> int:
    from edge_agent import clock
    from tests.fuzz.table import find

    target, until_ns = find(name), clock.now_ns() + seconds * clock.NS_PER_S
    code = done = 0
    try:
        while clock.now_ns() < until_ns:
            by_hypothesis(target.one, target.seeds, seed=done, most=BATCH)
            done += BATCH
    except FoundError as error:
        path = stored(found / name, error.data)
        traceback.print_exception(error.__cause__)
        sys.stderr.write(f"Test unit written to {path}\n")
        code = 1
    memory_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    sys.stderr.write(f"{STATISTIC}number_of_executed_units: {done}\n{STATISTIC}peak_rss_mb: {memory_mb}\n")
    return code or int(memory_mb > MEMORY_MB)


class FoundError(Exception):
    """An input that fails; its cause says how."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data = data


def by_hypothesis(one: Callable[[bytes], None], seeds: tuple[bytes, ...], *, seed: int, most: int) -> None:
    """Try at most so many inputs drawn from one seed; FoundError where one fails."""
    import hypothesis

    from tests.fuzz.inputs import inputs

    failed: list[bytes] = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=most,
        database=None,
        deadline=None,
        phases=(hypothesis.Phase.generate,),
        suppress_health_check=list(hypothesis.HealthCheck),
    )
    @hypothesis.given(inputs(seeds))
    def attempt(data: bytes) -> None:
        try:
            one(data)
        except Exception:
            failed.append(data)
            raise

    try:
        attempt()
    except Exception as error:
        if not failed:
            raise
        raise FoundError(failed[-1]) from error


def stored(prefix: Path, data: bytes) -> Path:
    """Keep a crash under a name of its own, as libFuzzer does."""
    path = prefix.with_name(f"{prefix.name}-crash-{sha256(data).hexdigest()[:DIGITS]}")
    path.write_bytes(data)
    return path


def replay(name: str, path: Path) -> int:
    """Feed one stored input; whatever it raises is printed as Python prints it."""
    from tests.fuzz.table import find

    find(name).one(path.read_bytes())
    sys.stdout.write(f"{os.path.relpath(path)}: nothing happens any more\n")
    return 0
