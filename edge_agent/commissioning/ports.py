"""The serial ports: bytes as they come, control characters visible, and what the sensor's rule makes of each line."""

from __future__ import annotations

from collections.abc import Iterator

from edge_agent.commissioning.dialogue import Dialogue
from edge_agent.commissioning.result import Result, Verdict
from edge_agent.commissioning.session import Session
from edge_agent.config import Config
from edge_agent.observations.raw import Raw, RawBytes, RawLine
from edge_agent.sensors.serial_line import SerialLine
from edge_agent.sensors.wire import Settings

WAIT_S = 20.0  # to measure a part and press DATA
NAMES = {0x00: "<NUL>", 0x02: "<STX>", 0x03: "<ETX>", 0x09: "<TAB>", 0x0A: "<LF>", 0x0D: "<CR>", 0x1B: "<ESC>"}
MOST_SHOWN = 60  # bytes in a line of the terminal


def tested(
    config: Config, session: Session, dialogue: Dialogue, wait_s: float | None, only: str | None
) -> Iterator[Result]:
    """Each device on a serial port, until it has said a line that its rule reads."""
    for sensor in config.sensors:
        port = getattr(sensor, "port", None)
        if port is not None and only in {None, sensor.name}:
            yield _one(sensor, str(port), session, dialogue, wait_s or WAIT_S)


def visible(data: bytes) -> str:
    r"""Bytes as a person can read them: control characters by their names, what is no ASCII by its number.

    >>> visible(b"01A+0000.123\r"), visible(b"\x02S\xff")
    ('01A+0000.123<CR>', '<STX>S<FF>')
    """
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else NAMES.get(byte, f"<{byte:02X}>") for byte in data)  # noqa: PLR2004 - the printable ones of ASCII


def _one(sensor: Settings, port: str, session: Session, dialogue: Dialogue, wait_s: float) -> Result:
    dialogue.say(f"  {sensor.name:<18} {port}\n    let it send a reading, within {wait_s:.0f} s")
    heard, lines = 0, []
    kept = b""
    for raw in session.listen(wait_s):
        for each in raw:
            if _of(each, sensor.name, RawBytes) and isinstance(each, RawBytes):
                heard += len(each.data)
                kept = (kept + each.data)[-MOST_SHOWN:]
                dialogue.say(f"    {visible(each.data[:MOST_SHOWN])}")
            elif isinstance(each, RawLine) and each.sensor == sensor.name:
                lines.append(each)
                dialogue.say(f"      -> {each.made}")
        if any(line.made.startswith(("reading", "judged")) for line in lines):
            break
    verdict, text, remedy = _judged(sensor, heard, kept, lines, session)
    dialogue.say(f"    {sensor.name}: {verdict}: {text}" + (f"\n      {remedy}" if remedy else ""))
    figures = {"bytes": float(heard), "lines": float(len(lines))}
    return Result(
        part="serial", name=sensor.name, wire=port, verdict=verdict, text=text, remedy=remedy, figures=figures
    )


def _of(raw: Raw, sensor: str, kind: type[Raw]) -> bool:
    return isinstance(raw, kind) and raw.sensor == sensor


def _judged(
    sensor: Settings, heard: int, kept: bytes, lines: list[RawLine], session: Session
) -> tuple[Verdict, str, str]:
    """What was heard: verdict, a sentence, and what to do."""
    good = next((line for line in lines if line.made.startswith(("reading", "judged"))), None)
    if good is not None:
        return "passed", f"{visible(good.line)} was read: {good.made}", ""
    if not heard:
        return ("failed", *_silent(sensor, session))
    if lines:
        rule = "profile or pattern" if isinstance(sensor, SerialLine) else "format"
        text = f"{len(lines)} lines, none of them a reading; the last: {visible(lines[-1].line[:MOST_SHOWN])}"
        return "failed", text, f"is this the device that the file says? correct {rule}, baud, bytesize or parity"
    if not isinstance(sensor, SerialLine):
        return "passed", f"{heard} bytes of samples came", ""
    text = f"{heard} bytes without an end of a line: {visible(kept)}"
    if sum(byte > 0x7F for byte in kept) * 4 > len(kept):  # noqa: PLR2004 - beyond ASCII, which these devices speak
        return "failed", text, "mostly no ASCII: correct baud, bytesize or parity"
    return "failed", text, "correct terminator: cr, lf, crlf, etx or auto"


def _silent(sensor: Settings, session: Session) -> tuple[str, str]:
    status = session.status()
    states = () if status is None else status.state.sensors
    why = next((each.why for each in states if each.name == sensor.name and each.state == "lost"), "")
    if why:
        return f"not heard: {why}", "ls -l /dev/serial/by-id shows the ports there are"
    return (
        "not one byte came",
        "is it switched on, its cable no null modem too many, and did it send? (DATA, PRINT, pedal)",
    )
