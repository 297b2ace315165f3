"""Asks a relay over TLS as a browser does: allocations and permissions (RFC 8489, RFC 8656), and nothing more."""

import hashlib
import hmac
import secrets
import socket
import ssl
import struct
from dataclasses import dataclass, field

COOKIE = 0x2112A442
ALLOCATE, PERMIT, REFRESH = 0x003, 0x008, 0x004
USERNAME, INTEGRITY, ERROR, PEER, REALM, NONCE, RELAYED, TRANSPORT, SOFTWARE, LIFETIME = (
    0x0006, 0x0008, 0x0009, 0x0012, 0x0014, 0x0015, 0x0016, 0x0019, 0x8022, 0x000D,
)  # fmt: skip
UDP = bytes([17, 0, 0, 0])
HEAD = struct.Struct("!HHI12s")


@dataclass(frozen=True)
class Told:
    """What the relay answered. `error`: 0 where it did what it was asked."""

    error: int
    attributes: dict[int, bytes]

    @property
    def relayed(self) -> tuple[str, int]:
        """The address that was given (XOR-RELAYED-ADDRESS)."""
        return _address(self.attributes[RELAYED])


@dataclass
class TurnClient:
    """One connection to a relay, with a name and a password or none."""

    line: ssl.SSLSocket
    username: str = ""
    password: str = ""
    _realm: bytes = field(default=b"", init=False)
    _nonce: bytes = field(default=b"", init=False)

    def allocate(self) -> Told:
        """Asks for an address; first without a password, as the protocol has it."""
        asked = [(TRANSPORT, UDP)]
        first = self._ask(ALLOCATE, asked)
        if first.error != 401 or not self.username:
            return first
        self._realm, self._nonce = first.attributes[REALM], first.attributes[NONCE]
        return self._ask(ALLOCATE, asked)

    def permit(self, address: str) -> Told:
        """Asks that packets go to and come from an address."""
        port, host = COOKIE >> 16, struct.unpack("!I", socket.inet_aton(address))[0] ^ COOKIE
        return self._ask(PERMIT, [(PEER, struct.pack("!BBHI", 0, 1, port, host))])

    def _ask(self, method: int, attributes: list[tuple[int, bytes]]) -> Told:
        mark = secrets.token_bytes(12)
        if self._nonce:
            named = [(USERNAME, self.username.encode()), (REALM, self._realm), (NONCE, self._nonce)]
            attributes = attributes + named
        body = b"".join(_packed(*one) for one in attributes)
        if self._nonce:
            key = hashlib.md5(b":".join([self.username.encode(), self._realm, self.password.encode()])).digest()
            signed = HEAD.pack(method, len(body) + 24, COOKIE, mark) + body
            body += _packed(INTEGRITY, hmac.digest(key, signed, "sha1"))
        self.line.sendall(HEAD.pack(method, len(body), COOKIE, mark) + body)
        kind, length, _, heard = HEAD.unpack(self._read(HEAD.size))
        assert heard == mark
        found = dict(_unpacked(self._read(length)))
        if kind == method | 0x100:
            return Told(0, found)
        assert kind == method | 0x110
        return Told(100 * found[ERROR][2] + found[ERROR][3], found)

    def _read(self, count: int) -> bytes:
        read = b""
        while len(read) < count:
            more = self.line.recv(count - len(read))
            assert more, "the relay hung up"
            read += more
        return read


def _packed(kind: int, value: bytes) -> bytes:
    return struct.pack("!HH", kind, len(value)) + value + bytes(-len(value) % 4)


def _unpacked(body: bytes) -> list[tuple[int, bytes]]:
    found = []
    while body:
        kind, length = struct.unpack_from("!HH", body)
        found.append((kind, body[4 : 4 + length]))
        body = body[4 + length + -length % 4 :]
    return found


def _address(value: bytes) -> tuple[str, int]:
    _, family, port, host = struct.unpack("!BBHI", value)
    assert family == 1
    return socket.inet_ntoa(struct.pack("!I", host ^ COOKIE)), port ^ (COOKIE >> 16)
