"""Standard Base64 (RFC 4648, section 4) with exactly one spelling for every sequence of bytes."""

from __future__ import annotations

import base64
import binascii

from service.record.refusals import RecordRefused


def encode_base64(data: bytes) -> str:
    """The padded standard Base64 text."""
    return base64.b64encode(data).decode()


def decode_base64(text: str, length: int | None = None) -> bytes:
    """The bytes of a text, of the given length where one is given; else RecordRefused ``base64.form``.

    The last character may carry bits that decoding drops, so that several texts mean the same bytes. Only the
    one that encoding gives is taken: a receipt with a single changed character is no receipt.
    """
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RecordRefused("base64.form") from error
    if encode_base64(data) != text or (length is not None and len(data) != length):
        raise RecordRefused("base64.form")
    return data
