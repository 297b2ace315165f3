"""Reads and keeps what witnesses signed, and how far the exchange with each has come."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session

from service.record import notes
from service.record.notes import Note, Signature
from service.store.columns import of
from service.store.tables import Checkpoint, Cosignature, WitnessLine

LOOKED_AT = 64
"""How many cosignatures, from the newest back, are looked at for the head that most witnesses have signed."""


def lines_of(session: Session, witness: str) -> dict[str, WitnessLine]:
    """The exchanges with one witness, by log."""
    line = of(WitnessLine)
    rows = session.execute(sa.select(WitnessLine.__table__).where(line.witness == witness))  # type: ignore[attr-defined]
    return {row.log_id: WitnessLine(**row._mapping) for row in rows}


def lines_about(session: Session, log: str) -> dict[str, WitnessLine]:
    """The exchanges about one log, by witness."""
    line = of(WitnessLine)
    rows = session.execute(sa.select(WitnessLine.__table__).where(line.log_id == log))  # type: ignore[attr-defined]
    return {row.witness: WitnessLine(**row._mapping) for row in rows}


def known_line(session: Session, log: str, witness: str) -> WitnessLine | None:
    """The exchange with a witness about a log."""
    return lines_about(session, log).get(witness)


def keep_line(session: Session, line: WitnessLine, cells: Mapping[str, Any]) -> None:
    """Writes an exchange with these cells changed."""
    values = {**line.model_dump(), **cells}
    insert = _insert(session)(WitnessLine).values(values)
    changed = {name: insert.excluded[name] for name in cells} or {"held_size": insert.excluded.held_size}
    session.execute(insert.on_conflict_do_update(index_elements=["log_id", "witness"], set_=changed))


def keep_cosignature(session: Session, log: str, size: int, witness: str, signature: bytes) -> None:
    """Keeps the first cosignature of a witness for a head; a later one of the same head says nothing more."""
    values = {"log_id": log, "size": size, "witness": witness, "signature": signature}
    insert = _insert(session)(Cosignature).values(values)
    session.execute(insert.on_conflict_do_nothing(index_elements=["log_id", "size", "witness"]))


def head_of(session: Session, log: str, size: int) -> Note | None:
    """The published head of that size, as the log signed it."""
    row = of(Checkpoint)
    note = session.scalar(sa.select(row.note).where(row.log_id == log, row.size == size))
    return notes.parse(bytes(note)) if note is not None else None


def cosigned_head(session: Session, log: str, size: int) -> Note | None:
    """The published head of that size with every cosignature kept for it."""
    head, row = head_of(session, log, size), of(Cosignature)
    if head is None:
        return None
    rows = session.execute(
        sa.select(row.witness, row.signature).where(row.log_id == log, row.size == size).order_by(row.witness)
    )
    return head.with_signatures(signature_of(one.witness, bytes(one.signature)) for one in rows)


def best_head(session: Session, log: str, number: int, newest: int) -> Note | None:
    """Of the heads that cover an event, the one most witnesses cosigned, the newest of these; at least the newest."""
    row = of(Cosignature)
    rows = session.execute(
        sa.select(row.size, row.witness)
        .where(row.log_id == log, row.size > number)
        .order_by(row.size.desc())
        .limit(LOOKED_AT)
    )
    by_size: dict[int, int] = defaultdict(int)
    for one in rows:
        by_size[one.size] += 1
    size = max(by_size, key=lambda size: (by_size[size], size), default=newest)
    return cosigned_head(session, log, size)


def signature_of(witness: str, signature: bytes) -> Signature:
    """The signature line of a witness known by the name and id of its key."""
    name, _, key_id = witness.rpartition("+")
    return Signature(name, int(key_id, 16), signature)


def _insert(session: Session) -> Any:
    return (sqlite if session.get_bind().dialect.name == "sqlite" else postgresql).insert
