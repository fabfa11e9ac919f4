"""Writes what the tests of the contract compare with: examples from a real station, schemas of a release."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from tests.contract import capture, examples, released


def main() -> None:
    """Do what was asked for."""
    parser = argparse.ArgumentParser(prog="python -m tests.contract", description=__doc__)
    parser.add_argument("--examples", action="store_true", help="take a payload of each message from a real station")
    parser.add_argument("--release", action="store_true", help="keep the present schemas as released; never taken back")
    parser.add_argument("--new", action="store_true", help="keep the schemas of new types alone, for the same")
    arguments = parser.parse_args()
    if arguments.examples:
        with tempfile.TemporaryDirectory() as folder:
            heard = [(capture.kind(each), capture.said(each)) for each in capture.of_a_station(Path(folder))]
        payloads = examples.others(heard) | examples.events()
        examples.FILE.write_text(examples.text(payloads), encoding="utf-8")
    if arguments.new:
        released.keep(released.new())
    if arguments.release:
        released.release()


if __name__ == "__main__":
    main()
