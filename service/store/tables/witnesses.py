"""What witnesses said of our heads, and how far each of them has come."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import ForeignKeyConstraint, PrimaryKeyConstraint

from service.store.columns import Exempt, link, moment, number, octets, text
from service.store.tables.base import Passing

THEIRS = Exempt("signed by a body outside; believed only where the witness's own key verifies it")
FEEDING = Exempt("the feeder's bookkeeping; that a witness refused a head is an event")


class Cosignature(Passing, table=True):
    """The first cosignature of one witness for one published head (C2SP tlog-cosignature); never changed or deleted.

    `witness` is the name and id of its key, as in a verifier key; `signature` the bytes behind the key id.
    """

    exempt: ClassVar[str] = "a cosignature proves itself: each reader verifies it with the witness's own key (0020)"
    __table_args__ = (
        PrimaryKeyConstraint("log_id", "size", "witness"),
        ForeignKeyConstraint(["log_id", "size"], ["checkpoint.log_id", "checkpoint.size"], name="fk_cosignature_head"),
    )

    log_id: str = link("log.id", THEIRS)
    size: int = number(THEIRS)
    witness: str = text(300, THEIRS)
    signature: bytes = octets(THEIRS)


class WitnessLine(Passing, table=True):
    """The exchange with one witness about one log: what it holds, its newest cosignature, when it is asked again."""

    exempt: ClassVar[str] = "lost, it is asked for again: the witness itself tells what it holds"
    __tablename__ = "witness_line"
    __table_args__ = (PrimaryKeyConstraint("log_id", "witness"),)

    log_id: str = link("log.id", FEEDING)
    witness: str = text(300, FEEDING)
    begun_at: datetime = moment(FEEDING)
    held_size: int = number(FEEDING, default=0)
    cosigned_size: int | None = number(FEEDING, optional=True)
    signature: bytes | None = octets(FEEDING, optional=True)
    answered_at: datetime | None = moment(FEEDING, optional=True)
    next_at: datetime | None = moment(FEEDING, optional=True)
    failures: int = number(FEEDING, default=0)
    fault: str | None = text(40, FEEDING, optional=True)
    alarm_at: datetime | None = moment(FEEDING, optional=True)
