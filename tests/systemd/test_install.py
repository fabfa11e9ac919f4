"""install.sh with a small bundle, in folders of its own: what it makes, refuses, repeats and goes on with."""

import os
import re
import shutil
from pathlib import Path

import pytest

from systemd import bundle as packing
from tests.systemd.small_bundle import Machine, small_bundle, system_python

pytestmark = pytest.mark.skipif(
    os.geteuid() != 0 or shutil.which("unshare") is None, reason="install.sh is tried as root, with unshare"
)
long = pytest.mark.skipif("STEP" not in os.environ, reason="takes a minute: ./dev flash runs it")
STEP = int(os.environ.get("STEP", "50"))  # every so many commands it is cut; 1 is all of them


@pytest.fixture
def machine(tmp_path):
    """A machine on which nothing is installed."""
    return Machine(tmp_path / "machine")


@pytest.fixture
def bundle(tmp_path):
    """A bundle for this machine."""
    return small_bundle(tmp_path)


def refused(machine, bundle, *words, more=""):
    """What it says while it refuses; nothing was made."""
    done = machine.install(bundle, *words, more=more)
    assert done.returncode == 1, done
    assert not any((machine.folder / "opt").iterdir())
    assert not (machine.folder / "etc/systemd/system/edge-agent-station@.service").exists()
    return done.stderr


def test_it_installs_and_a_second_time_changes_nothing(machine, bundle):
    """The program is there for people, units are in place; again: not a file is touched."""
    assert machine.install(bundle).stdout.endswith("is installed\n")
    assert machine.says() == "edge-agent 1.0"
    assert (machine.folder / "etc/systemd/system/edge-agent-card.service").exists()
    assert 'GROUP="gpio"' in (machine.folder / "etc/udev/rules.d/60-edge-agent.rules").read_text()
    assert (
        machine.folder / "etc/systemd/system/multi-user.target.wants/edge-agent-station@station.service"
    ).is_symlink()
    before = machine.files()
    assert "nothing is changed" in machine.install(bundle).stdout
    assert before == machine.files()


def test_a_group_that_is_there_is_taken(machine, bundle):
    """cloud-init makes the groups of its users, edge-agent too, before it installs: the account is put into it."""
    if shutil.which("groupadd") is None:
        pytest.skip("groupadd is missing: apt-get install passwd")
    done = machine.install(bundle, more="groupadd -f gpio; groupadd -f edge-agent;")
    assert done.stdout.endswith("is installed\n"), done
    group = re.search(r"^edge-agent:x:(\d+):", (machine.folder / "etc/group").read_text(), re.MULTILINE)
    user = re.search(r"^edge-agent:x:\d+:(\d+):", (machine.folder / "etc/passwd").read_text(), re.MULTILINE)
    assert group[1] == user[1]


@long
def test_what_was_taken_away_is_put_back(machine, bundle):
    """The second run mends: a unit that somebody deleted, a link, a start with the machine."""
    machine.install(bundle)
    gone = [
        machine.folder / place
        for place in ("etc/systemd/system/edge-agent-uplink@.service", "usr/local/bin/edge-agent")
    ]
    for file in gone:
        file.unlink()
    assert machine.install(bundle).stdout.endswith("is installed\n")
    assert all(file.is_symlink() or file.exists() for file in gone)


@long
def test_a_newer_one_and_back(machine, bundle, tmp_path):
    """The newer one is started from now on, the one before stays; a third one lets the first go."""
    machine.install(bundle)
    machine.install(small_bundle(tmp_path, "1.1"))
    assert machine.says() == "edge-agent 1.1"
    assert machine.install(bundle, "--back").returncode == 0
    assert machine.says() == "edge-agent 1.0"
    machine.install(small_bundle(tmp_path, "1.2"))
    kept = {file.name.partition("-")[0] for file in (machine.folder / "opt/edge-agent").iterdir() if file.is_dir()}
    assert {"1.0", "1.2", "current", "previous"} == kept


@long
def test_there_is_nothing_to_go_back_to(machine, bundle):
    """It says so, and changes nothing."""
    machine.install(bundle)
    done = machine.install(bundle, "--back")
    assert (1, True) == (done.returncode, "there is no version before 1.0-" in done.stderr)
    assert machine.says() == "edge-agent 1.0"


def test_a_bundle_for_another_machine(machine, tmp_path):
    """It names both, and which bundle to take."""
    said = refused(machine, small_bundle(tmp_path, machine="riscv64"))
    assert "this bundle is for riscv64 and this machine is" in said


def test_a_bundle_for_another_python(machine, tmp_path):
    """It names both, and which bundle to take."""
    said = refused(machine, small_bundle(tmp_path, python="3.2"))
    assert f"is for Python 3.2 and this system has {system_python()}: take the one for py3" in said


@pytest.mark.parametrize("file", ["wheels/andon_edge_agent-1.0-py3-none-any.whl", "units/edge-agent-station@.service"])
def test_a_file_that_is_not_as_it_was_made(machine, bundle, file):
    """One byte more in a wheel or a unit: the file is named, nothing is installed."""
    with (bundle / file).open("ab") as tampered:
        tampered.write(b" ")
    assert f"{file}: FAILED" in refused(machine, bundle)


def test_a_file_that_is_missing(machine, bundle):
    """As after a copy that was not finished."""
    next((bundle / "wheels").glob("pip-*.whl")).unlink()
    assert "FAILED open or read" in refused(machine, bundle)


def test_a_wheel_that_was_changed_together_with_the_list(machine, bundle):
    """The pins have hashes of their own: pip refuses it, and there is no version that anybody starts."""
    with next((bundle / "wheels").glob("andon*")).open("ab") as tampered:
        tampered.write(b" ")
    sums = [f"{packing.sha256(file)}  {file.relative_to(bundle)}\n" for file in packing.files(bundle)]
    (bundle / "SHA256SUMS").write_text("".join(line for line in sums if "SHA256SUMS" not in line))
    done = machine.install(bundle)
    assert (1, True) == (done.returncode, "copy the bundle again" in done.stderr), done
    assert machine.says() == ""


@pytest.mark.parametrize(
    "file", ["units/evil.service", "udev/99-evil.rules", "wheels/pip-99.0-py3-none-any.whl", "units/.hidden"]
)
def test_a_file_that_was_added(machine, bundle, file):
    """It would be put into the system, or run instead of what was packed: it is named, nothing is installed."""
    (bundle / file).write_text("[Service]\nExecStart=/bin/false\n")
    assert f"{file} not in SHA256SUMS" in refused(machine, bundle)


def test_a_link_that_was_added(machine, bundle):
    """Nor one that leads to a folder elsewhere."""
    (bundle / "more").symlink_to("/etc")
    assert "more not in SHA256SUMS" in refused(machine, bundle)


def test_a_card_that_is_nearly_full(machine, bundle):
    """It says how much there is and how much is needed; nothing is begun."""
    said = refused(machine, bundle, more="mount -t tmpfs -o size=50m none /opt;")
    assert "/opt has 50 MB free and" in said


def test_a_card_that_cannot_be_written(machine, bundle):
    """A write-protected root is named, with where to switch that off."""
    said = refused(machine, bundle, more="mount -t tmpfs -o ro none /opt;")
    assert "/opt is read-only" in said


def test_an_overlay_would_forget_it(machine, bundle):
    """On a root that is kept in memory it would be gone with the next start."""
    layers = "mkdir /run/up /run/work; mount -t overlay -o lowerdir=/opt,upperdir=/run/up,workdir=/run/work none /opt;"
    if "overlay" not in Path("/proc/filesystems").read_text(encoding="ascii"):
        pytest.skip("this kernel has no overlay")
    assert "overlay in memory" in refused(machine, bundle, more=f"mount -t tmpfs none /run; {layers}")


def test_without_root(machine, bundle):
    """77, and how to call it."""
    more = 'cp "$1" /run && set -- setpriv --reuid 65534 --clear-groups /run/install.sh;'
    done = machine.install(bundle, more=more)
    assert (77, True) == (done.returncode, "sudo" in done.stderr)


def test_two_at_once(machine, bundle):
    """The second one says so and ends, with the code for later."""
    done = machine.install(bundle, more="exec 8>/run/edge-agent-install.lock; flock 8;")
    assert (75, True) == (done.returncode, "another install" in done.stderr)


@long
def test_cut_at_any_step_and_repeated(machine, bundle, tmp_path):
    """Whatever it was at: the version before runs or the new one does, and the second run ends it."""
    newer = small_bundle(tmp_path, "1.1")
    machine.install(bundle)
    step, cuts = 3, 0
    while machine.cut(newer, step):
        assert machine.says() in {"edge-agent 1.0", "edge-agent 1.1"}, step
        done = machine.install(newer)
        assert (0, "edge-agent 1.1") == (done.returncode, machine.says()), (step, done)
        assert not list((machine.folder / "etc/systemd/system").glob("*.part"))
        machine.install(bundle)
        shutil.rmtree(next((machine.folder / "opt/edge-agent").glob("1.1-*")))  # it is made anew each time
        step, cuts = step + STEP, cuts + 1
    assert cuts > 0


@long
def test_cut_at_the_first_install(machine, bundle):
    """There is no program, or the whole one; the second run ends it."""
    for step in range(10, 150, STEP):
        shutil.rmtree(machine.folder / "opt/edge-agent", ignore_errors=True)
        machine.cut(bundle, step)
        assert machine.says() in {"", "edge-agent 1.0"}, step
        assert (0, "edge-agent 1.0") == (machine.install(bundle).returncode, machine.says()), step
