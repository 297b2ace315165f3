"""What is at the end of a line: one protocol each, without clock or port. Under OSDP a line has up to eight readers."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from firmware_bridge.actuate.line import Actuator, silent
from firmware_bridge.actuate.osdp import orders
from firmware_bridge.actuate.ssi import commands
from firmware_bridge.codecs.codes import Dropped, Scan
from firmware_bridge.codecs.osdp.events import Content, Done, Ignored, KeySet, Offline, Online, Said
from firmware_bridge.codecs.osdp.events import Event as OsdpEvent
from firmware_bridge.codecs.osdp.panel import Panel, Wired
from firmware_bridge.codecs.osdp.replies import Abilities, Capability, Card, Identity, Keys
from firmware_bridge.codecs.ssi import SsiCodec
from firmware_bridge.decide import Decision


@dataclass(frozen=True, slots=True)
class Note:
    """Something about a reader that is no scan: a word and its facts, for log and health page."""

    event: str
    facts: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came from the line's reader of this number."""

    reader: int
    what: Scan | Dropped | Note


class Device(Protocol):
    """Speaks the readers' language. `now` is in monotonic seconds; nothing here waits or raises."""

    def feed(self, octets: bytes, now: float) -> list[Heard]:
        """Takes what came off the line, or nothing to let time pass."""

    def outgoing(self, now: float) -> bytes:
        """What to write now."""

    def wait(self, now: float) -> float | None:
        """Seconds after which `feed` and `outgoing` want to be called though nothing came; None for never."""

    def answer(self, reader: int, decision: Decision) -> None:
        """Has the answer sounded and shown at the reader: `outgoing` says it."""

    def lost(self) -> list[Heard]:
        """The line was cut."""


class Codec(Protocol):
    """A protocol in which the reader only speaks."""

    def feed(self, data: bytes, now: float) -> list[Scan | Dropped]:
        """Takes the next octets."""

    def lost(self) -> list[Scan | Dropped]:
        """The line was cut."""


class Scanner:
    """A scanner or card reader that sends codes, and takes its maker's octets for an answer, if any."""

    def __init__(self, codec: Codec, actuator: Actuator = silent) -> None:
        self._codec = codec
        self._actuator = actuator
        self._out = b""

    def feed(self, octets: bytes, now: float) -> list[Heard]:
        return [Heard(0, what) for what in self._codec.feed(octets, now)]

    def outgoing(self, now: float) -> bytes:  # noqa: ARG002
        octets, self._out = self._out, b""
        return octets

    def wait(self, now: float) -> float | None:  # noqa: ARG002
        return 0.0 if self._out else None

    def answer(self, reader: int, decision: Decision) -> None:  # noqa: ARG002
        self._out += self._actuator(decision)

    def lost(self) -> list[Heard]:
        self._out = b""
        return [Heard(0, what) for what in self._codec.lost()]


class SsiScanner:
    """A Zebra scanner under SSI."""

    def __init__(self) -> None:
        self._codec = SsiCodec()

    def feed(self, octets: bytes, now: float) -> list[Heard]:
        return [Heard(0, what) for what in self._codec.feed(octets, now)]

    def outgoing(self, now: float) -> bytes:
        return self._codec.outgoing(now)

    def wait(self, now: float) -> float | None:
        return self._codec.wait(now)

    def answer(self, reader: int, decision: Decision) -> None:  # noqa: ARG002
        for operation, data in commands(decision):
            self._codec.order(operation, data)

    def lost(self) -> list[Heard]:
        return [Heard(0, what) for what in self._codec.lost()]


ASSUMED = Abilities({Capability.LIGHT: (1, 1), Capability.SOUND: (1, 1)})
"""What a reader has as long as it has not said so."""


@dataclass(frozen=True, slots=True)
class OsdpWiring:
    """One reader of an OSDP line, and the output that opens its door for `open_tenths`, if it has one."""

    wired: Wired
    output: int | None = None
    open_tenths: int = 0


class OsdpReaders:
    """The readers of one OSDP line."""

    def __init__(self, wirings: Sequence[OsdpWiring], baud: int, *, random: Callable[[int], bytes]) -> None:
        self._wirings = wirings
        self._panel = Panel([wiring.wired for wiring in wirings], baud, random=random)
        self._numbers = {wiring.wired.address: number for number, wiring in enumerate(wirings)}
        self._abilities: dict[int, Abilities] = {}

    def feed(self, octets: bytes, now: float) -> list[Heard]:
        return [
            Heard(self._numbers[event.address], self._understood(event))
            for event in self._panel.feed(octets, now)
            if event.address in self._numbers
        ]

    def outgoing(self, now: float) -> bytes:
        return self._panel.outgoing(now)

    def wait(self, now: float) -> float | None:
        return self._panel.wait(now)

    def answer(self, reader: int, decision: Decision) -> None:
        wiring = self._wirings[reader]
        able = self._abilities.get(wiring.wired.address, ASSUMED)
        for order in orders(decision, able, wiring.output, wiring.open_tenths):
            self._panel.submit(wiring.wired.address, order)

    def lost(self) -> list[Heard]:
        self._panel.lost()
        return []

    def _understood(self, event: OsdpEvent) -> Scan | Note:
        match event:
            case Said(address, content):
                return self._said(address, content)
            case Online():
                return Note("reader-online")
            case Offline(_, why):
                return Note("reader-offline", {"why": why.value})
            case KeySet():
                return Note("key-set")
            case Done(_, code, fault):
                return Note("order-done" if fault is None else "order-failed", {"code": code, "fault": fault})
            case Ignored(_, code, why):
                return Note("ignored", {"code": code, "why": why})

    def _said(self, address: int, content: Content) -> Scan | Note:
        match content:
            case Card():
                return Scan(card_text(content))
            case Keys():
                # A PIN may be among them: that there were some is all that anybody is told.
                return Note("keys")
            case Abilities():
                self._abilities[address] = content
                return Note("abilities", {"functions": sorted(content.functions)})
            case Identity():
                facts = {"vendor": content.vendor, "serial": content.serial, "firmware": content.firmware}
                return Note("identity", facts)
            case _:
                return Note("status", {"content": repr(content)})


LEAST_TEXT = 16


def card_text(card: Card) -> str:
    """A code of printable octets as its text; anything else, a card's number, as `bits:hexadecimal`."""
    octets = card.octets
    if card.bits == len(octets) * 8 and len(octets) >= LEAST_TEXT and all(0x20 <= one < 0x7F for one in octets):
        return octets.decode("ascii")
    return f"{card.bits}:{octets.hex()}"
