"""The arithmetic of OSDP's Secure Channel: AES-128 key derivation, cryptograms, MAC chain (OSDP 2.2, annex D)."""

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

BLOCK = 16
DEFAULT_KEY = bytes(range(0x30, 0x40))
"""The key every reader leaves the factory with. It is printed in the specification: it keeps nobody out."""


class BadPadding(ValueError):
    """The plain text does not end as padding must."""


def block(key: bytes, octets: bytes) -> bytes:
    """AES-128 of whole blocks, each by itself."""
    done = Cipher(algorithms.AES(key), modes.ECB()).encryptor()  # noqa: S305 - single blocks, as specified
    return done.update(octets) + done.finalize()


def chained(key: bytes, start: bytes, octets: bytes) -> bytes:
    """AES-128-CBC of whole blocks."""
    done = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
    return done.update(octets) + done.finalize()


def unchained(key: bytes, start: bytes, octets: bytes) -> bytes:
    """The way back of `chained`."""
    done = Cipher(algorithms.AES(key), modes.CBC(start)).decryptor()
    return done.update(octets) + done.finalize()


def session_keys(key: bytes, challenge: bytes) -> tuple[bytes, bytes, bytes]:
    """S-ENC, S-MAC1, S-MAC2 from the reader's base key and the panel's 8 octets of chance."""
    beginning = challenge[:6] + bytes(8)
    sealing, first, second = (block(key, bytes([1, kind]) + beginning) for kind in (0x82, 0x01, 0x02))
    return sealing, first, second


def padded(octets: bytes) -> bytes:
    """An octet 0x80 and zeros up to a whole block; always one octet at least."""
    return octets + b"\x80" + bytes(-(len(octets) + 1) % BLOCK)


def unpadded(octets: bytes) -> bytes:
    """Takes the padding off. Raises BadPadding."""
    content = octets.rstrip(b"\0")
    if not content.endswith(b"\x80") or len(octets) - len(content) >= BLOCK:
        raise BadPadding
    return content[:-1]


def mac(first: bytes, second: bytes, start: bytes, signed: bytes) -> bytes:
    """The 16 octets of a MAC: CBC with S-MAC1, the last block with S-MAC2. Whole blocks are not padded."""
    octets = padded(signed) if len(signed) % BLOCK else signed
    if len(octets) > BLOCK:
        start = chained(first, start, octets[:-BLOCK])[-BLOCK:]
    return chained(second, start, octets[-BLOCK:])


def inverted(octets: bytes) -> bytes:
    """Every bit the other way."""
    return bytes(octet ^ 0xFF for octet in octets)
