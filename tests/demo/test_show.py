"""`edge-agent demo` from end to end: real processes, a real broker, a real subscriber, and nothing left."""

import json
import os
import re
import select
import signal
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest

from edge_agent import cli
from edge_agent.demo import broker
from edge_agent.demo.faces import face
from edge_agent.demo.inbox import Asked, made_inbox
from edge_agent.demo.show import Show
from edge_agent.signals import contract

WAIT_S = 60.0
LEFT_S = 10.0  # for a child to notice that the demo has gone; it does within a second
STORY = [
    "agent.started",
    *(f"call.{step} cycle_overrun" for step in ("raised", "attended", "cleared")),
    *(f"call.{step} out_of_spec" for step in ("raised", "attended", "cleared")),
    *(f"call.{step} help" for step in ("raised", "attended", "cleared")),
    "sensor.lost",
    "sensor.back",
    "agent.stopping",
]


class Demo:
    """One demo as a process, its temporary folder in `folder`."""

    def __init__(self, folder, *words):
        self.folder = folder
        self.process = subprocess.Popen(
            [sys.executable, "-m", "edge_agent", "demo", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"TMPDIR": str(folder)},
            start_new_session=True,  # a process group of its own, as a shell gives it
        )

    def close(self):
        """Let it end; exit code, lines and complaints."""
        out, complaints = self.process.communicate(timeout=WAIT_S)
        return self.process.returncode, out.splitlines(), complaints

    def left(self):
        """Processes of this demo, by what they are: all children have its folder in their environment."""
        mark = f"RUNTIME_DIRECTORY={self.folder}/".encode()
        return {words[2]: pid for pid, words in processes() if mark in environ(pid)}


def processes():
    """Every process that runs one of the demo's modules, or a verb on its leash, with its command."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            words = content(entry / "cmdline").decode().split("\0")
            if len(words) > 2 and (words[2].startswith("edge_agent.demo.") or "--leash" in words):
                yield int(entry.name), words


def environ(pid):
    """The environment of a process."""
    return content(Path(f"/proc/{pid}/environ"))


def content(path):
    """A file of a process, empty when it has ended."""
    try:
        return path.read_bytes()
    except OSError:
        return b""


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """Two demos of one seed, side by side; the short tests run meanwhile."""
    words = ("--for", "12s", "--speed", "3", "--json", "--seed", "1")
    demos = [Demo(tmp_path_factory.mktemp("demo"), *words) for _ in range(2)]
    ended = []

    def end():
        if not ended:
            ended.extend([demo.close() for demo in demos])
        return demos, ended

    yield end
    for demo in demos:
        demo.process.kill()
        demo.process.communicate()


def begun(folder, *words):
    """A demo whose first event has been received."""
    demo = Demo(folder, "--json", *words)
    assert "andon.agent.started.v1" in demo.process.stdout.readline()
    return demo


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_when_asked(tmp_path_factory, number):
    """Ctrl-C and SIGTERM end it well, with the station's farewell received and nothing left."""
    demo = begun(tmp_path_factory.mktemp("demo"))
    os.killpg(demo.process.pid, number)  # as a terminal does: to everyone in the group
    code, lines, complaints = demo.close()
    assert (0, "") == (code, complaints)
    assert "andon.agent.stopping.v1" in lines[-1]
    assert {} == demo.left()
    assert [] == list(demo.folder.iterdir())


def test_asked_with_its_first_event_it_still_hears_the_farewell(tmp_path, monkeypatch, capsys):
    """Whoever stops it the moment something is shown has it ended as at any other moment."""
    inbox, receive = made_inbox(), Show._receive

    def hurried(show, message):
        if not show.reached:
            inbox.post(Asked())
        receive(show, message)

    monkeypatch.setattr(Show, "_receive", hurried)
    show = Show(tmp_path, face(True, 60.0), inbox, seed=1, speed=1.0, length_s=60.0)
    show.run()
    assert "andon.agent.stopping.v1" in capsys.readouterr().out.splitlines()[-1]


@pytest.mark.usefixtures("pair")
@pytest.mark.parametrize("name", ["uplink", "station", "broker"])
def test_a_child_that_dies(tmp_path_factory, name):
    """The demo says which process has ended by itself, ends the others, and leaves nothing."""
    module = {"station": "edge_agent.demo.bench", "uplink": "edge_agent"}.get(name, f"edge_agent.demo.{name}")
    demo = begun(tmp_path_factory.mktemp("demo"))
    os.kill(demo.left()[module], signal.SIGKILL)
    code, _, complaints = demo.close()
    assert 1 == code
    assert f"the {name} has ended by itself, with exit code -9" in complaints
    assert {} == demo.left()
    assert [] == list(demo.folder.iterdir())


@pytest.mark.usefixtures("pair")
def test_a_killed_demo_takes_its_children_with_it(tmp_path_factory):
    """Even SIGKILL, which lets nobody tidy up, leaves no process behind."""
    demo = begun(tmp_path_factory.mktemp("demo"))
    children = [os.pidfd_open(pid) for pid in demo.left().values()]
    demo.process.kill()
    demo.close()
    for child in children:
        assert select.select([child], [], [], LEFT_S)[0], "a child has outlived the demo"
        os.close(child)
    assert 3 == len(children)


def test_no_broker(monkeypatch, capsys):
    """Without a broker it says where to get one, exit code 69."""
    monkeypatch.setattr(broker, "find_spec", lambda _: None)
    monkeypatch.setattr(broker, "PLACES", "")
    assert 69 == cli.main(["demo", "--for", "1s", "--json"])
    assert "pip install 'andon-edge-agent[demo]'" in capsys.readouterr().err


def test_an_installed_mosquitto_will_do(monkeypatch, capsys, tmp_path):
    """Without the embedded broker mosquitto takes its place; what is kept is sound, and the last lines sum up."""
    monkeypatch.setattr(broker, "find_spec", lambda _: None)
    try:
        broker.command(tmp_path, 1883)
    except broker.DemoError:
        pytest.skip("mosquitto is not installed: apt install mosquitto")
    assert 0 == cli.main(["demo", "--for", "1s", "--speed", "5", "--keep", str(tmp_path / "kept")])
    said, complaints = capsys.readouterr()
    assert "" == complaints
    cycles, events = said.splitlines()[-3:-1]
    assert "0 cycles, 0 calls" == cycles
    assert re.fullmatch(
        "[2-4] events received, none missing", events
    )  # more than 2 when an hour or a day ends meanwhile
    assert 0 == cli.main(["check", str(tmp_path / "kept" / "station.toml")])


@pytest.mark.parametrize("words", [["--for", "2takt"], ["--for", "soon"], ["--speed", "9"], ["--speed", "x"]])
def test_usage(words, capsys):
    """What cannot be meant is refused with what can, exit code 2."""
    with pytest.raises(SystemExit, match="2"):
        cli.main(["demo", *words])
    assert words[1] in capsys.readouterr().err


def test_what_is_kept(tmp_path, capsys):
    """A folder with something in it is not written to."""
    (tmp_path / "mine").touch()
    assert 2 == cli.main(["demo", "--keep", str(tmp_path)])
    assert "name a new folder" in capsys.readouterr().err
    assert ["mine"] == [entry.name for entry in tmp_path.iterdir()]


def test_the_story_arrives(pair):
    """The events of the story reach the subscriber, in order, each by its schema, numbered without a hole."""
    _, ((code, lines, complaints), _) = pair()
    assert (0, "") == (code, complaints)
    schemas = contract.schemas()
    received = [json.loads(line) for line in lines]
    for event in received:
        jsonschema.validate(event, schemas["event"])
        jsonschema.validate(event["data"], schemas[event["type"]])
    assert STORY == story(received)
    assert list(range(1, len(received) + 1)) == [int(event["sequence"]) for event in received]


def test_the_same_seed_tells_the_same(pair):
    """Two demos of one seed say the same, in the same order."""
    _, ended = pair()
    one, other = (story(json.loads(line) for line in lines) for _, lines, _ in ended)
    assert one == other


def test_nothing_is_left(pair):
    """Afterwards there is no process and no file of the demo."""
    demos, _ = pair()
    for demo in demos:
        assert {} == demo.left()
        assert [] == list(demo.folder.iterdir())


def story(events):
    """What the demo tells, without the accounts of an hour and a day that the wall clock may end meanwhile."""
    return [short(event) for event in events if not event["type"].startswith("andon.pace.")]


def short(event):
    """The type of an event, and what it is about."""
    kind = event["data"].get("kind", "")
    return f"{event['type'].removeprefix('andon.').removesuffix('.v1')} {kind}".rstrip()
