"""The civil registry: what it is asked about a claimed kinship, and a stand-in on this machine.

It is slow, it is away for hours, and it may contradict what people say: it advises an officer and decides nothing.
"""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Protocol

DIFFERENCES = ("person-unknown", "name-differs", "birth-date-differs", "kinship-not-recorded", "person-dead")
"""What an answer may say against a claim."""


@dataclass(frozen=True, slots=True)
class Described:
    """Somebody as the registry knows people: by IIN, or by a foreign document, with name and birth date."""

    iin: str | None
    document: str | None
    family_name: str
    given_name: str
    birth_date: date


@dataclass(frozen=True, slots=True)
class KinshipQuestion:
    """Is `person` the `kind` (a relation of the law file) of `convict`? `reference` is ours, the same at every try."""

    reference: str
    person: Described
    convict: Described
    kind: str


@dataclass(frozen=True, slots=True)
class RegistryAnswer:
    """What the registry holds: the claim as it is told (nothing in `differs`), or codes of what differs."""

    differs: tuple[str, ...] = ()


class RegistryAway(Exception):
    """The registry cannot be asked now; the same question may be asked later."""


class CivilRegistry(Protocol):
    """Answers one question; slow. Never asked inside a transaction."""

    def ask(self, question: KinshipQuestion) -> RegistryAnswer:
        """What is recorded of this kinship. Raises RegistryAway."""
        ...


class LocalRegistry:
    """Stands for the registry where none is connected: a JSON file says how it behaves and whom it contradicts.

    `{"seconds": 2, "away": false, "differs": {"850101300123": ["kinship-not-recorded"]}}`, by IIN or document; without
    a file it confirms everybody. Names are compared as they are written in the file under `"people"`, where they are.
    """

    def __init__(self, file: Path, wait: Callable[[float], None] = time.sleep) -> None:
        self._file, self._wait = file, wait

    def ask(self, question: KinshipQuestion) -> RegistryAnswer:
        """As the file says."""
        told: dict[str, Any] = json.loads(self._file.read_text("utf-8")) if self._file.exists() else {}
        self._wait(float(told.get("seconds", 0)))
        if told.get("away"):
            raise RegistryAway
        differs: dict[str, Sequence[str]] = told.get("differs", {})
        known = question.person.iin or question.person.document or ""
        return RegistryAnswer(tuple(code for code in differs.get(known, ()) if code in DIFFERENCES))
