"""Recordings of calls: sealed as they are taken over, kept until their day or under a hold, opened with a reason."""

import hashlib
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa
from sqlmodel import Session

from service.app.call_keep import hold_call
from service.app.reading import Reading
from service.backup.sealing import BY_KEY_FILE, Sealer, Secret, unsealed
from service.domain.access import Actor, Target, require
from service.domain.identity import clean_line, clean_words
from service.domain.refusal import Refusal, refuse
from service.gateways.recordings import Track
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Call, CallMark, CallRecording, RecordingLook, RecordingRule
from service.store.unit_of_work import UnitOfWork

KEY_BYTES = 32
LOOKS_FOR = timedelta(minutes=30)
"""How long an opened recording may be played before another reason is asked for."""
TAKEN_WITHIN = timedelta(days=2)
LONGEST_REASON = 200
AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Sealed:
    """A track as it lies sealed in the folder of recordings, before the record knows of it."""

    id: str
    party: str
    key: bytes
    sha256: str


@dataclass(frozen=True, slots=True)
class ShownRecording:
    """One side that is or was kept; the words of a hold are for those who may open it."""

    row: CallRecording
    ground: str | None


def not_taken(session: Session, now: datetime) -> list[str]:
    """Calls that are over, were recorded, and of which nothing is kept yet."""
    call, mark, kept = of(Call), of(CallMark), of(CallRecording)
    was = sa.exists().where(mark.call_id == call.id, mark.kind == "recorded")
    has = sa.exists().where(kept.call_id == call.id)
    found = sa.select(call.id).where(call.ended_at > now - TAKEN_WITHIN, was, ~has)
    return list(session.scalars(found.order_by(call.ended_at).limit(AT_ONCE)))


def awaited(session: Session, calls: Collection[str], now: datetime) -> set[str]:
    """Those of the calls whose unsealed tracks shall lie on: they go on, or were recorded and nothing is kept yet."""
    call, mark, kept = of(Call), of(CallMark), of(CallRecording)
    was = sa.exists().where(mark.call_id == call.id, mark.kind == "recorded")
    has = sa.exists().where(kept.call_id == call.id)
    stays = sa.or_(call.ended_at.is_(None), sa.and_(call.ended_at > now - TAKEN_WITHIN, was, ~has))
    return set(session.scalars(sa.select(call.id).where(call.id.in_(calls), stays)))


def of_nothing(session: Session, names: Collection[str]) -> set[str]:
    """Those of the sealed files that no row speaks of: their key was never kept, and nobody can open them."""
    row = of(CallRecording)
    return set(names) - set(session.scalars(sa.select(row.id).where(row.id.in_(names))))


def seal_track(environment: Environment, folder: Path, track: Track) -> Sealed:
    """Writes a track sealed under a key of its own: AES-256-GCM in chunks, as a backup is (docs/decisions/0110)."""
    new, key = environment.new_id(), environment.random_bytes(KEY_BYTES)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / new
    with file.open("xb") as target:
        sealer = Sealer(target, Secret(BY_KEY_FILE, key), environment.random_bytes)
        for octets in track.octets():
            sealer.write(octets)
        sealer.finish()
        target.flush()
        os.fsync(target.fileno())  # what it was made of is removed next
    return Sealed(new, track.party, key, hashlib.sha256(file.read_bytes()).hexdigest())


def keep_recording(unit: UnitOfWork, *, call: str, sealed: Sequence[Sealed]) -> datetime:
    """The record learns what is kept of a call, and until when: as the rule stood when it was recorded."""
    held = hold_call(unit, call)
    require(unit.actor, "call.time", Target(held.row.institution_id))
    kept, mark, rule = of(CallRecording), of(CallMark), of(RecordingRule)
    if unit.session.execute(sa.select(kept.id).where(kept.call_id == call).limit(1)).first() is not None:
        raise refuse("conflict", "already-there")
    since = unit.session.execute(
        sa.select(sa.func.min(mark.at)).where(mark.call_id == call, mark.kind == "recorded")
    ).scalar()
    days = unit.session.execute(
        sa.select(rule.days)
        .where(rule.institution_id == held.row.institution_id, rule.set_at <= since)
        .order_by(rule.set_at.desc())
        .limit(1)
    ).scalar()
    until = unit.now + timedelta(days=days or 1)
    for one in sealed:
        unit.add(
            CallRecording(
                id=one.id,
                institution_id=held.row.institution_id,
                call_id=call,
                convict_id=held.row.convict_id,
                party=one.party,
                kept_at=unit.now,
                keep_until=until,
                sha256=one.sha256,
                **unit.sealed(CallRecording, one.id, held.row.convict_id, file_key=one.key.hex()),
            )
        )
    unit.tell("recording.kept", held.row.institution_id)
    return until


def outlived_recordings(session: Session, now: datetime) -> list[str]:
    """Recordings past their day that nobody holds back."""
    row = of(CallRecording)
    due = sa.select(row.id).where(row.keep_until <= now, row.purged_at.is_(None), row.held_at.is_(None))
    return list(session.scalars(due.order_by(row.keep_until).limit(AT_ONCE)))


def purge_recording(unit: UnitOfWork, *, recording: str, folder: Path) -> None:
    """Its day has come: the file goes, the row stays and says so. Raises Refusal where it is held meanwhile."""
    row = unit.get(CallRecording, recording, lock=True)
    require(unit.actor, "call.time", Target(row.institution_id))
    if row.held_at is not None or row.purged_at is not None or row.keep_until > unit.now:
        raise refuse("conflict", "state-does-not-allow")
    (folder / row.id).unlink(missing_ok=True)
    unit.change(row, purged_at=unit.now)
    unit.tell("recording.purged", row.institution_id)


def hold_recording(unit: UnitOfWork, *, call: str, ground: str | None) -> None:
    """A recording is kept past its day, for a complaint or an inquiry (`ground`), or (None) no longer held."""
    row = of(CallRecording)
    held = hold_call(unit, call)
    require(unit.actor, "recording.hold", Target(held.row.institution_id))
    found = unit.session.scalars(sa.select(CallRecording).where(row.call_id == call, row.purged_at.is_(None))).all()
    if not found:
        raise Refusal("not-found")
    for one in found:
        if ground is None:
            unit.change(one, held_at=None, held_by=None, hold_ground=None)
        else:
            words = unit.sealed(CallRecording, one.id, one.convict_id, hold_ground=clean_words(ground))
            unit.change(one, held_at=unit.now, held_by=unit.actor.id, **words)
    unit.tell("recording.held" if ground is not None else "recording.released", held.row.institution_id)


def look_at_recording(unit: UnitOfWork, *, call: str, reason: str) -> None:
    """From now on, for half an hour, the officer may play the recording; that he does, and why, is an event."""
    held = hold_call(unit, call)
    require(unit.actor, "recording.open", Target(held.row.institution_id))
    if not list_recordings_of(unit.session, call):
        raise Refusal("not-found")
    new = unit.environment.new_id()
    unit.add(
        RecordingLook(
            id=new,
            institution_id=held.row.institution_id,
            call_id=call,
            convict_id=held.row.convict_id,
            officer_id=unit.actor.id,
            looked_at=unit.now,
            **unit.sealed(RecordingLook, new, held.row.convict_id, reason=clean_line(reason, LONGEST_REASON)),
        )
    )
    unit.tell("recording.opened", held.row.institution_id)


def list_recordings_of(session: Session, call: str) -> list[CallRecording]:
    """The sides of a call that are kept."""
    row = of(CallRecording)
    query = sa.select(CallRecording).where(row.call_id == call, row.purged_at.is_(None), row.kept_at.is_not(None))
    return list(session.scalars(query.order_by(row.party, row.id)))


def show_recordings(environment: Environment, actor: Actor, call: str) -> tuple[list[ShownRecording], bool]:
    """What is or was kept of a call, and whether the reader may play it now."""
    row = of(CallRecording)
    with Reading(environment, actor) as reading:
        institution = reading.session.execute(sa.select(of(Call).institution_id).where(of(Call).id == call)).scalar()
        if institution is None:
            raise Refusal("not-found")
        require(actor, "recording.open", Target(institution))
        found = reading.session.scalars(
            sa.select(CallRecording).where(row.call_id == call).order_by(row.party, row.id)
        ).all()
        shown = [ShownRecording(one, reading.words_in(one, "hold_ground")) for one in found]
        return shown, _looks(reading, call)


def play_recording(environment: Environment, actor: Actor, recording: str, folder: Path) -> Iterator[bytes]:
    """The octets of one side. Raises Refusal 'not-found' without a reason given in the last half hour, for a file that
    is gone, and for one that is not what was sealed."""
    with Reading(environment, actor) as reading:
        row = reading.session.get(CallRecording, recording)
        if row is None:
            raise Refusal("not-found")
        require(actor, "recording.open", Target(row.institution_id))
        key = reading.words_in(row, "file_key")
        file = folder / row.id
        if row.purged_at is not None or key is None or not _looks(reading, row.call_id) or not file.exists():
            raise Refusal("not-found")
    if hashlib.sha256(file.read_bytes()).hexdigest() != row.sha256:
        raise refuse("not-found", "state-does-not-allow")
    return _opened(file, Secret(BY_KEY_FILE, bytes.fromhex(key)))


def note_played(unit: UnitOfWork, *, recording: str) -> None:
    """One side is sent to whoever opened the call's recording: each time is an event. Raises Refusal as above."""
    row = unit.get(CallRecording, recording)
    require(unit.actor, "recording.open", Target(row.institution_id))
    unit.tell("recording.played", row.institution_id, recording=row.id, party=row.party)


def _opened(file: Path, secret: Secret) -> Iterator[bytes]:
    with file.open("rb") as source:
        yield from unsealed(source, secret)


def _looks(reading: Reading, call: str) -> bool:
    look = of(RecordingLook)
    since = reading.now - LOOKS_FOR
    query = sa.select(look.id).where(look.call_id == call, look.officer_id == reading.actor.id, look.looked_at > since)
    return reading.session.execute(query.limit(1)).first() is not None
