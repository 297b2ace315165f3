"""A line with libosdp's readers on it, in a process of its own: `python -m firmware_bridge.simulate.osdp_child JSON`.

libosdp is the independent reader that our panel is proven against; it is in the test extra. What it needs around it:
whole frames only (its wheels forget half-read ones), one reference to None more for each command (it gives one too
many away and would stop the interpreter), lengths checked before events are handed in (it does not).
Lines of JSON on standard input are what people do at the readers; lines on standard output are what the readers do.
Without `at` there is no pseudo-terminal: the line's time and octets come on standard input too, so that no test of
the protocol depends on how busy the machine is.
"""

import ctypes
import json
import os
import select
import sys
import time
import tty
from collections import deque
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

import osdp_sys

from firmware_bridge.codecs.osdp.frame import LONGEST, SHORTEST, START
from firmware_bridge.simulate.bus import Bus

PANEL = -1
TICK = 0.001
STALE = 0.1
LOOKS = 4
"""How often a reader looks at the line in one turn: it takes a frame in one look and answers in another."""
LONGEST_CARD, LONGEST_KEYS = 64, 64
ABILITIES = ((1, 1, 1), (2, 1, 2), (3, 1, 1), (4, 1, 1), (5, 1, 1), (6, 1, 1), (8, 1, 1), (9, 1, 1), (13, 1, 1))
INFO = {"version": 1, "model": 1, "vendor_code": 0x00CAFE, "serial_number": 0x0BADCAFE, "firmware_version": 0x010203}


class WholeFrames:
    """The channel of one reader: octets in, frames out as their length says, sound or not."""

    def __init__(self, number: int) -> None:
        self.id = number + 1
        self.said: deque[bytes] = deque()
        self._held = bytearray()
        self._ready: deque[bytes] = deque()
        self._last = 0.0

    def came(self, octets: bytes, now: float) -> None:
        if now - self._last > STALE:
            self._held.clear()
        self._last = now
        self._held += octets
        while (begins := self._held.find(START)) >= 0:
            del self._held[:begins]
            length = int.from_bytes(self._held[2:4], "little")
            if len(self._held) < 4 or SHORTEST <= length <= LONGEST and length > len(self._held):  # noqa: RUF021
                return
            if SHORTEST <= length <= LONGEST:
                self._ready.append(bytes(self._held[:length]))
                del self._held[:length]
            else:
                del self._held[0]
        self._held.clear()

    def read(self, most: int) -> bytes:
        # It asks for 64 octets at a time: a longer frame, another reader's reply, would stay here for ever.
        while self._ready and len(self._ready[0]) > most:
            self._ready.popleft()
        return self._ready.popleft() if self._ready else b""

    def write(self, octets: bytes) -> int:
        self.said.append(bytes(octets))
        return len(octets)

    def flush(self) -> None:
        """A new handshake: what came before is nothing."""
        self._ready.clear()


class Readers:
    """The readers of one line and the line itself."""

    def __init__(self, settings: dict[str, Any], to_panel: Callable[[bytes], None]) -> None:
        self._to_panel = to_panel
        self._bus = Bus(settings["baud"], Random(settings.get("seed", 0)))  # noqa: S311 - faults that can be repeated
        self._channels: dict[int, WholeFrames] = {}
        self._readers: dict[int, Any] = {}
        for number, reader in enumerate(settings["readers"]):
            self._channels[reader["address"]] = channel = WholeFrames(number)
            self._readers[reader["address"]] = made = osdp_sys.PeripheralDevice(
                {
                    "name": f"reader-{reader['address']}",
                    "address": reader["address"],
                    "flags": self._flags(reader),
                    "scbk": bytes.fromhex(reader["key"]) if reader.get("key") else None,
                    "channel": channel,
                    **INFO,
                },
                capabilities=[
                    {"function_code": code, "compliance_level": level, "num_items": items}
                    for code, level, items in ABILITIES
                ],
            )
            made.set_command_callback(self._callback(reader["address"]))

    def turn(self, now: float) -> None:
        """Moves octets along the line and lets each reader look."""
        for sender, octets in self._bus.arrived(now):
            if sender != PANEL and self._bus.hears(PANEL, sender):
                self._to_panel(octets)
            for address, channel in self._channels.items():
                if self._bus.hears(address, sender):
                    channel.came(octets, now)
        for address, reader in self._readers.items():
            for _ in range(LOOKS):
                reader.refresh()
            said = self._channels[address].said
            while said:
                self._bus.send(address, said.popleft(), now)

    def from_panel(self, octets: bytes, now: float) -> None:
        self._bus.send(PANEL, octets, now)

    def next(self) -> float | None:
        """When the next octet arrives somewhere."""
        return self._bus.next()

    def told(self, what: dict[str, Any]) -> None:
        """Something a person does, or that befalls the line."""
        match what:
            case {"present": int(address), "octets": str(octets)}:
                code = bytes.fromhex(octets)[:LONGEST_CARD]
                bits = what.get("bits", len(code) * 8)
                card = {"event": osdp_sys.EVENT_CARDREAD, "reader_no": 0, "format": 0, "direction": 0}
                self._readers[address].submit_event({**card, "length": bits, "data": code})
                say(presented=address, at=time.monotonic())
            case {"press": int(address), "keys": str(keys)}:
                pressed = bytes.fromhex(keys)[:LONGEST_KEYS]
                self._readers[address].submit_event({"event": osdp_sys.EVENT_KEYPRESS, "reader_no": 0, "data": pressed})
            case {"maker": int(address), "octets": str(octets)}:
                self._readers[address].submit_event(
                    {"event": osdp_sys.EVENT_MFGREP, "vendor_code": 0xCAFE, "data": bytes.fromhex(octets)}
                )
            case {"cut": list(nodes)}:
                self._bus.cut(*nodes)
            case {"mend": list(nodes)}:
                self._bus.mend(*nodes)
            case {"noise": [dropped, flipped]}:
                self._bus.dropped, self._bus.flipped = dropped, flipped
            case {"inject": str(octets)}:
                self._to_panel(bytes.fromhex(octets))

    def _callback(self, address: int) -> Any:
        def carried_out(command: dict[str, Any]) -> tuple[int, None]:
            ctypes.pythonapi.Py_IncRef(ctypes.py_object(None))
            facts = {name: value.hex() if isinstance(value, bytes) else value for name, value in command.items()}
            say(address=address, at=time.monotonic(), command=facts)
            return 0, None

        return carried_out

    @staticmethod
    def _flags(reader: dict[str, Any]) -> int:
        enforced = osdp_sys.FLAG_ENFORCE_SECURE if reader.get("enforce", True) else 0
        return int(enforced | (osdp_sys.FLAG_INSTALL_MODE if reader.get("install") else 0))


def say(**facts: Any) -> None:
    """One line of JSON on standard output."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


def write(line: int, octets: bytes) -> None:
    """Puts octets on the pseudo-terminal; as on a real line, nobody listening means they are lost."""
    try:
        os.write(line, octets)
    except OSError:
        return


def main(settings: dict[str, Any]) -> None:
    """Serves until standard input ends."""
    osdp_sys.set_loglevel(osdp_sys.LOG_EMERG)
    if "at" in settings:
        in_real_time(settings)
    else:
        in_steps(settings)


def in_steps(settings: dict[str, Any]) -> None:
    """Each line `{"step": seconds, "octets": what the panel says}` lets the line's time pass up to there."""
    came = bytearray()
    readers = Readers(settings, came.extend)
    say(ready="")
    for one in sys.stdin:
        what = json.loads(one)
        if "step" not in what:
            readers.told(what)
            continue
        readers.from_panel(bytes.fromhex(what["octets"]), what["step"])
        readers.turn(what["step"])
        say(came=came.hex(), next=readers.next())
        came.clear()


def in_real_time(settings: dict[str, Any]) -> None:
    """A pseudo-terminal, and octets that take as long as on a real line."""
    line, other_end = os.openpty()
    tty.setraw(other_end)
    os.set_blocking(line, False)
    at = Path(settings["at"])
    at.unlink(missing_ok=True)
    at.symlink_to(os.ttyname(other_end))
    readers = Readers(settings, lambda octets: write(line, octets))
    say(ready=str(at))
    people = os.fdopen(os.dup(0), "rb", buffering=0)
    os.set_blocking(people.fileno(), False)
    held = b""
    while True:
        ready = select.select([line, people.fileno()], [], [], TICK)[0]
        now = time.monotonic()
        if line in ready:
            readers.from_panel(os.read(line, 4096), now)
        if people.fileno() in ready:
            came = people.read(65536)
            if came == b"":
                return
            *whole, held = (held + (came or b"")).split(b"\n")
            for one in whole:
                readers.told(json.loads(one))
        readers.turn(now)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
