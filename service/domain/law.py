"""A law file in memory: quotas by institution, condition and day, and every number the rules need."""

from dataclasses import dataclass


class LawError(ValueError):
    """A law file, or a question put to it, that cannot be answered; the text says what and where."""


class UnknownCell(LawError):
    """The law file marks the figure asked for as unknown."""


@dataclass(frozen=True, slots=True)
class Law:
    """Being written."""

    name: str
