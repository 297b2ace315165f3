"""Answers written back to line scanners, after the host command tables of their makers.

Sound and light only: a scanner opens no door.
"""

from collections.abc import Callable, Mapping

from firmware_bridge.decide import Decision, Verdict

Actuator = Callable[[Decision], bytes]

ESC, DC2, CR = b"\x1b", b"\x12", b"\r"
HONEYWELL_GOOD = ESC + b"7,"
HONEYWELL_REFUSED = ESC + b"8," + ESC + b"8,"
DATALOGIC_GOOD = DC2 + ESC + b"[3q" + CR
DATALOGIC_REFUSED = DC2 + ESC + b"[4q" + CR
DATALOGIC_GREEN = DC2 + ESC + b"[6q" + CR
DATALOGIC_DARK = DC2 + ESC + b"[7q" + CR


def honeywell(decision: Decision) -> bytes:
    """Honeywell Xenon and Granit: the good tone once, or the refusing tone twice."""
    return HONEYWELL_REFUSED if decision.verdict is Verdict.REFUSE else HONEYWELL_GOOD


def datalogic(decision: Decision) -> bytes:
    """Datalogic Gryphon: good tone and green light, or bad tone and the light out."""
    if decision.verdict is Verdict.REFUSE:
        return DATALOGIC_DARK + DATALOGIC_REFUSED
    return DATALOGIC_GREEN + DATALOGIC_GOOD


def text(decision: Decision) -> bytes:
    """One line for a small display, ASCII: `ADMIT live`, `LEAVE offline`, `REFUSE offline too-late`."""
    words = (decision.verdict.upper(), decision.source.value, decision.reason or "")
    return " ".join(words).strip().encode("ascii", "replace") + b"\r\n"


def silent(decision: Decision) -> bytes:  # noqa: ARG001
    """A scanner that takes no commands: the officer's screen alone tells the answer."""
    return b""


def understood(octets: bytes) -> bool | None:
    """What a line scanner was told, read back: True for good, False for refused, None for nothing known."""
    if any(sign in octets for sign in (HONEYWELL_REFUSED, DATALOGIC_REFUSED, b"REFUSE ")):
        return False
    if any(sign in octets for sign in (HONEYWELL_GOOD, DATALOGIC_GOOD, b"ADMIT ", b"LEAVE ")):
        return True
    return None


ACTUATORS: Mapping[str, Actuator] = {
    "honeywell": honeywell,
    "datalogic": datalogic,
    "text": text,
    "silent": silent,
}
