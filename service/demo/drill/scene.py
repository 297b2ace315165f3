"""A small honest history, and what honest people outside hold of it: a witness, a copy, a receipt, a memory."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app.log_export import write_log
from service.app.receipt_make import make_receipt
from service.app.transact import transact
from service.bootstrap import environment
from service.config import Settings
from service.demo.population.make import Wanted, make
from service.domain.access import Actor
from service.jobs.tasks import publish_heads
from service.record import notes
from service.record.cosignature import Cosigner
from service.record.keys import NoteVerifier
from service.record.tree import consistency_proof
from service.record.witness.request import encode_request
from service.record.witness.state import State
from service.record.witness.witness import Witness
from service.store.columns import of
from service.store.environment import Environment
from service.store.log_read import known_logs, newest_head
from service.store.tables import Appointment, AppointmentVisitor, Convict, OfficerRole, Person, Relationship
from service.store.tiles import StoredTiles
from service.store.unit_of_work import UnitOfWork

T = TypeVar("T")
UNTIL = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)
CONVICTS = 40


@dataclass
class Kept:
    """What is held outside: the witness, the institution's newest head, a copy of its log, a family's receipt."""

    witness: Witness
    held: dict[str, int]
    head: bytes
    copy: Path
    receipt: bytes


@dataclass
class Scene:
    """An installation with its history; `visit` is a visit that took place, `alone` are convicts nobody visits."""

    folder: Path
    world: Environment
    now: datetime
    house: str
    visit: str
    visitor: str
    convict: str
    alone: tuple[str, ...]
    stranger: str
    remembered: frozenset[str]
    kept: Kept

    @property
    def url(self) -> str:
        """The database's address."""
        return self.world.database.engine.url.render_as_string(hide_password=False)

    def run(self, actor: Actor, act: Callable[[UnitOfWork], T]) -> T:
        """One act, a minute after the one before."""
        self.now += timedelta(minutes=1)
        return transact(self.world, actor, act)

    def officer(self, role: str) -> Actor:
        """The officer who holds a role."""
        row = of(OfficerRole)
        with self.world.database.reading() as session:
            found = session.execute(
                sa.select(row.officer_id).where(
                    row.institution_id == self.house, row.role == role, row.ended_at.is_(None)
                )
            ).scalars()
            return Actor("officer", sorted(found)[0], institution=self.house, roles=frozenset({role}))

    def close(self) -> None:
        """Gives everything back."""
        self.kept.witness.state.close()
        self.world.database.close()


def clean(folder: Path, seed: int) -> Path:
    """A clean history of one institution by seed, in a folder of its own."""
    target = folder / f"clean-{seed}"
    settings = Settings(data_dir=target)
    world = make(settings, Wanted(1, CONVICTS, seed, UNTIL))
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.close()
    return target


def opened(source: Path, target: Path) -> Scene:
    """A copy of a clean history with everything that is held outside, ready for one act."""
    shutil.copytree(source, target)
    world = environment(Settings(data_dir=target))
    scene: list[Scene] = []
    world = world.at(lambda: scene[0].now if scene else UNTIL)
    with world.database.reading() as session:
        house = next(log.id for log in known_logs(session) if log.id != "national")
        chosen = _chosen(session)
    kept = _kept(world, target, house, chosen["visit"])
    made = Scene(target, world, UNTIL + timedelta(hours=1), house, **chosen, kept=kept)
    scene.append(made)
    return made


def ask_witness(world: Environment, kept: Kept) -> dict[str, int]:
    """Takes every log's newest head to the witness, as the feeder does; answers the status of each."""
    answers = {}
    with world.database.reading() as session:
        for log in known_logs(session):
            head = newest_head(session, log.id)
            assert head is not None, "a log has a head"
            held = kept.held.get(log.id, 0)
            try:
                old = min(held, head.size)
                proof = consistency_proof(old, head.size, StoredTiles(session, log.id)) if old else []
            except Exception:
                proof = []
            status = kept.witness.add_checkpoint(encode_request(held, proof, notes.parse(head.note))).status
            if status == 200:
                kept.held[log.id] = head.size
            answers[log.id] = status
    return answers


def _kept(world: Environment, target: Path, house: str, visit: str) -> Kept:
    publish_heads(world)
    cosigner = Cosigner("ombudsman.example/w1", Ed25519PrivateKey.generate())
    with world.database.reading() as session:
        logs = {log.id: log for log in known_logs(session)}
        head = newest_head(session, house)
    assert head is not None
    verifiers = [NoteVerifier.from_vkey(log.verifier_key) for log in logs.values()]
    state = State(target / "witness.state", f"{cosigner.name}+drill", lambda _file: None)
    kept = Kept(Witness(cosigner, verifiers, state, lambda: UNTIL), {}, head.note, target / "copy", b"")
    ask_witness(world, kept)
    write_log(world, logs[house], kept.copy)
    asked = Actor("auditor", "drill")
    receipt = transact(world, asked, partial(make_receipt, appointment=visit))
    assert receipt is not None
    kept.receipt = receipt.data
    return kept


def _chosen(session: sa.orm.Session) -> dict[str, Any]:
    row, seat, tie = of(Appointment), of(AppointmentVisitor), of(Relationship)
    visit = session.execute(
        sa.select(row.id, row.convict_id, seat.id.label("seat"))
        .join(AppointmentVisitor, seat.appointment_id == row.id)
        .where(row.state == "completed", row.kind == "short", row.charge_rule == "interval")
        .order_by(row.starts_at.desc(), row.id, seat.id)
    ).first()
    assert visit is not None, "a clean history has a visit that took place"
    visited = sa.select(row.convict_id)
    alone = session.scalars(sa.select(of(Convict).id).where(of(Convict).id.not_in(visited)).order_by(of(Convict).id))
    known = sa.select(tie.person_id).where(tie.state == "confirmed", tie.represented_by.is_(None))
    theirs = sa.select(tie.person_id).where(sa.or_(tie.convict_id == visit.convict_id, tie.convict_id.not_in(visited)))
    convicts, officers = sa.select(of(Convict).id), sa.select(sa.text("person_id FROM officer"))
    stranger = session.scalars(
        sa.select(of(Person).id)
        .where(of(Person).id.not_in(convicts), of(Person).id.not_in(officers), of(Person).id.in_(known))
        .where(of(Person).id.not_in(theirs))
        .order_by(of(Person).id)
    ).first()
    remembered = session.scalars(sa.select(row.id))
    return {
        "visit": visit.id,
        "visitor": visit.seat,
        "convict": visit.convict_id,
        "alone": tuple(alone),
        "stranger": stranger,
        "remembered": frozenset(remembered),
    }
