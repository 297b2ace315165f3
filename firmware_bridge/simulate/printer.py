"""A receipt printer without hardware: a pseudo-terminal that takes ESC/POS, says how it is, and shows the slip."""

import os
import select
import tty
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

CODE_PAGES = {17: "cp866", 46: "cp1251", 53: "kz1048"}
ESC, GS, DLE, EOT = 0x1B, 0x1D, 0x10, 0x04
ONLINE, OFFLINE = b"\x12", b"\x1a"
PAPER, PAPER_LOW, NO_PAPER = b"\x12", b"\x1e", b"\x72"
IDLE = 0.1


@dataclass
class PrinterModel:
    """ESC/POS as far as slips need it, without a line: octets in, answers out, `paper` is what came out."""

    paper: list[str] = field(default_factory=list)
    state: bytes = ONLINE
    roll: bytes = PAPER
    images: int = 0
    code: str = ""
    _page: str = "cp437"
    _row: bytearray = field(default_factory=bytearray)
    _held: bytearray = field(default_factory=bytearray)

    def feed(self, octets: bytes) -> bytes:
        """Takes what was sent; answers what the printer sends back."""
        self._held += octets
        answers = b""
        while self._held:
            length = self._length()
            if length is None or length > len(self._held):
                break
            one = bytes(self._held[:length])
            del self._held[:length]
            answers += self._carry_out(one)
        return answers

    def _length(self) -> int | None:
        """How long the command at the beginning is; None while that cannot be said."""
        held = self._held
        if held[0] not in (ESC, GS, DLE):
            return 1
        if len(held) < 2:
            return None
        if held[0] == ESC and held[1] in b"@2":
            return 2
        if held[0] == GS and held[1] in b"(vV":
            return self._long(held)
        return 3

    @staticmethod
    def _long(held: bytearray) -> int | None:
        match chr(held[1]):
            case "(":
                return 5 + int.from_bytes(held[3:5], "little") if len(held) >= 5 else None
            case "v" if len(held) >= 8:
                return 8 + int.from_bytes(held[4:6], "little") * int.from_bytes(held[6:8], "little")
            case "V" if len(held) > 2:
                return 4 if held[2] in (65, 66) else 3
            case _:
                return None

    def _carry_out(self, one: bytes) -> bytes:
        if one == b"\n":
            self._end_row()
        elif one[0] not in (ESC, GS, DLE):
            self._row += one
        elif one[:2] == bytes([DLE, EOT]):
            return {1: self.state, 4: self.roll}.get(one[2], ONLINE)
        elif one[:2] == b"\x1bt":
            self._page = CODE_PAGES.get(one[2], "cp437")
        elif one[:2] == b"\x1d(":
            self._two_dimensional(one[5:])
        elif one[:2] == b"\x1dv":
            self.images += 1
            self.paper.append(f"[picture of {int.from_bytes(one[6:8], 'little')} rows]")
        elif one[:2] == b"\x1dV":
            self.paper.append("-" * 32)
        return b""

    def _two_dimensional(self, one: bytes) -> None:
        if one[:3] == b"1P0":
            self.code = one[3:].decode("latin-1")
        elif one[:2] == b"1Q":
            self.paper.append(f"[QR {self.code}]")

    def _end_row(self) -> None:
        self.paper.append(self._row.decode(self._page, "replace"))
        self._row.clear()


class SimulatedPrinter:
    """The model behind a pseudo-terminal named `at`; `told` hears each row as it comes out."""

    def __init__(self, at: Path, told: Callable[[str], None] = lambda _: None) -> None:
        self.model = PrinterModel()
        self.is_dead = False
        self._at = at
        self._told = told
        self._printer, self._line = os.openpty()
        tty.setraw(self._line)
        at.unlink(missing_ok=True)
        at.symlink_to(os.ttyname(self._line))
        self._stopped = Event()
        self._thread = Thread(target=self._serve, daemon=True)
        self._thread.start()

    @property
    def path(self) -> str:
        """What is opened."""
        return str(self._at)

    def close(self) -> None:
        """Takes it away."""
        self._stopped.set()
        self._thread.join()
        os.close(self._printer)
        os.close(self._line)
        self._at.unlink(missing_ok=True)

    def _serve(self) -> None:
        shown = 0
        while not self._stopped.is_set():
            if not select.select([self._printer], [], [], IDLE)[0]:
                continue
            octets = os.read(self._printer, 4096)
            if self.is_dead:
                continue
            answer = self.model.feed(octets)
            for row in self.model.paper[shown:]:
                self._told(row)
            shown = len(self.model.paper)
            # Who hears a row may pull the plug: what is asked behind that row, even in the same octets, gets no answer.
            if answer and not self.is_dead:
                os.write(self._printer, answer)
