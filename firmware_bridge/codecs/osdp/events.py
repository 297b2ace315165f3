"""What a panel tells its owner about the readers of its line."""

from dataclasses import dataclass
from enum import StrEnum

from firmware_bridge.codecs.osdp.replies import Abilities, Card, Identity, Keys, Line, LocalStatus

Content = Card | Keys | Identity | Abilities | Line | LocalStatus


class Why(StrEnum):
    """Why a reader is not listened to."""

    SILENT = "silent"
    DEFAULT_KEY = "default-key"
    WRONG_KEY = "wrong-key"
    PLAIN = "plain"
    FORGED = "forged-or-repeated"
    NO_SECURE_CHANNEL = "no-secure-channel"


@dataclass(frozen=True, slots=True)
class Online:
    """The reader has shown that it has its key; from now on it is listened to."""

    address: int


@dataclass(frozen=True, slots=True)
class Offline:
    """The reader is not listened to any more. Told once; it is tried again for ever."""

    address: int
    why: Why


@dataclass(frozen=True, slots=True)
class Said:
    """Something the reader said under its key."""

    address: int
    content: Content


@dataclass(frozen=True, slots=True)
class Done:
    """A command was answered: carried out when `fault` is None, else refused or lost, and why in a word."""

    address: int
    code: int
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class KeySet:
    """The reader took its own key in place of the factory's."""

    address: int


@dataclass(frozen=True, slots=True)
class Ignored:
    """A reply that is of no use here, or did not come as it must; nothing was taken from it."""

    address: int
    code: int
    why: str


Event = Online | Offline | Said | Done | KeySet | Ignored
