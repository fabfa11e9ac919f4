"""`./dev flash [PART ...] [--short]`: a fresh Debian becomes a station, with no network.

One machine a suite goes through all of it, in order: install, upgrade, back, and what goes wrong there. `lines` does
the first of it on a machine with a kernel's own pins, up to green. `cuts` is install.sh with a small bundle, cut at
every third of its steps, or with `--short` at every sixtieth; `ansible` is the role. `arm64` is both bundles of a Pi,
only where it is asked for: on an emulated processor it takes ten minutes and more each.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Callable
from functools import partial
from pathlib import Path

from systemd import bundle
from tests.systemd import arm64, kernel_lines, with_ansible
from tests.systemd.container import (
    CLOUD_UNITS,
    HERE,
    STATION,
    SUITES,
    UPLINK,
    Container,
    bundle_for,
    fresh,
    missing,
    unpacked,
)
from tests.systemd.readme import README, commands

SOURCES = ("edge_agent", "pyproject.toml", "README.md", "LICENSE")
SHORTENED, USAGE = "--short", 2
CARD = "boot/firmware/station.toml"
CURRENT = "readlink /opt/edge-agent/current"
TREE = "find /opt/edge-agent /etc /boot -type f -printf '%p %T@ %s\\n' -o -type l -printf '%p %l\\n' | sort"


def from_the_readme_to_a_lamp(guest: Container) -> str:
    """The commands of README.md, as written, on a card with three files: the bundle, station.toml, nothing else."""
    tar = bundle_for(guest.suite)
    shutil.copy(tar, guest.root / "boot/firmware")
    guest.write(CARD, (HERE / "station.toml").read_bytes())
    guest.boot()
    assert guest.run("ls /sys/class/net") == "lo"
    assert guest.run("command -v gcc pip pip3; python3 -c 'import ensurepip'", well=False) == ""
    began_s = time.monotonic()
    for command in commands("install"):
        guest.run(command)
    guest.until(guest.active)
    took_s = time.monotonic() - began_s
    assert guest.run("cat /boot/firmware/station.answer.txt").startswith("ACCEPTED: station.toml is in force.")
    for command in commands("look"):
        guest.run(command, well="status" not in command)  # 1: nobody has seen a part yet
    unpacked(tar, guest.folder)
    return f"{took_s:.0f} s, {guest.run('du -sm /opt/edge-agent').split()[0]} MB, Python {SUITES[guest.suite]}"


def again_changes_nothing(guest: Container) -> str:
    """The same bundle again: not a file, not a process is another one."""
    before = guest.run(TREE), guest.pid(STATION), guest.pid(UPLINK)
    assert "nothing is changed" in install(guest, bundle_folder(guest))
    assert before == (guest.run(TREE), guest.pid(STATION), guest.pid(UPLINK))
    return f"{len(before[0].splitlines())} files and both processes as before"


def comes_up_with_the_machine(guest: Container) -> str:
    """After a power cut both start by themselves; a card that was taken is not taken again."""
    guest.cut()
    guest.boot()
    guest.until(guest.active)
    assert "was taken before" in guest.log("edge-agent-card")
    return "both active, the card was taken before"


def upgrade_and_rollback_keep_an_open_call(guest: Container) -> str:
    """By README's commands with two bundles on the card, then `edge-agent rollback`: the call stays, and counts on."""
    guest.until(lambda: called(guest))
    number, seq = called(guest), guest.status()["seq"]
    installed = [guest.run(CURRENT)]
    on_the_card(guest, another(guest, "0.2.0"))
    for command in commands("install"):
        guest.run(command)
    installed.append(guest.status()["version"])
    guest.run("edge-agent rollback")
    installed.append(guest.run(CURRENT))
    assert (installed[0], "0.2.0") == (installed[2], installed[1])
    assert number == called(guest)
    assert seq < guest.status()["seq"]
    refused(guest, "setpriv --reuid 65534 --clear-groups edge-agent rollback", "needs root", os.EX_NOPERM)
    return f"{' -> '.join(installed)}, call {number} all the time"


def a_version_that_falls_over_goes_back(guest: Container) -> str:
    """It starts, says that it is ready, and ends: the one before is back by itself, with the call."""
    guest.until(lambda: called(guest))
    before, number = guest.run(CURRENT), called(guest)
    folder = another(guest, "0.3.0", dies_after_s=3)
    refused(guest, f"{inside(guest, folder)}/install.sh", f"back to {before}, which runs")
    guest.until(guest.active)
    assert (before, number) == (guest.run(CURRENT), called(guest)), guest.run(CURRENT)
    assert not (guest.root / "opt/edge-agent/trial").exists()
    return f"back to {before}"


def a_version_that_hangs_goes_back(guest: Container) -> str:
    """It never says that it is ready: after its time the one before is back."""
    before = guest.run(CURRENT)
    folder = another(guest, "0.3.1", hangs=True)
    refused(guest, f"PATIENCE_S=10 {inside(guest, folder)}/install.sh", "is not up after 10 s")
    guest.until(guest.active)
    assert before == guest.run(CURRENT)
    return f"back to {before}"


def what_it_migrated_is_set_aside(guest: Container) -> str:
    """A newer version migrates the journal and then falls over: the lamp of the one before works, and it is told."""
    before = guest.run(CURRENT)
    folder = another(guest, "0.4.0", dies_after_s=3, journal=99)
    refused(guest, f"{inside(guest, folder)}/install.sh", f"back to {before}, which runs")
    guest.until(guest.active)
    aside = guest.run("ls /var/lib/edge-agent | grep schema99")
    return f"set aside as {aside.splitlines()[0]}"


def power_cut_in_a_change_that_would_fail(guest: Container) -> str:
    """Cut while the new version is on trial: with the power it is tried on, and the one before is back."""
    before = guest.run(CURRENT)
    cut_on_trial(guest, another(guest, "0.3.2", dies_after_s=3), before)
    guest.until(lambda: settled(guest), 300)
    guest.until(guest.active)
    assert before == guest.run(CURRENT)
    return f"back to {before} after the start"


def power_cut_in_a_change_that_would_do(guest: Container) -> str:
    """Cut while the new version is on trial: with the power it is found well, and stays."""
    before = guest.run(CURRENT)
    folder = another(guest, "0.2.1")
    cut_on_trial(guest, folder, before)
    guest.until(lambda: settled(guest), 300)
    guest.until(guest.active)
    assert "0.2.1" == guest.status()["version"]
    assert "nothing is changed" in install(guest, folder)
    return f"{before} -> {guest.run(CURRENT)}"


def a_refused_configuration_leaves_the_old_one(guest: Container) -> str:
    """The old one runs, the file beside it and `status` say why; mended, it is accepted."""
    good = (guest.root / CARD).read_text()
    with_card(guest, good.replace("gpio_pulse", "gpio_puls"))
    answer = guest.run("cat /boot/firmware/station.answer.txt")
    assert "REFUSED: the configuration before it stays in force." in answer, answer
    assert re.search(r"station\.toml:\d+: .*did you mean 'gpio_pulse'", answer), answer
    guest.until(guest.active)
    guest.until(lambda: "configuration" in guest.status()["degraded"])
    with_card(guest, good.replace("standard_cycle_s = 55", "standard_cycle_s = 50"))
    guest.until(guest.active)
    assert "configuration" not in guest.status()["degraded"]
    assert "50" in guest.run("grep standard_cycle_s /etc/edge-agent/station.toml")
    return answer.splitlines()[2]


def the_first_start_installs_by_itself(guest: Container) -> str:
    """With `user-data` on the boot partition cloud-init does it all, as on Trixie's card; nobody logs in."""
    seed = "datasource_list: [NoCloud]\ndatasource: {NoCloud: {seedfrom: file:///boot/firmware/}}\n"
    guest.write("etc/cloud/cloud.cfg.d/99-card.cfg", seed)
    for unit in CLOUD_UNITS:
        (guest.root / f"etc/systemd/system/{unit}.service").unlink()
    shutil.copy(bundle_for(guest.suite), guest.root / "boot/firmware")
    guest.write(CARD, (HERE / "station.toml").read_bytes())
    offered = (README.parent / "cloud-init/user-data").read_text()
    with_user = re.sub(r"^# (?=users:|  )", "", offered, flags=re.MULTILINE)
    guest.write("boot/firmware/user-data", with_user)
    guest.write("boot/firmware/meta-data", "instance-id: station\n")
    guest.boot()
    guest.until(lambda: guest.run(f"ls {CURRENT.split()[1]}", well=False) != "", 600)
    guest.until(guest.active, 600)
    assert "Valid" in guest.run("cloud-init schema --config-file /boot/firmware/user-data")
    guest.until(lambda: "is installed" in guest.run("cat /boot/firmware/install.answer.txt"))
    assert {"gpio", "dialout", "edge-agent"} <= set(guest.run("id -nG maintenance").split())
    return f"host {guest.run('hostname')}; {guest.run('tail -1 /boot/firmware/install.answer.txt')}"


def two_configurations_are_refused(guest: Container) -> str:
    """Which one is meant, nobody knows: the one in force stays."""
    guest.write("boot/firmware/station (1).toml", "")
    guest.cut()
    guest.boot()
    guest.until(guest.active)
    answer = guest.run("cat /boot/firmware/station.answer.txt")
    assert "there are 2 configurations" in answer, answer
    guest.run("rm '/boot/firmware/station (1).toml'")
    return answer.splitlines()[2]


def a_wrong_bundle_is_refused(guest: Container) -> str:
    """For another Python, for another machine, or with a wheel that was tampered with: said, and nothing is changed."""
    before = guest.run(TREE)
    own = bundle_folder(guest)
    said = []
    for words, wanted in (({"python": "3.9"}, "for Python 3.9"), ({"machine": "aarch64"}, "for aarch64")):
        folder = changed(own, guest.folder / wanted.replace(" ", "-"), words)
        said.append(refused(guest, f"{inside(guest, folder)}/install.sh", wanted))
    folder = shutil.copytree(own, guest.folder / "tampered")
    with next((folder / "wheels").glob("numpy*")).open("ab") as wheel:
        wheel.write(b" ")
    said.append(refused(guest, f"{inside(guest, folder)}/install.sh", "FAILED"))
    assert before == guest.run(TREE)
    return "; ".join(said)


SCENARIOS: tuple[Callable[[Container], str], ...] = (
    from_the_readme_to_a_lamp,
    again_changes_nothing,
    comes_up_with_the_machine,
    upgrade_and_rollback_keep_an_open_call,
    a_version_that_falls_over_goes_back,
    a_version_that_hangs_goes_back,
    power_cut_in_a_change_that_would_fail,
    power_cut_in_a_change_that_would_do,
    a_refused_configuration_leaves_the_old_one,
    two_configurations_are_refused,
    a_wrong_bundle_is_refused,
    what_it_migrated_is_set_aside,
)
LONG = (SCENARIOS, (the_first_start_installs_by_itself,))  # a machine each
SHORT = (
    from_the_readme_to_a_lamp,
    again_changes_nothing,
    upgrade_and_rollback_keep_an_open_call,
    a_version_that_falls_over_goes_back,
    power_cut_in_a_change_that_would_fail,
    a_refused_configuration_leaves_the_old_one,
)


def bundle_folder(guest: Container) -> Path:
    """The bundle of this checkout, unpacked outside."""
    return next(guest.folder.glob("andon-edge-agent-*"))


def on_the_card(guest: Container, folder: Path) -> None:
    """Copy a bundle to the boot partition as one file, beside the one that is there."""
    version = dict(line.split("=") for line in (folder / "BUNDLE").read_text().split())["version"]
    named = shutil.copytree(folder, guest.folder / "to-pack" / f"andon-edge-agent-{version}-here")
    bundle.packed(named, guest.root / "boot/firmware")


def inside(guest: Container, folder: Path) -> str:
    """Put a bundle on the machine; where it is there."""
    place = guest.root / "var/tmp" / folder.name
    if not place.exists():
        shutil.copytree(folder, place)
    return f"/var/tmp/{folder.name}"  # noqa: S108 - of the container


def install(guest: Container, folder: Path) -> str:
    """Install a bundle; what the installer said."""
    return guest.run(f"{inside(guest, folder)}/install.sh")


def refused(guest: Container, command: str, wanted: str, code: int = 1) -> str:
    """What a command says that ends with this exit code; `wanted` must be in it."""
    done = guest.tried(command)
    assert (code, True) == (done.returncode, wanted in done.stderr), done
    return done.stderr.strip()


def called(guest: Container) -> int:
    """The number of the call that is open; 0 where there is none."""
    calls = guest.status().get("state", {}).get("calls", [])
    return int(calls[0]["call"]) if calls else 0


def with_card(guest: Container, text: str) -> None:
    """Take the card out, write another configuration on it, put it back."""
    guest.cut()
    guest.write(CARD, text)
    guest.boot()


def cut_on_trial(guest: Container, folder: Path, before: str) -> None:
    """Begin to install, cut the power once the new version is started, and give it back."""
    words = guest.inside(f"{inside(guest, folder)}/install.sh")
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True) as installer:
        guest.until(lambda: guest.run(CURRENT) != before or installer.poll() is not None, 600)
        assert installer.returncode is None, installer.communicate()[1]
        guest.cut()
    assert (guest.root / "opt/edge-agent/trial").exists()
    guest.boot()


def settled(guest: Container) -> bool:
    """Whether edge-agent-settle has ended: the version before is back sooner, but no other install may begin yet."""
    ended = guest.of("edge-agent-settle", "ActiveState") in ("inactive", "failed")
    return ended and not (guest.root / "opt/edge-agent/trial").exists()


def another(guest: Container, version: str, *, dies_after_s: int = 0, hangs: bool = False, journal: int = 0) -> Path:
    """A bundle of another version: well, or one that ends or hangs after the start, or has a newer journal."""
    own = bundle_folder(guest)
    sources = guest.folder / f"sources-{version}"
    sources.mkdir()
    for name in SOURCES:
        subprocess.run(["cp", "-r", bundle.ROOT / name, sources], check=True)
    edit(sources / "edge_agent/__init__.py", r'__version__ = ".*"', f'__version__ = "{version}"')
    assembly = sources / "edge_agent/agent/assembly.py"
    if dies_after_s:
        edit(
            assembly,
            "    agent.begin\\(\\)",
            f"    import threading; threading.Timer({dies_after_s}, os._exit, [3]).start()\n    agent.begin()",
        )
    if hangs:
        edit(assembly, "    agent.begin\\(\\)", "    clock.pause(10_000)\n    agent.begin()")
    if journal:
        edit(
            sources / "edge_agent/journal/schema.py",
            "user_version = {len\\(MIGRATIONS\\)}",
            f"user_version = {journal}",
        )
        edit(sources / "edge_agent/journal/schema.py", "version == len\\(MIGRATIONS\\)", f"version == {journal}")
    folder = shutil.copytree(own, guest.folder / f"bundle-{version}")
    next((folder / "wheels").glob("andon_edge_agent*")).unlink()
    bundle.run(bundle.uv(), "build", "--quiet", "--wheel", "--out-dir", str(folder / "wheels"), str(sources))
    return changed(folder, folder, {"version": version} | ({"journal": str(journal)} if journal else {}))


def changed(own: Path, folder: Path, words: dict[str, str]) -> Path:
    """A bundle with other words about itself, and the checksums that belong to it."""
    if folder != own:
        shutil.copytree(own, folder)
    there = dict(line.split("=") for line in (folder / "BUNDLE").read_text().split())
    bundle.fill(folder, there | words)
    return folder


def edit(file: Path, old: str, new: str) -> None:
    """Change what a file says, in its one place."""
    text, count = re.subn(old, lambda _: new, file.read_text())
    assert count == 1, f"{old} is {count} times in {file}"
    file.write_text(text)


def main(words: list[str]) -> int:
    """Go through the parts asked for; 1 where one is not as it should be."""
    if why := missing():
        sys.stderr.write(f"flash: {why}\n")
        return os.EX_UNAVAILABLE
    short = SHORTENED in words
    unasked = {"arm64", "ansible"} if short else {"arm64"}
    parts = [word for word in words if word != SHORTENED] or [part for part in PARTS if part not in unasked]
    if unknown := [part for part in parts if part not in PARTS]:
        sys.stderr.write(f"flash: {', '.join(unknown)}: write one of {', '.join(PARTS)}, or {SHORTENED}\n")
        return USAGE
    failed = [part for part in parts if not PARTS[part](short)]
    return 1 if failed else 0


def machines(suite: str, short: bool) -> bool:
    """Take a machine through each row of scenarios; without `short` through all."""
    return all(well(suite, scenarios) for scenarios in ((SHORT,) if short else LONG))


def on_lines(short: bool) -> bool:
    """From a blank card to green, on each suite."""
    return all(kernel_lines.well(suite, short=short) for suite in SUITES)


def cuts(short: bool) -> bool:
    """install.sh cut at its steps."""
    pytest = [sys.executable, "-m", "pytest", "-q", "--timeout", "3600", "tests/systemd/test_install.py"]
    return not subprocess.run(pytest, check=False, env={**os.environ, "STEP": "60" if short else "3"}).returncode


def well(suite: str, scenarios: tuple[Callable[[Container], str], ...]) -> bool:
    """Take one machine through the scenarios, as far as it goes; each needs the machine the one before has left."""
    with fresh(suite) as guest:
        for scenario in scenarios:
            began_s = time.monotonic()
            try:
                said = scenario(guest)
            except Exception as error:  # noqa: BLE001 - whatever it is, the machine is of no more use
                sys.stdout.write(f"{suite} {scenario.__name__}: FAILED: {error!r}\n{guest.log()}\n")
                traceback.print_exc(file=sys.stdout)
                return False
            sys.stdout.write(f"{suite} {scenario.__name__} ({time.monotonic() - began_s:.0f} s): {said}\n")
            sys.stdout.flush()
    return True


PARTS: dict[str, Callable[[bool], bool]] = {
    **{suite: partial(machines, suite) for suite in SUITES},
    "lines": on_lines,
    "cuts": cuts,
    "ansible": lambda _: with_ansible.well(),
    "arm64": lambda _: all(arm64.well(*each) for each in SUITES.items()),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
