"""What the record says of each column: in clear, committed, sealed, derived, or exempt with a reason.

Every column of every table states one of these (a structure test holds it). The unit of work writes events from
them, and the verifier compares every cell with the fold of events by them: one declaration, two readers.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Integer, LargeBinary, String
from sqlmodel import Field, SQLModel

from service.store.types import LocalDay, UtcMoment, moment_text


@dataclass(frozen=True, slots=True)
class Clear:
    """The value stands in the leaf as it is. Never for anything that names or links a person."""


@dataclass(frozen=True, slots=True)
class Committed:
    """The cell holds the value, the leaf only a commitment; the opening lies under the key of `subject`'s person.

    `subject` names the column of the same row that holds the person's id; for a link to a person, itself.
    """

    subject: str


@dataclass(frozen=True, slots=True)
class Sealed:
    """The cell holds AES-GCM bytes under the key of `subject`'s person; the leaf commits to the plain text."""

    subject: str


@dataclass(frozen=True, slots=True)
class Lookup:
    """A keyed index (HMAC-SHA-256) of the sealed column `of`, recomputed by the verifier."""

    of: str


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A person's data key, wrapped; the leaf holds its fingerprint, and an erasure sets it to null."""


@dataclass(frozen=True, slots=True)
class Hashed:
    """Bytes too long for a leaf, about nobody's person: the leaf holds their SHA-256, in the clear column `by`."""

    by: str


@dataclass(frozen=True, slots=True)
class Derived:
    """Follows from other rows by the rule named; the verifier has that rule."""

    rule: str


@dataclass(frozen=True, slots=True)
class Exempt:
    """Not derivable from events, and why that does not matter."""

    reason: str


Record = Clear | Committed | Sealed | Lookup | WrappedKey | Hashed | Derived | Exempt

CLEAR = Clear()


def _field(
    sa_type: Any, record: Record, *, default: Any = ..., sa: Mapping[str, Any] | None = None, **more: Any
) -> Any:
    return Field(default, sa_type=sa_type, sa_column_kwargs={"info": {"record": record}, **(sa or {})}, **more)


def key(record: Record = CLEAR, **more: Any) -> Any:
    """A primary key: 128 random bits as 32 hexadecimal digits."""
    return _field(String(32), record, primary_key=True, **more)


def name_key() -> Any:
    """A primary key that people chose and read, like an institution's code."""
    return _field(String(64), CLEAR, primary_key=True)


def link(target: str, record: Record = CLEAR, *, optional: bool = False, index: bool = False) -> Any:
    """A reference to another table's key."""
    length = 64 if target.startswith(("institution.", "log.")) else 32
    more: dict[str, Any] = {"foreign_key": target, "nullable": optional, "index": index}
    return _field(String(length), record, default=None if optional else ..., **more)


def text(length: int = 200, record: Record = CLEAR, *, optional: bool = False, **more: Any) -> Any:
    """Text of at most `length` characters."""
    return _field(String(length), record, default=None if optional else ..., nullable=optional, **more)


def number(record: Record = CLEAR, *, optional: bool = False, default: Any = ..., **more: Any) -> Any:
    """A whole number."""
    start = None if optional else default
    return _field(Integer(), record, default=start, nullable=optional, **more)


def truth(record: Record = CLEAR, *, default: Any = ..., optional: bool = False) -> Any:
    """Yes or no (or not yet known, where `optional`)."""
    return _field(Boolean(), record, default=None if optional else default, nullable=optional)


def moment(record: Record = CLEAR, *, optional: bool = False, **more: Any) -> Any:
    """An aware moment, kept in UTC."""
    return _field(UtcMoment(), record, default=None if optional else ..., nullable=optional, **more)


def day(record: Record = CLEAR, *, optional: bool = False, **more: Any) -> Any:
    """An institution-local day."""
    return _field(LocalDay(), record, default=None if optional else ..., nullable=optional, **more)


def octets(record: Record, *, optional: bool = False) -> Any:
    """Bytes: sealed cells, leaves, hashes."""
    return _field(LargeBinary(), record, default=None if optional else ..., nullable=optional)


def leaf_value(value: Any) -> str | int | bool | None:
    """How a cell's value stands in a leaf: text, whole number, truth or nothing."""
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"no written form in a leaf for {type(value).__name__}")


def of(table: type[SQLModel]) -> Any:
    """The columns of a table for queries in SQLAlchemy's own terms."""
    return table.__table__.c  # type: ignore[attr-defined]
