"""`./dev vm cuts [--cuts N] [--kills N]`: power cuts of a whole machine, and the control that must lose something."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import ratio, say, spread, table
from tests.cuts import campaign
from tests.cuts.judge import VERDICTS, WELL
from tests.vm import guest

CUTS, KILLS = 1000, 20
WORK_S = 0.18  # of work for each cut: three minutes for a thousand
LEAST_WORK_S, CONTROL_S = 20.0, 20.0
LATEST_KILL_S = 15.0
LAMP_S = 1.0  # of the processor, natively: on the clock too, but for what else the machine has to do
OF_CONTROL = 10  # the control is cut once for so many


def main(arguments: list[str]) -> int:
    """Print the tables; 0 where everything was well and the control was not."""
    parser = argparse.ArgumentParser(prog="./dev vm cuts", description=__doc__)
    parser.add_argument("--cuts", type=int, default=CUTS, help="by the log of the disk's writes (%(default)s)")
    parser.add_argument("--kills", type=int, default=KILLS, help="of the running machine (%(default)s)")
    parser.add_argument("--seed", type=int, default=1, help="other deeds and other cuts")
    options = parser.parse_args(arguments)
    try:
        bad = cuts(options.cuts, options.seed) if options.cuts else []
        return int(bool(bad + (kills(options.kills, options.seed) if options.kills else [])))
    except (campaign.SessionError, guest.GuestError) as error:
        sys.stderr.write(f"cuts: {error}\n")
        return 1


def cuts(number: int, seed: int) -> list[str]:
    """Cut the product's run, and the control's; what is not as it must be."""
    work_s = max(LEAST_WORK_S, number * WORK_S)
    for name, module, seconds, many in (
        ("synchronous=FULL", "edge_agent", work_s, number),
        ("synchronous=NORMAL, the control", campaign.LOST, CONTROL_S, max(4, number // OF_CONTROL)),
    ):
        with tempfile.TemporaryDirectory(dir=campaign.scratch()) as folder:
            trace = campaign.traced(Path(folder), seconds, seed, module)
            found = campaign.cut(trace, many, seed)
        tell(name, trace, found)
        bad = many - sum(one[verdict] for one in found.values() for verdict in WELL)
        if (module == campaign.LOST) != bool(bad):
            return [f"{name}: {bad} of {many} cuts"]
    return []


def tell(name: str, trace: campaign.Trace, found: campaign.Found) -> None:
    """The table of one run."""
    writes = sum(entry.size > 0 for entry in trace.entries)
    flushes = sum(entry.flush for entry in trace.entries)
    say(
        f"{name}: {len(trace.run.rows)} events, {writes} writes of the disk, {flushes} flushes, "
        f"{len(trace.promises)} promises, the last of {trace.promised(len(trace.entries))} events"
    )
    rows = [(mode, str(one.total()), *(str(one[verdict]) for verdict in VERDICTS)) for mode, one in found.items()]
    table(("not flushed", "cuts", *VERDICTS), rows)


def kills(number: int, seed: int) -> list[str]:
    """Kill the machine; what is not as it must be."""
    with tempfile.TemporaryDirectory(dir=campaign.scratch()) as folder:
        found = campaign.killed(Path(folder), number, seed, LATEST_KILL_S)
    tell_kills(found)
    well = sum(found.verdicts[verdict] for verdict in WELL) == number
    late = max(one.processor_s for one in found.natively) > LAMP_S
    return [] if well and not late and not found.missing and found.opened == found.resumed else ["kills"]


def tell_kills(found: campaign.Kills) -> None:
    """What killing came to, in words, and how soon the lamp was lit, as a table."""
    say(f"{found.verdicts.total()} kills of the machine: {dict(found.verdicts)}")
    say(f"{found.promised} events were known to be recorded at the last one")
    say(f"{found.recorded} events recorded in the end, {found.kept} in the books, missing {found.missing}")
    say(f"{found.opened} starts found open calls, {found.resumed} of them resumed just these")
    rows = []
    for where, starts in (("in the guest, on its lines", found.starts), ("natively, mock pins", found.natively)):
        figures = [spread([getattr(one, what) for one in starts], 2) for what in ("lamp_s", "processor_s")]
        times = ratio([one.lamp_s for one in starts], [one.bare_s for one in starts])
        rows.append((where, str(len(starts)), *figures, times))
    columns = ("starts", "s, min / median / max", "of it the processor's", "x bare Python")
    table(("station's start to its first lamp", *columns), rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
