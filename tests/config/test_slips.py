"""Whatever becomes of a configuration by slips of the pen, the answer is a complaint, never an exception."""

import random
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edge_agent import config

EXAMPLE = (Path(__file__).parent.parent.parent / "examples" / "station.toml").read_text(encoding="utf-8")
VALUES = ['"x"', "1", "-1", "0", "1e400", "nan", "true", "[]", "{}", "[1, [2]]", "{a = {b = 1}}", "1979-05-27", '""']
VALUES += [
    "9" * 50,
    "9" * 400,
    "0x7fffffffffffffffff",
    '"GPIO17"',
    "[{}]",
    '"' + "x" * 5000 + '"',
    '"\\u0000\\n"',
    "07:32:00",
]


def mutate(text, chance):
    """A few slips of the pen: lines gone, doubled, exchanged; values of another kind; bytes that do not belong."""
    lines = text.splitlines(keepends=True)
    for _ in range(chance.randint(1, 4)):
        place = chance.randrange(len(lines)) if lines else 0
        slip = chance.randrange(6)
        if slip == 0 and lines:
            del lines[place]
        elif slip == 1 and lines:
            lines.insert(chance.randrange(len(lines)), lines[place])
        elif slip == 2 and lines:
            other = chance.randrange(len(lines))
            lines[place], lines[other] = lines[other], lines[place]
        elif slip == 3 and lines:
            cut = chance.randrange(len(lines[place]) + 1)
            lines[place] = lines[place][:cut] + chr(chance.randrange(256)) + lines[place][cut + chance.randrange(2) :]
        elif lines:
            keys = [index for index, line in enumerate(lines) if "=" in line]
            if keys:
                index = chance.choice(keys)
                lines[index] = lines[index].split("=")[0] + "= " + chance.choice(VALUES) + "\n"
    return "".join(lines)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_no_slip_of_the_pen_is_an_exception(tmp_path, seed):
    """Whatever becomes of the example, it is accepted or complained about, each complaint at a line of the file."""
    text = mutate(EXAMPLE, random.Random(seed))  # noqa: S311 - a slip, no secret
    path = tmp_path / "station.toml"
    path.write_bytes(text.encode())
    found, complaints = config.check(path)
    last = max(1, len(text.replace("\r\n", "\n").split("\n")))
    assert [] == [str(each) for each in complaints if not 1 <= each.line <= last]
    assert (found is None) == any(each.severity == "error" for each in complaints)
    if found is not None:
        assert len(found.watches()) >= len(found.detectors)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.binary(max_size=200))
def test_no_bytes_are_an_exception(tmp_path, content):
    """Any file is answered with a complaint."""
    path = tmp_path / "station.toml"
    path.write_bytes(content)
    found, complaints = config.check(path)
    assert found is None
    assert complaints
