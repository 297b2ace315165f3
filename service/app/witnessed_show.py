"""How long ago bodies outside last saw each log, for every page of staff and oversight."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.witnessing import Step, step_at
from service.record import notes
from service.record.cosignature import cosigned_at
from service.record.policy import NONE, Policy
from service.record.refusals import RecordRefused
from service.store.columns import of
from service.store.cosignatures import head_of, lines_about, signature_of
from service.store.tables import Event, Log, WitnessLine

PUBLISHED = "log.published"


@dataclass(frozen=True, slots=True)
class Witnessed:
    """What is known outside of one log.

    The quorum holds a head of `size` entries (0: none yet); everything older than `until` is in it (None where nobody
    was asked to watch). `age` is counted from there. `alarms` are the witnesses that say the log was rewritten or cut.
    """

    log: str
    origin: str
    size: int
    until: datetime | None
    age: timedelta | None
    step: Step
    alarms: tuple[str, ...]


def show_witnessed(session: Session, policy: Policy | None, now: datetime, log: str) -> Witnessed:
    """How one log stands. No cosignature in the tables is believed unless the witness's key verifies it."""
    row = session.get(Log, log)
    assert row is not None
    if policy is None or policy.quorum == NONE:
        return Witnessed(log, row.origin, 0, None, None, step_at(None), ())
    lines = lines_about(session, log)
    counted = policy.members(policy.quorum)
    seen = {name: found for name in counted if (found := _seen(session, policy, name, lines)) is not None}
    size, until = _quorum(policy, seen)
    if until is None:
        known = {policy.witnesses[name].id for name in counted}
        until = min((line.begun_at for line in lines.values() if line.witness in known), default=now)
    else:
        until = min(until, _first_unseen(session, log, size) or until)
    until = min(until, now)
    alarms = tuple(name for name, one in policy.witnesses.items() if one.id in lines and lines[one.id].alarm_at)
    return Witnessed(log, row.origin, size, until, now - until, step_at(now - until), alarms)


def _seen(session: Session, policy: Policy, name: str, lines: dict[str, WitnessLine]) -> tuple[datetime, int] | None:
    """When a witness last cosigned a head of this log, and of which size; None where it cannot be shown."""
    line = lines.get(policy.witnesses[name].id)
    if line is None or line.signature is None or line.cosigned_size is None or line.answered_at is None:
        return None
    head = head_of(session, line.log_id, line.cosigned_size)
    if head is None:
        return None
    signature = signature_of(line.witness, bytes(line.signature))
    try:
        notes.verify(notes.Note(head.text, (signature,)), [policy.witnesses[name].verifier])
    except RecordRefused:
        return None
    # A witness whose clock runs ahead does not make the head any newer.
    return min(cosigned_at(signature), line.answered_at), line.cosigned_size


def _quorum(policy: Policy, seen: dict[str, tuple[datetime, int]]) -> tuple[int, datetime | None]:
    """The newest moment since which witnesses enough for a quorum have cosigned, and what all of them hold.

    Each vouches that its head extends the one before; so whoever holds more holds that too.
    """
    counted: dict[str, int] = {}
    for name, (at, size) in sorted(seen.items(), key=lambda one: one[1][0], reverse=True):
        counted[name] = size
        if policy.satisfied(counted):
            return min(counted.values()), at
    return 0, None


def _first_unseen(session: Session, log: str, size: int) -> datetime | None:
    """The time of the first event outside that head; the announcement of a head is none."""
    event = of(Event)
    found: datetime | None = session.scalar(
        sa.select(event.at)
        .where(event.log_id == log, event.number >= size, event.type != PUBLISHED)
        .order_by(event.number)
        .limit(1)
    )
    return found
