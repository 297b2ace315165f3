"""Answers shown by OSDP readers: what the reader has, and no more than a line of eight has time for."""

from firmware_bridge.codecs.osdp import commands
from firmware_bridge.codecs.osdp.commands import Colour, Command
from firmware_bridge.codecs.osdp.replies import Abilities, Capability
from firmware_bridge.decide import Decision, Verdict

SHOWN_TENTHS = 20
SHOWN_SECONDS = 3


def orders(decision: Decision, able: Abilities, output: int | None, open_tenths: int) -> list[Command]:
    """Light first, then sound, door and text. A door is only ever opened for somebody who is let in."""
    good = decision.verdict is not Verdict.REFUSE
    given: list[Command] = []
    if able.has(Capability.LIGHT):
        shown = commands.light(Colour.GREEN, SHOWN_TENTHS) if good else commands.light(Colour.RED, SHOWN_TENTHS, off=1)
        given.append(shown)
    if able.has(Capability.SOUND):
        given.append(commands.sound(1, on=2) if good else commands.sound(3))
    if output is not None and decision.verdict is Verdict.ADMIT:
        given.append(commands.relay(output, open_tenths))
    if able.has(Capability.TEXT):
        words = (decision.verdict.upper(), decision.source.value, decision.reason or "")
        given.append(commands.words(" ".join(words).strip(), SHOWN_SECONDS))
    return given
