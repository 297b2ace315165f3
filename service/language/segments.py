"""How many text messages a text is charged and sent as (3GPP TS 23.038 and 23.040)."""

from dataclasses import dataclass
from typing import Literal

GSM_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_ESCAPED = frozenset("^{}\\[~]|€\f")
"""Of the extension table: an escape and another septet each."""
GSM_ALONE, GSM_JOINED = 160, 153
UCS2_ALONE, UCS2_JOINED = 70, 67
"""A message of several parts spends six octets of each on joining them."""


@dataclass(frozen=True, slots=True)
class Segments:
    """`units` are septets, or code units of UTF-16; `parts` is what the supplier counts."""

    alphabet: Literal["GSM-7", "UCS-2"]
    units: int
    parts: int


def segments(text: str) -> Segments:
    """How a text travels. One letter outside the GSM alphabet, as every Kazakh or Russian one, makes it UCS-2.

    No part ends between the two halves of an escaped letter or of a letter outside the basic plane.
    """
    if all(letter in GSM_BASIC or letter in GSM_ESCAPED for letter in text):
        sizes = [2 if letter in GSM_ESCAPED else 1 for letter in text]
        return Segments("GSM-7", sum(sizes), _parts(sizes, GSM_ALONE, GSM_JOINED))
    sizes = [len(letter.encode("utf-16-be")) // 2 for letter in text]
    return Segments("UCS-2", sum(sizes), _parts(sizes, UCS2_ALONE, UCS2_JOINED))


def _parts(sizes: list[int], alone: int, joined: int) -> int:
    if sum(sizes) <= alone:
        return 1
    parts, room = 1, joined
    for size in sizes:
        if size > room:
            parts, room = parts + 1, joined
        room -= size
    return parts
