"""`./dev flash ansible`: the role, looked over by ansible-lint, then run on a fresh Debian, twice, over ssh."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import subprocess
import sys
import venv
from pathlib import Path

import edge_agent
from systemd import bundle
from tests.systemd.container import HERE, Container, bundle_for, fresh
from tests.vm.kernel import folder

ROLE = Path(bundle.__file__).with_name("ansible")
SSHD = "mkdir -p /run/sshd && exec /usr/sbin/sshd -i"  # over the pipe that ssh gives it: there is no network


def well(suite: str = "bookworm") -> bool:
    """Whether the role has no fault, brings a station up, and changes nothing the second time."""
    try:
        tools = installed()
        lint = played([tools / "ansible-lint", "--offline", "--profile", "production"])
        with fresh(suite) as guest:
            guest.boot()
            said = twice(guest, tools)
    except (AssertionError, subprocess.SubprocessError, OSError) as error:
        sys.stdout.write(f"ansible: FAILED: {error}\n")
        return False
    sys.stdout.write(f"ansible-lint: {lint.strip().splitlines()[-1]}\nansible on {suite}: {said}\n")
    return True


def twice(guest: Container, tools: Path) -> str:
    """Run the role two times on a machine; what it changed each time."""
    inventory = guest.folder / "inventory.ini"
    pipe = shlex.join(guest.inside("sh", "-c", SSHD))
    key = guest.folder / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    guest.write("root/.ssh/authorized_keys", (guest.folder / "key.pub").read_text())
    guest.run("chmod 700 /root/.ssh; chmod 600 /root/.ssh/authorized_keys; chown -R root: /root")
    words = f"-o UserKnownHostsFile=/dev/null -o StrictHostKeyChecking=no -i {key}"
    (guest.folder / "ssh_config").write_text(f"Host st07\n  ProxyCommand {pipe}\n")
    inventory.write_text(
        "[stations]\nst07 ansible_user=root ansible_python_interpreter=/usr/bin/python3\n"
        f"[stations:vars]\nansible_ssh_common_args=-F {guest.folder / 'ssh_config'} {words}\n"
    )
    bundles = bundle_for(guest.suite).parent
    chosen = [f"edge_agent_bundles={bundles}", f"edge_agent_version={edge_agent.__version__}"]
    chosen += [f"edge_agent_config={HERE / 'station.toml'}"]
    play = [tools / "ansible-playbook", "-i", inventory, ROLE / "site.yml"]
    play += [word for each in chosen for word in ("-e", each)]
    recaps = [recap(played(play)) for _ in range(2)]
    guest.until(guest.active)
    assert recaps[0] > 0 == recaps[1], recaps
    return f"{recaps[0]} things changed, then {recaps[1]}; both units active"


def recap(said: str) -> int:
    """How many things a run has changed; none may have failed."""
    found = re.search(r"st07\s+: ok=\d+\s+changed=(\d+)\s+unreachable=0\s+failed=0", said)
    assert found is not None, said
    return int(found[1])


def played(words: list[str | Path]) -> str:
    """Run one of Ansible's programs beside the role; what it printed."""
    settings = {"ANSIBLE_HOME": str(folder() / "ansible-home"), "ANSIBLE_NOCOLOR": "1", "NO_COLOR": "1"}
    environment = {**os.environ, **settings, "PATH": f"{Path(words[0]).parent}:{os.environ['PATH']}"}
    done = subprocess.run(words, check=False, capture_output=True, text=True, cwd=ROLE, env=environment, timeout=1200)
    assert done.returncode == 0, f"{words[0]}: {done.stdout}{done.stderr}"
    return done.stdout + done.stderr


def installed() -> Path:
    """Where Ansible's programs are: in an environment of their own, made once for what requirements.txt says."""
    wanted = ROLE / "requirements.txt"
    place = folder() / f"ansible-{hashlib.sha256(wanted.read_bytes()).hexdigest()[:12]}"
    if not (place / "complete").exists():
        venv.create(place, with_pip=True, clear=True)
        subprocess.run([place / "bin/pip", "install", "--quiet", "--requirement", wanted], check=True)
        (place / "complete").touch()
    return place / "bin"
