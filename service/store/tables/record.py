"""The record itself: logs, events, openings, tiles, checkpoints."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint

from service.store.columns import Derived, link, moment, name_key, number, octets, text
from service.store.tables.base import Passing

RULE = Derived("the record's own arithmetic")


class Log(Passing, table=True):
    """One Merkle log. `size` and `last_at` follow from its events, the head from its newest checkpoint."""

    exempt: ClassVar[str] = "checked by the record's own arithmetic"

    id: str = name_key()
    origin: str = text(200, RULE)
    verifier_key: str = text(300, RULE)
    size: int = number(RULE)
    last_at: datetime = moment(RULE)
    head_size: int = number(RULE)
    head_root: str = text(16, RULE)


class Event(Passing, table=True):
    """One leaf: canonical bytes, and their RFC 6962 leaf hash."""

    exempt: ClassVar[str] = "checked by the record's own arithmetic"
    __table_args__ = (PrimaryKeyConstraint("log_id", "number"),)

    log_id: str = link("log.id", RULE)
    number: int = number(RULE)
    type: str = text(60, RULE)
    at: datetime = moment(RULE)
    leaf: bytes = octets(RULE)
    leaf_hash: bytes = octets(RULE)


class Opening(Passing, table=True):
    """The salts and values behind one event's commitments about one person, sealed under that person's key."""

    exempt: ClassVar[str] = "checked by the record's own arithmetic"
    __table_args__ = (
        PrimaryKeyConstraint("log_id", "number", "person_id"),
        ForeignKeyConstraint(["log_id", "number"], ["event.log_id", "event.number"], name="fk_opening_event"),
    )

    log_id: str = link("log.id", RULE)
    number: int = number(RULE)
    person_id: str = link("person.id", RULE)
    sealed: bytes = octets(RULE)


class Tile(Passing, table=True):
    """Hashes of 256 nodes of one level (fewer while the log grows): a cache, rebuilt from events at any time."""

    exempt: ClassVar[str] = "checked by the record's own arithmetic"
    __table_args__ = (PrimaryKeyConstraint("log_id", "level", "number"),)

    log_id: str = link("log.id", RULE)
    level: int = number(RULE)
    number: int = number(RULE)
    hashes: bytes = octets(RULE)


class Checkpoint(Passing, table=True):
    """A signed head. Its hash stands in the event `log.published` that follows it."""

    exempt: ClassVar[str] = "checked by the record's own arithmetic"
    __table_args__ = (PrimaryKeyConstraint("log_id", "size"),)

    log_id: str = link("log.id", RULE)
    size: int = number(RULE)
    note: bytes = octets(RULE)
    published_at: datetime = moment(RULE)
