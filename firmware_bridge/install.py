"""Putting an OSDP reader into service: its own key, its address, its speed, and who it says it is."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from firmware_bridge.clock import Clock
from firmware_bridge.codecs.osdp import commands
from firmware_bridge.codecs.osdp.crypto import BLOCK
from firmware_bridge.codecs.osdp.events import Content, Event, KeySet, Offline, Online, Said
from firmware_bridge.codecs.osdp.panel import Panel, Wired
from firmware_bridge.codecs.osdp.replies import Abilities, Identity, Line
from firmware_bridge.ports import Port

PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Wish:
    """How the reader is found, and how it is to be afterwards. The key is 16 octets."""

    address: int
    baud: int
    key: bytes
    new_address: int
    new_baud: int


class NotInstalled(Exception):
    """The reader is not in service; the text says how far it came."""


def make_key(path: Path) -> None:
    """Writes a new base key of chance, for the eyes of its owner only. Raises FileExistsError."""
    with path.open("x", encoding="ascii") as file:
        path.chmod(0o600)
        file.write(secrets.token_hex(BLOCK) + "\n")


def install(wish: Wish, opened: Callable[[int], Port], clock: Clock, say: Callable[[str], None]) -> None:
    """Sets the key of a reader that has the factory's, then its address and speed, and finds it again there.

    `opened` opens the line at a speed. Raises NotInstalled.
    """
    port = opened(wish.baud)
    try:
        panel = Panel([Wired(wish.address, wish.key, install=True)], wish.baud, random=secrets.token_bytes)
        _until(panel, port, clock, say, lambda event: isinstance(event, Said) and isinstance(event.content, Abilities))
        if (wish.address, wish.baud) == (wish.new_address, wish.new_baud):
            return
        panel.submit(wish.address, commands.line(wish.new_address, wish.new_baud))
        taken = _until(panel, port, clock, say, lambda e: isinstance(e, Said) and isinstance(e.content, Line))
        assert isinstance(taken, Said)
        if taken.content != Line(wish.new_address, wish.new_baud):
            raise NotInstalled(f"the reader took {taken.content} instead")
    finally:
        port.close()
    port = opened(wish.new_baud)
    try:
        panel = Panel([Wired(wish.new_address, wish.key)], wish.new_baud, random=secrets.token_bytes)
        _until(panel, port, clock, say, lambda event: isinstance(event, Online))
    finally:
        port.close()


def _until(panel: Panel, port: Port, clock: Clock, say: Callable[[str], None], holds: Callable[[Event], bool]) -> Event:
    ends = clock.monotonic() + PATIENCE
    last = "nothing was heard"
    while (now := clock.monotonic()) < ends:
        out = panel.outgoing(now)
        if out:
            port.write(out)
        for event in panel.feed(port.read(min(panel.wait(now), 0.1)), clock.monotonic()):
            last = _words(event)
            if last:
                say(last)
            if holds(event):
                return event
    raise NotInstalled(f"no success within {PATIENCE:.0f} seconds; the last was: {last}")


def _words(event: Event) -> str:
    match event:
        case KeySet():
            return "the reader has its own key now"
        case Online(address):
            return f"the reader answers under its own key at address {address}"
        case Offline(_, why):
            return f"the reader is refused: {why.value}"
        case Said(_, content):
            return _content(content)
        case _:
            return ""


def _content(content: Content) -> str:
    match content:
        case Identity(vendor, model, version, serial, firmware):
            return f"maker {vendor}, model {model} version {version}, serial number {serial}, firmware {firmware}"
        case Abilities(functions):
            return f"functions: {', '.join(map(str, sorted(functions)))}"
        case Line(address, baud):
            return f"the reader moves to address {address} at {baud}"
        case _:
            return ""
