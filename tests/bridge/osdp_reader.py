"""A reader written from OSDP 2.2 for simulated time: the far end of the panel, sharing no code with it.

It does what it is told, including what no honest reader does.
"""

from collections import deque
from dataclasses import dataclass, field
from random import Random

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

FACTORY = b"0123456789:;<=>?"


def crc(octets: bytes) -> bytes:
    """Bit by bit, as annex C has it."""
    value = 0x1D0F
    for octet in octets:
        value ^= octet << 8
        for _ in range(8):
            value = (value << 1) ^ (0x1021 if value & 0x8000 else 0)
            value &= 0xFFFF
    return bytes([value & 0xFF, value >> 8])


def aes(key: bytes, one: bytes) -> bytes:
    done = Cipher(algorithms.AES(key), modes.ECB()).encryptor()
    return done.update(one)


def unaes(key: bytes, one: bytes) -> bytes:
    done = Cipher(algorithms.AES(key), modes.ECB()).decryptor()
    return done.update(one)


def xor(one: bytes, other: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(one, other, strict=True))


def blocks(octets: bytes) -> list[bytes]:
    return [octets[at : at + 16] for at in range(0, len(octets), 16)]


def pad(octets: bytes) -> bytes:
    octets += b"\x80"
    return octets + bytes(-len(octets) % 16)


@dataclass
class OsdpReader:
    """`hears` takes whole commands (as a UART's idle line separates them) and answers what to put on the line."""

    address: int
    key: bytes = FACTORY
    random: Random = field(default_factory=lambda: Random(1))
    to_say: deque[tuple[int, bytes]] = field(default_factory=deque)
    did: list[tuple[int, bytes]] = field(default_factory=list)
    busy: int = 0
    plain: bool = False
    deaf: bool = False
    in_clear: bool = False
    baud: int = 115_200

    def __post_init__(self) -> None:
        self.session = False
        self.sequence = -1
        self.last = b""
        self.replies: list[bytes] = []
        self.challenged = b""
        self.shown_default = False

    def hears(self, octets: bytes) -> bytes:
        """One frame, or noise."""
        if self.deaf or len(octets) < 8 or octets[0] != 0x53 or octets[1] != self.address:
            return b""
        if int.from_bytes(octets[2:4], "little") != len(octets) or crc(octets[:-2]) != octets[-2:]:
            return b""
        if self.busy:
            self.busy -= 1
            return self._frame(0, None, 0x79, b"")
        sequence = octets[4] & 3
        if sequence and sequence == self.sequence:
            return self.last
        if sequence == 0:
            self.session = False
        self.sequence = sequence
        self.last = self._answer(octets, sequence)
        self.replies.append(self.last)
        return self.last

    def _answer(self, octets: bytes, sequence: int) -> bytes:
        if not octets[4] & 8:
            return self._frame(sequence, None, 0x41, b"\x06")
        kind, at = octets[6], 5 + octets[5]
        code, content = octets[at], octets[at + 1 : -2]
        if kind == 0x11:
            return self._challenged(sequence, octets[7], content)
        if kind == 0x13:
            return self._proven(sequence, octets[7], content)
        if not self.session:
            return self._frame(sequence, None, 0x41, b"\x05")
        return self._commanded(sequence, kind, code, octets)

    def _challenged(self, sequence: int, which: int, chance: bytes) -> bytes:
        self.shown_default = which == 0
        key = FACTORY if which == 0 else self.key
        if which == 0 and self.key != FACTORY:
            return self._frame(sequence, None, 0x41, b"\x05")
        if which == 1 and self.key == FACTORY:
            which = 0
        self.enc, self.mac1, self.mac2 = (aes(key, bytes([1, n]) + chance[:6] + bytes(8)) for n in (0x82, 1, 2))
        mine = self.random.randbytes(8)
        self.theirs = aes(self.enc, mine)[:0] + b"".join(aes(self.enc, b) for b in blocks(mine + chance))
        shown = b"".join(aes(self.enc, b) for b in blocks(chance + mine))
        return self._frame(sequence, bytes([0x12, which]), 0x76, b"SERIAL-8" + mine + shown)

    def _proven(self, sequence: int, which: int, proof: bytes) -> bytes:
        good = proof == self.theirs
        self.from_me = aes(self.mac2, aes(self.mac1, proof))
        self.session = good
        return self._frame(sequence, bytes([0x14, 1 if good else 0xFF]), 0x78, self.from_me)

    def _commanded(self, sequence: int, kind: int, code: int, octets: bytes) -> bytes:
        self.from_panel = self._mac(self.from_me, octets[:-6])
        if self.from_panel[:4] != octets[-6:-2]:
            self.session = False
            return self._frame(sequence, None, 0x41, b"\x05")
        data = octets[8:-6]
        if kind == 0x17:
            start = bytes(255 - b for b in self.from_me)
            data = b"".join(
                xor(unaes(self.enc, b), before) for b, before in zip(blocks(data), [start, *blocks(data)], strict=False)
            )
            data = data[: data.rindex(b"\x80")]
        if code != 0x60:
            self.did.append((code, data))
        reply, said = self._carry_out(code, data)
        if self.plain:
            return self._frame(sequence, None, reply, said)
        sealed = self._sealed(sequence, reply, said)
        if code == 0x75:
            self.key = data[2:]
        if code == 0x6E:
            self.address, self.baud = data[0], int.from_bytes(data[1:], "little")
        return sealed

    def _carry_out(self, code: int, data: bytes) -> tuple[int, bytes]:
        if code == 0x60:
            return self.to_say.popleft() if self.to_say else (0x40, b"")
        known = {
            0x61: (0x45, bytes.fromhex("cafe00 01 02 78563412 010203")),
            0x62: (0x46, bytes.fromhex("020102 040101 050101 060101 090101")),
            0x64: (0x48, b"\0\0"),
            0x6E: (0x54, data),
            **dict.fromkeys((0x68, 0x69, 0x6A, 0x6B, 0x75), (0x40, b"")),
        }
        return known.get(code, (0x41, b"\x03"))

    def _sealed(self, sequence: int, code: int, data: bytes) -> bytes:
        kind = 0x16
        if data and not self.in_clear:
            kind = 0x18
            before = bytes(255 - b for b in self.from_panel)
            out = b""
            for one in blocks(pad(data)):
                before = aes(self.enc, xor(one, before))
                out += before
            data = out
        head = self._head(sequence, bytes([kind]), code, data, 4)
        self.from_me = self._mac(self.from_panel, head)
        return head + self.from_me[:4] + crc(head + self.from_me[:4])

    def _mac(self, start: bytes, octets: bytes) -> bytes:
        *first, last = blocks(octets if len(octets) % 16 == 0 else pad(octets))
        for one in first:
            start = aes(self.mac1, xor(one, start))
        return aes(self.mac2, xor(last, start))

    def _frame(self, sequence: int, security: bytes | None, code: int, data: bytes) -> bytes:
        head = self._head(sequence, security, code, data, 0)
        return head + crc(head)

    def _head(self, sequence: int, security: bytes | None, code: int, data: bytes, mac: int) -> bytes:
        block = b"" if security is None else bytes([len(security) + 1]) + security
        length = 5 + len(block) + 1 + len(data) + mac + 2
        control = sequence | 4 | (8 if block else 0)
        return bytes([0x53, self.address | 0x80, length % 256, length // 256, control]) + block + bytes([code]) + data
