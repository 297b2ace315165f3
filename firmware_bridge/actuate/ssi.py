"""Answers sounded by Zebra scanners, after the beep and light tables of their Simple Serial Interface."""

from firmware_bridge.codecs.ssi import Operation
from firmware_bridge.decide import Decision, Verdict

GOOD_BEEP = b"\x00"
"""One short high tone."""
REFUSED_BEEP = b"\x11"
"""Three long low tones."""
LIGHT = b"\x01"


def commands(decision: Decision) -> list[tuple[Operation, bytes]]:
    """The commands that tell the scanner's holder: a high tone and the light, or three low ones and the light out."""
    if decision.verdict is Verdict.REFUSE:
        return [(Operation.BEEP, REFUSED_BEEP), (Operation.LED_OFF, LIGHT)]
    return [(Operation.BEEP, GOOD_BEEP), (Operation.LED_ON, LIGHT)]
