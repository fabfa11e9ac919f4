"""What the configuration says of the broker: names of files, and no secret."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_agent import config
from edge_agent.signals import cause
from edge_agent.signals.access import password, tls_context

EXAMPLE = (Path(__file__).parents[2] / "examples" / "station.toml").read_text(encoding="utf-8")


def complained(folder: Path, credential: str, username: str = "st07") -> str:
    """All that is said of the example with this credential."""
    path = folder / "station.toml"
    lines = f'port = 1883\nusername = "{username}"\ncredential = "{credential}"'
    path.write_text(EXAMPLE.replace("port = 1883", lines), encoding="utf-8")
    return "\n".join(map(str, config.check(path)[1]))


@pytest.mark.parametrize(
    "secret", ["sommer2024", "S3cr3tPass!", "Hunter2Hunter2", "/aB3xYz9", "a/b.password", "../x.password", "geheim-pw"]
)
def test_what_may_be_a_password_is_no_credential(tmp_path, secret):
    """A name of a file ends like one, or is a full path; anything else is refused, and not repeated."""
    assert "credential must name a file" in (said := complained(tmp_path, secret))
    assert secret not in said


@pytest.mark.parametrize(
    "name", ["st07.password", "mqtt-password", "acme.st07.secret", "/run/secrets/mqtt", "/etc/x/st07.pw"]
)
def test_what_names_a_file_is_a_credential(tmp_path, name):
    """By its end, by its full path, and the name that `init` once proposed."""
    assert not complained(tmp_path, name)


def test_a_user_name_may_have_a_colon_where_the_password_is_named(tmp_path):
    """Some brokers want tenant:name."""
    assert not complained(tmp_path, "st07.password", username="acme:st07")


@pytest.mark.parametrize("name", ["sommer2024", "/aB3/xYz9", "S3cr3tPass!"])
def test_a_file_that_cannot_be_read_is_not_named_unless_it_surely_is_one(name):
    """The fault goes into the journal, to the plant and into the log; what is not there may be the secret."""
    for read in (lambda: password(name), lambda: tls_context(name, None, None), lambda: tls_context(None, name, name)):
        with pytest.raises(OSError, match="No such file") as raised:
            read()
        said = str(cause.of_error(raised.value, "broker:1883", 5.0, tls=True))
        assert "in the configuration names cannot be read: No such file or directory" in said
        assert name not in said + str(raised.value)


def test_a_file_that_is_there_or_named_like_one_is_named(tmp_path):
    """Whoever must mend it learns which."""
    with pytest.raises(OSError, match=r"/nowhere/st07\.password"):
        password("/nowhere/st07.password")
    with pytest.raises(OSError, match=str(tmp_path)):
        password(str(tmp_path))
