"""One Secure Channel session from the panel's side: who has the key, and frames that only he can make or read."""

from hmac import compare_digest

from firmware_bridge.codecs.osdp import crypto, frame
from firmware_bridge.codecs.osdp.frame import Frame


class NotTheirs(Exception):
    """The frame does not come from whoever this session is with, or is an old one again."""


class Session:
    """Begins with the base key and 8 octets of chance. Both MACs are chained: no frame fits a second time."""

    def __init__(self, key: bytes, challenge: bytes) -> None:
        self._challenge = challenge
        self._sealing, self._first, self._second = crypto.session_keys(key, challenge)
        self._from_panel = bytes(crypto.BLOCK)
        self._from_reader = bytes(crypto.BLOCK)

    def proof(self, answer: bytes) -> bytes:
        """The panel's cryptogram, once the reader has shown that it has the key. Raises NotTheirs.

        `answer` is the content of CCRYPT: the reader's number (8), its chance (8), its cryptogram (16).
        """
        chance, cryptogram = answer[8:16], answer[16:]
        expected = crypto.block(self._sealing, self._challenge + chance) if len(answer) == 32 else b""
        if not compare_digest(cryptogram, expected):
            raise NotTheirs
        proof = crypto.block(self._sealing, chance + self._challenge)
        self._from_reader = crypto.block(self._second, crypto.block(self._first, proof))
        return proof

    def begin(self, first_mac: bytes) -> None:
        """Takes the content of RMAC_I. Raises NotTheirs."""
        if not compare_digest(first_mac, self._from_reader):
            raise NotTheirs

    def seal(self, address: int, sequence: int, code: int, data: bytes) -> bytes:
        """A whole command frame. Sent again it stays as it is: it is sealed once."""
        security = bytes([frame.COMMAND_SEALED if data else frame.COMMAND_MAC])
        if data:
            data = crypto.chained(self._sealing, crypto.inverted(self._from_reader), crypto.padded(data))
        begun = frame.begun(address, sequence, code, data, security=security)
        self._from_panel = crypto.mac(self._first, self._second, self._from_reader, begun)
        return frame.ended(begun, self._from_panel[: frame.MAC])

    def open(self, reply: Frame) -> bytes:
        """The content of a reply to the last command. Raises NotTheirs, after which the session stands as before."""
        if reply.security_type not in (frame.REPLY_MAC, frame.REPLY_SEALED):
            raise NotTheirs
        expected = crypto.mac(self._first, self._second, self._from_panel, reply.signed)
        if not compare_digest(reply.mac, expected[: frame.MAC]):
            raise NotTheirs
        self._from_reader = expected
        if reply.security_type == frame.REPLY_MAC or not reply.data:
            return reply.data
        if len(reply.data) % crypto.BLOCK:
            raise NotTheirs
        try:
            start = crypto.inverted(self._from_panel)
            return crypto.unpadded(crypto.unchained(self._sealing, start, reply.data))
        except crypto.BadPadding:
            raise NotTheirs from None
