"""What comes off a line once it is read: a code, or octets that were dropped and why; and what no code may be."""

import re
from collections import deque
from dataclasses import dataclass
from enum import StrEnum

LONGEST = 512
PASSES = "KZP"
MENU_CODES = (
    re.compile(r"[A-Z0-9]{6}[A-Z0-9,;]*[.!?^]"),  # Honeywell: tag, subtag, data, and where it is stored
    re.compile(r"[$][+P]|[$][A-Z]{2}[A-Z0-9,]*"),  # Datalogic: enter and leave programming, and its items
    re.compile(r"[@#][A-Z0-9]{6,}[*?&;]?\d*;?|\^[0-9]{3,}"),  # Newland
    re.compile(r"\^_\^.*|[.]{2,}[0-9A-F]+[.]?|[+-]{2}[A-Z]{2,}.*"),  # GM65 and other small engines
    re.compile(r"<[A-Z]+[=:]?[A-Z0-9]*>|[{].*[}]"),  # batches made by the makers' programs
)


class Why(StrEnum):
    """Why octets were dropped."""

    TOO_LONG = "too-long"
    NOISE = "noise"
    HALF_LINE = "half-line"
    FLOOD = "flood"
    MENU_CODE = "menu-code"


@dataclass(frozen=True, slots=True)
class Scan:
    """One whole code, printable ASCII, without its prefix and line end."""

    text: str


@dataclass(frozen=True, slots=True)
class Dropped:
    """Octets that were no code, and how many they were."""

    why: Why
    octets: int


def is_menu_code(text: str) -> bool:
    """Whether somebody holds a scanner's configuration code up: the text has the shape of a maker's commands.

    A scanner whose menu is locked sends such codes like any other; one that is not has changed its settings by then.
    """
    return not text.startswith(PASSES) and any(shape.fullmatch(text) for shape in MENU_CODES)


class Limit:
    """No more than so many codes in any second."""

    def __init__(self, per_second: int) -> None:
        self._recent: deque[float] = deque(maxlen=per_second)

    def is_over(self, now: float) -> bool:
        """Whether one more is too many; counts it if it is not."""
        full = len(self._recent) == self._recent.maxlen and now - self._recent[0] < 1.0
        if not full:
            self._recent.append(now)
        return full


def judged(octets: bytes, limit: Limit, now: float, *, longest: int = LONGEST) -> Scan | Dropped:
    """A code, when the octets are one."""
    if len(octets) > longest:
        return Dropped(Why.TOO_LONG, len(octets))
    text = octets.decode("ascii") if octets.isascii() else ""
    if not text or not text.isprintable():
        return Dropped(Why.NOISE, len(octets))
    if is_menu_code(text):
        return Dropped(Why.MENU_CODE, len(octets))
    return Dropped(Why.FLOOD, len(octets)) if limit.is_over(now) else Scan(text)
