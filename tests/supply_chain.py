"""What the product is built of, and whether something is known against it: `./dev sbom`, `./dev audit`.

Both go by `uv.lock`, which names every package, version and hash of what may be installed on a station; what only the
developers use is left out. The bill of materials needs no network. The audit asks the package index's advisories.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import edge_agent

ROOT = Path(__file__).parent.parent
LOCKED = ("--frozen", "--offline", "--quiet", "--no-default-groups", "--all-extras", "--format")
PATIENCE_S = 300.0  # a dozen packages, each asked for with 15 s of patience
LICENCE = "Apache-2.0"


class Verdict(NamedTuple):
    """What an audit came to: an exit code as the agent's own verbs have them, and what to say."""

    code: int
    text: str


def main() -> int:
    """Print the bill of materials, or the verdict of an audit."""
    if sys.argv[1:] == ["audit"]:
        verdict = audited(_audit())
        sys.stdout.write(f"{verdict.text}\n")
        return verdict.code
    sys.stdout.write(json.dumps(bill_of_materials(), indent=1) + "\n")
    return 0


def bill_of_materials() -> dict[str, Any]:
    """CycloneDX 1.5: every locked package with its hashes, and who depends on whom."""
    bill: dict[str, Any] = json.loads(_exported("cyclonedx1.5"))
    bill["metadata"]["component"] |= {
        "type": "application",
        "version": edge_agent.__version__,
        "licenses": [{"license": {"id": LICENCE}}],
    }
    return bill


def audited(report: str) -> Verdict:
    """What a report of pip-audit says; it calls a package well that it could not look up, and this does not."""
    try:
        packages = json.loads(report)["dependencies"]
    except ValueError:
        return Verdict(os.EX_UNAVAILABLE, "the audit did not end: nothing is known; see what it says above")
    known = [f"{each['name']} {each['version']}: {_advisories(each)}" for each in packages if each.get("vulns")]
    unknown = [each["name"] for each in packages if "skip_reason" in each]
    if known:
        return Verdict(1, "\n".join(["known against what is locked; raise it with `uv lock --upgrade`:", *known]))
    if unknown:
        text = f"the advisories of {', '.join(unknown)} could not be read: nothing is known of them"
        return Verdict(os.EX_UNAVAILABLE, f"{text}; is the package index reached, and does it serve advisories?")
    return Verdict(0, f"{len(packages)} packages, nothing known against any")


def _advisories(package: dict[str, Any]) -> str:
    return ", ".join(f"{each['id']}, mended in {each['fix_versions'] or 'no version yet'}" for each in package["vulns"])


def _exported(form: str, *more: str) -> str:
    uv = Path(sys.executable).with_name("uv")
    command = [uv, "export", *LOCKED, form, *more]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def _audit() -> str:
    """The report of pip-audit over what is locked; it is not asked to resolve anything."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write(_exported("requirements.txt", "--no-emit-project"))
        file.flush()
        words = ("-r", file.name, "--disable-pip", "--require-hashes", "--progress-spinner", "off", "--format", "json")
        command = [sys.executable, "-m", "pip_audit", *words]
        done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=PATIENCE_S)
        if not done.stdout:
            sys.stderr.write(done.stderr)  # else it says there that all is well, whatever it could not look up
        return done.stdout


if __name__ == "__main__":
    sys.exit(main())
