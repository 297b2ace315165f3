"""What a backup says of itself: when and of which engine it is, and how far each log had come."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from service.backup.refused import NotDone
from service.store.columns import of
from service.store.migrate import current
from service.store.tables import Checkpoint, Log

FORMAT = 1


@dataclass(frozen=True, slots=True)
class LogAt:
    """A log at the moment of the backup. `last_at` is the time of its newest event, `head` its newest signed head."""

    id: str
    origin: str
    verifier_key: str
    size: int
    last_at: datetime
    head: str | None


@dataclass(frozen=True, slots=True)
class Manifest:
    """The first thing in the sealed file. `migration` is the one the database stands at."""

    engine: str
    made_at: datetime
    migration: str
    logs: tuple[LogAt, ...]
    witness_policy: str | None = None

    @property
    def events(self) -> int:
        """How many events all logs have."""
        return sum(log.size for log in self.logs)

    def told(self) -> dict[str, Any]:
        """As JSON."""
        told = asdict(self) | {"format": FORMAT, "made_at": self.made_at.isoformat()}
        told["logs"] = [asdict(log) | {"last_at": log.last_at.isoformat()} for log in self.logs]
        return told

    def encode(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(self.told(), ensure_ascii=False, sort_keys=True).encode()


def read_manifest(data: bytes) -> Manifest:
    """Reads it back. Raises NotDone for another format."""
    try:
        told = json.loads(data)
        if told.pop("format") != FORMAT:
            raise NotDone("the backup has a format that this version does not read")
        logs = tuple(LogAt(**log | {"last_at": datetime.fromisoformat(log["last_at"])}) for log in told.pop("logs"))
        return Manifest(**told | {"made_at": datetime.fromisoformat(told["made_at"]), "logs": logs})
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise NotDone("the backup has a format that this version does not read") from fault


def manifest_of(connection: sa.Connection, made_at: datetime, witness_policy: str | None) -> Manifest:
    """What one snapshot of a database holds. Raises NotDone where there is no installation."""
    logs = read_logs(connection)
    return Manifest(connection.dialect.name, made_at.astimezone(UTC), current(connection) or "", logs, witness_policy)


def read_logs(connection: sa.Connection) -> tuple[LogAt, ...]:
    """How far each log has come. Raises NotDone where there is no installation."""
    if not sa.inspect(connection).has_table("log"):
        raise NotDone("there is no installation in this database")
    log, head = of(Log), of(Checkpoint)
    newest = sa.select(head.note).where(head.log_id == log.id, head.size == log.head_size).scalar_subquery()
    rows = connection.execute(
        sa.select(log.id, log.origin, log.verifier_key, log.size, log.last_at, newest.label("head")).order_by(log.id)
    )
    return tuple(
        LogAt(row.id, row.origin, row.verifier_key, row.size, row.last_at, row.head and bytes(row.head).decode())
        for row in rows
    )
