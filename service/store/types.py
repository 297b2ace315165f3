"""Column types that mean the same on SQLite and on PostgreSQL, to the byte where a byte can be changed."""

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, DateTime, Dialect, String
from sqlalchemy.types import TypeDecorator, TypeEngine

MOMENT_FORMAT = "%Y-%m-%dT%H:%M:%S.%fZ"


def moment_text(moment: datetime) -> str:
    """The one written form of a moment: UTC, microseconds, 27 characters, sortable as text.

    Raises ValueError for a naive datetime: a time without a zone is not a time.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment needs its time zone")
    return moment.astimezone(UTC).strftime(MOMENT_FORMAT)


def parse_moment(text: str) -> datetime:
    """The moment written by `moment_text`; any other spelling raises ValueError."""
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is not UTC or moment_text(moment) != text:
        raise ValueError(f"not the written form of a moment: {text!r}")
    return moment


class UtcMoment(TypeDecorator[datetime]):
    """Aware datetimes: `timestamptz` on PostgreSQL, the fixed-width text of `moment_text` on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(27) if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return moment_text(value) if dialect.name == "sqlite" else value.astimezone(UTC)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return parse_moment(value) if dialect.name == "sqlite" else value.astimezone(UTC)


class LocalDay(TypeDecorator[date]):
    """Days as the institution's wall calendar shows them: `date` on PostgreSQL, ISO text on SQLite."""

    impl = Date
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(String(10) if dialect.name == "sqlite" else Date())

    def process_bind_param(self, value: date | None, dialect: Dialect) -> Any:
        if value is None:
            return None
        if isinstance(value, datetime):
            raise ValueError("a day is not a moment")
        return value.isoformat() if dialect.name == "sqlite" else value

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        if value is None:
            return None
        return date.fromisoformat(value) if dialect.name == "sqlite" else value
