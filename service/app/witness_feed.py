"""Heads are taken to the witnesses of the policy, and what they answer is kept (C2SP tlog-witness).

One turn is three steps, so that no transaction waits for a witness: what is due, what to ask, what was answered.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

import sqlalchemy as sa

from service.domain.access import Target, require
from service.record import notes
from service.record.checkpoint import parse_checkpoint
from service.record.cosignature import cosigned_at
from service.record.notes import Note, Signature
from service.record.policy import KnownWitness, Policy
from service.record.refusals import RecordRefused
from service.record.tree import consistency_proof
from service.record.witness.request import encode_request
from service.store.columns import of
from service.store.cosignatures import head_of, keep_cosignature, keep_line, known_line, lines_of
from service.store.log_read import newest_head
from service.store.tables import Log, WitnessLine
from service.store.tiles import StoredTiles
from service.store.unit_of_work import UnitOfWork

AGAIN_AFTER = timedelta(minutes=10)
"""A head that stays the newest is cosigned anew: that nothing happened is worth knowing too."""
FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=10)

Outcome = Literal["cosigned", "ask-again", "failed", "alarm"]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to one witness about one log: how the newest head follows from the size the witness holds."""

    log: str
    witness: str
    old: int
    head: Note
    body: bytes

    @property
    def size(self) -> int:
        """The size of the head."""
        return parse_checkpoint(self.head.text).size


def due_logs(unit: UnitOfWork, witness: KnownWitness) -> list[str]:
    """The logs about which a witness is to be asked now, by id."""
    lines = lines_of(unit.session, witness.id)
    rows = unit.session.execute(sa.select(of(Log).id, of(Log).head_size).order_by(of(Log).id)).all()
    return [row.id for row in rows if row.head_size and _due(lines.get(row.id), row.head_size, unit.now)]


def make_ask(unit: UnitOfWork, *, log: str, witness: KnownWitness, old: int | None = None) -> Ask | None:
    """The request; None before the first head. `old` is the size the witness holds, where it told another way.

    A witness that holds more than there is gets the newest head without a proof: its answer is what matters.
    """
    head = newest_head(unit.session, log)
    if head is None:
        return None
    line = known_line(unit.session, log, witness.id)
    held = min((line.held_size if line else 0) if old is None else old, head.size)
    proof = consistency_proof(held, head.size, StoredTiles(unit.session, log)) if held else []
    note = notes.parse(head.note)
    return Ask(log, witness.id, held, note, encode_request(held, proof, note))


def take_answer(unit: UnitOfWork, policy: Policy, ask: Ask, status: int, body: bytes) -> Outcome:
    """Keeps a cosignature, learns a size, or records why there was none.

    409 with a size: `ask-again` from there, unless the witness holds more than we have, which is an alarm. 422, and 409
    without a size: the witness says that the head does not extend the one it cosigned, an alarm. An alarm is told once,
    as the event `witness.refused`, until the witness cosigns again. Everything else failed and is tried later.
    """
    require(unit.actor, "record.publish", Target())
    line = _line(unit, ask.log, ask.witness)
    if status == 200:
        return _cosigned(unit, policy, line, ask, body)
    size = _size(body) if status == 409 else None
    if size is not None and size <= ask.size and size != ask.old:
        _keep(unit, line, held_size=size)
        return "ask-again"
    if status == 422 or (status == 409 and (size is None or size > ask.size)):
        return _alarm(unit, line, ask, "rewritten" if size is None else "longer", size)
    return _failed(unit, line, f"status-{status}")


def put_off(unit: UnitOfWork, *, logs: list[str], witness: KnownWitness, fault: str) -> None:
    """The witness was not reached: all that was to be asked waits, longer each time."""
    require(unit.actor, "record.publish", Target())
    for log in logs:
        _failed(unit, _line(unit, log, witness.id), fault)


def take_cosignature(unit: UnitOfWork, policy: Policy, note: Note) -> list[str]:
    """Keeps what witnesses of the policy put to a head of ours that was carried to them; answers their names.

    For files from witnesses without a line. Raises RecordRefused: `policy.log`, `note.…`, or `witness.no-head` when no
    such head was published.
    """
    require(unit.actor, "record.publish", Target())
    head = parse_checkpoint(note.text)
    row = unit.session.execute(sa.select(of(Log).id).where(of(Log).origin == head.origin)).first()
    if row is None:
        raise RecordRefused("policy.log", origin=head.origin)
    published = head_of(unit.session, row.id, head.size)
    if published is None or published.text != note.text:
        raise RecordRefused("witness.no-head", origin=head.origin, size=head.size)
    taken = []
    for name in policy.seen(note):
        witness = policy.witnesses[name]
        _store(unit, _line(unit, row.id, witness.id), head.size, _signature_by(note, witness))
        taken.append(name)
    return taken


def _cosigned(unit: UnitOfWork, policy: Policy, line: WitnessLine, ask: Ask, body: bytes) -> Outcome:
    witness = next(one for one in policy.witnesses.values() if one.id == ask.witness)
    try:
        note = notes.parse(ask.head.encode() + body)
        notes.verify(note, [witness.verifier])
    except RecordRefused as refused:
        return _failed(unit, line, refused.code)
    _store(unit, line, ask.size, _signature_by(note, witness))
    return "cosigned"


def _line(unit: UnitOfWork, log: str, witness: str) -> WitnessLine:
    return known_line(unit.session, log, witness) or WitnessLine(
        log_id=log, witness=witness, begun_at=unit.now, held_size=0, failures=0
    )


def _signature_by(note: Note, witness: KnownWitness) -> Signature:
    key = (witness.verifier.name, witness.verifier.key_id)
    return next(one for one in note.signatures if (one.name, one.key_id) == key)


def _store(unit: UnitOfWork, line: WitnessLine, size: int, signature: Signature) -> None:
    keep_cosignature(unit.session, line.log_id, size, line.witness, signature.signature)
    newest = line.cosigned_size is None or size > line.cosigned_size
    if not newest and size == line.cosigned_size and line.signature is not None:
        before = Signature(signature.name, signature.key_id, line.signature)
        newest = cosigned_at(signature) >= cosigned_at(before)
    if newest:
        cells: dict[str, Any] = {"cosigned_size": size, "signature": signature.signature, "answered_at": unit.now}
        _keep(unit, line, **cells, held_size=size, next_at=None, failures=0, fault=None, alarm_at=None)


def _alarm(unit: UnitOfWork, line: WitnessLine, ask: Ask, code: str, held: int | None) -> Outcome:
    if line.alarm_at is None:
        facts: dict[str, object] = {"witness": ask.witness, "code": code, "size": ask.size}
        unit.tell("witness.refused", ask.log, **facts, **({} if held is None else {"held": held}))
    alarm_at = line.alarm_at or unit.now
    _keep(unit, line, alarm_at=alarm_at, fault=code, failures=line.failures + 1, next_at=unit.now + LONGEST_WAIT)
    return "alarm"


def _failed(unit: UnitOfWork, line: WitnessLine, fault: str) -> Outcome:
    wait = min(FIRST_WAIT * 2 ** min(line.failures, 10), LONGEST_WAIT)
    _keep(unit, line, fault=fault[:40], failures=line.failures + 1, next_at=unit.now + wait)
    return "failed"


def _keep(unit: UnitOfWork, line: WitnessLine, **cells: Any) -> None:
    keep_line(unit.session, line, cells)


def _due(line: WitnessLine | None, head: int, now: datetime) -> bool:
    if line is None:
        return True
    if line.next_at is not None:
        return line.next_at <= now
    fresh = line.answered_at is not None and now - line.answered_at < AGAIN_AFTER
    return not (fresh and line.cosigned_size == head)


def _size(body: bytes) -> int | None:
    number = body.removesuffix(b"\n")
    return int(number) if number.isdigit() and len(number) <= 19 else None
