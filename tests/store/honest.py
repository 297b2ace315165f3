"""Honest days at an institution, in any order: families, officers, gates, clocks and jobs do what they may.

What is refused is refused; what is done is in the record. Nothing of it may ever look like tampering.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_close import complete_appointment, miss_appointment
from service.app.appointment_decide import grant_appointment, refuse_appointment
from service.app.appointment_hold import hold_place
from service.app.appointment_move import move_appointment
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.checkpoint_publish import publish_checkpoint
from service.app.convict_admit import Arrival
from service.app.convict_transfer import transfer_convict
from service.app.date_block import block_dates
from service.app.dispute_raise import raise_dispute
from service.app.exception_ask import ask_exception, decide_exception
from service.app.hold_lapse import expired_holds, lapse_hold
from service.app.identity_match import match_identity
from service.app.pass_issue import pass_token
from service.app.relationship_end import revoke_relationship
from service.app.review_nightly import review_appointment, upcoming
from service.app.scan_take import Reading, take_scan
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.log_read import known_logs, newest_head
from service.store.tables import Appointment, EntryPass
from service.store.unit_of_work import UnitOfWork
from tests.builders import SetClock, make_environment
from tests.cast import MAXIMUM, MEDIUM, NOW, Made, World

SYSTEM = Actor("system", "days")
FAMILIES = (
    ("Айгүл", "Ерлан", ()),
    ("Динара", "Ерлан", ("Аружан",)),
    ("Айгүл", "Ерлан", ("Динара",)),
    ("Гульзат", "Олег", ()),
    ("Жанар", "Нұрлан", ()),
    ("Болат", "Ерлан", ()),
    ("Қайрат", "Іңкәр", ()),
)
KINDS = (("long", "long"), ("short", "short"), ("short", "short-afternoon"), ("call", "call"))


@dataclass
class Days:
    """A world of its own, what was booked in it, and the heads that somebody outside has kept."""

    world: World
    url: str
    visits: list[str] = field(default_factory=list)
    stays: list[str] = field(default_factory=list)
    exceptions: list[str] = field(default_factory=list)
    heads: list[bytes] = field(default_factory=list)
    sequence: Any = field(default_factory=count)

    def attempt(self, actor: Actor, use_case: Callable[[UnitOfWork], Any]) -> Any:
        """What the use case answers, or None where it refuses."""
        try:
            return self.world.run(actor, use_case)
        except Refusal:
            return None

    def today(self) -> date:
        return self.world.environment.clock().date()

    def hold(self, family: int, kind: int, ahead: int, exception: int | None = None) -> None:
        who, convict, others = FAMILIES[family % len(FAMILIES)]
        sort, template = KINDS[kind % len(KINDS)]
        used = self.exceptions[exception % len(self.exceptions)] if exception is not None and self.exceptions else None
        world = self.world
        held = self.attempt(
            world.as_relative(who),
            lambda unit: hold_place(
                unit,
                convict=world.people[convict],
                relationships=[world.relations[name, convict] for name in (who, *others)],
                template=world.templates[MEDIUM, template],
                day=self.today() + timedelta(days=ahead),
                wish=Wish(sort, exception=used),
            ),
        )
        if held is not None:
            self.visits.append(held.appointment)

    def on_a_visit(self, which: int, act: str) -> None:
        """One act upon one of the visits booked so far, by somebody who may perhaps do it."""
        if not self.visits:
            return
        world, visit = self.world, self.visits[-1 - which % len(self.visits)]
        with world.environment.database.reading() as session:
            row = session.get_one(Appointment, visit)
        asker = next(name for name, person in world.people.items() if person == row.asked_by)
        family, head = world.as_relative(asker), world.as_officer("head")
        acts: dict[str, tuple[Actor, Callable[[UnitOfWork], Any]]] = {
            "request": (family, lambda unit: request_appointment(unit, appointment=visit)),
            "grant": (head, lambda unit: grant_appointment(unit, appointment=visit)),
            "refuse": (
                head,
                lambda unit: refuse_appointment(unit, appointment=visit, ground="ground-no-document", words="нет"),
            ),
            "cancel": (family, lambda unit: cancel_appointment(unit, appointment=visit, ground="ground-visitor-asks")),
            "move": (
                family,
                lambda unit: move_appointment(
                    unit,
                    appointment=visit,
                    template=world.templates[MEDIUM, "long" if row.kind == "long" else "short-afternoon"],
                    day=row.charge_day + timedelta(days=1),
                ),
            ),
            "miss": (SYSTEM, lambda unit: miss_appointment(unit, appointment=visit)),
            "complete": (SYSTEM, lambda unit: complete_appointment(unit, appointment=visit)),
            "dispute": (
                family,
                lambda unit: raise_dispute(unit, appointment=visit, code="other-time", words="не тогда"),
            ),
        }
        self.attempt(*acts[act])

    def scan(self, which: int, direction: str, offline: str | None) -> None:
        """One of the passes, whatever became of it, is read at the gate."""
        with self.world.environment.database.reading() as session:
            passes = session.scalars(sa.select(EntryPass).order_by(of(EntryPass).issued_at, of(EntryPass).id)).all()
        if passes:
            self._read(passes[which % len(passes)], direction, offline)

    def come(self, which: int, leave: bool) -> None:
        """The clock goes on to a little before a visit, its first pass is read, the face matched; perhaps all leave."""
        if not self.visits:
            return
        visit = self.visits[which % len(self.visits)]
        with self.world.environment.database.reading() as session:
            start = session.get_one(Appointment, visit).starts_at
            entry_pass = session.scalars(sa.select(EntryPass).where(of(EntryPass).appointment_id == visit)).first()
        self.world.clock.set(max(self.world.environment.clock(), start - timedelta(minutes=20)))
        if entry_pass is None:
            return
        self._read(entry_pass, "entry", None)
        self.match(-1, True)
        if leave:
            self.world.clock.tick(minutes=100)
            self._read(entry_pass, "exit", None)
            self.on_a_visit(len(self.visits) - 1 - which % len(self.visits), "complete")

    def _read(self, entry_pass: EntryPass, direction: str, offline: str | None) -> None:
        world = self.world
        with world.environment.database.reading() as session:
            text = pass_token(world.environment, session, entry_pass)
        at = world.environment.clock()
        reading = Reading(world.gates[MEDIUM], next(self.sequence), text, direction, at, offline)
        verdict = self.attempt(world.bridge(MEDIUM), lambda unit: take_scan(unit, reading))
        if verdict is not None and verdict.admission is not None:
            self.stays.append(verdict.admission)

    def match(self, which: int, matched: bool) -> None:
        if self.stays:
            stay = self.stays[which % len(self.stays)]
            self.attempt(
                self.world.as_officer("gate_officer"),
                lambda unit: match_identity(unit, admission=stay, matched=matched),
            )

    def night(self) -> None:
        """The jobs of the night."""
        with self.world.environment.database.reading() as session:
            holds = expired_holds(session, self.world.environment.clock())
            future = upcoming(session, self.world.environment.clock())
        for hold in holds:
            self.attempt(SYSTEM, lambda unit, hold=hold: lapse_hold(unit, *hold))
        for visit in future:
            self.attempt(SYSTEM, lambda unit, visit=visit: review_appointment(unit, appointment=visit) or None)

    def ask_surplus(self, family: int, granted: bool) -> None:
        world, (_, convict, _) = self.world, FAMILIES[family % len(FAMILIES)]
        asked = self.attempt(
            world.as_officer("duty_officer"),
            lambda unit: ask_exception(
                unit, convict=world.people[convict], kind="interval-before", appointment_kind="short",
                ground="grave-illness", article="PEC 106", words="мать больна",
                usable_until=self.today() + timedelta(days=60),
            ),
        )  # fmt: skip
        if asked is not None:
            self.attempt(world.as_officer("head"), lambda unit: decide_exception(unit, request=asked, grant=granted))
            self.exceptions.append(asked)

    def block(self, ahead: int) -> None:
        day = self.today() + timedelta(days=ahead)
        self.attempt(
            self.world.as_officer("head"),
            lambda unit: block_dates(unit, institution=MEDIUM, first=day, last=day, ground="жөндеу"),
        )

    def revoke(self, family: int) -> None:
        who, convict, _ = FAMILIES[family % len(FAMILIES)]
        relationship = self.world.relations[who, convict]
        self.attempt(
            self.world.as_officer("registry_officer"),
            lambda unit: revoke_relationship(unit, relationship=relationship, ground="ground-relation-ended"),
        )

    def transfer(self, family: int) -> None:
        _, convict, _ = FAMILIES[family % len(FAMILIES)]
        arrival = Arrival(MAXIMUM, self.today(), "наряд № 7", "regular")
        self.attempt(
            self.world.as_officer("registry_officer"),
            lambda unit: transfer_convict(unit, convict=self.world.people[convict], arrival=arrival),
        )

    def publish(self) -> None:
        """Heads are signed, and somebody outside keeps them."""
        with self.world.environment.database.reading() as session:
            logs = [row.id for row in known_logs(session)]
        for log in logs:
            self.attempt(SYSTEM, lambda unit, log=log: publish_checkpoint(unit, log=log))
            with self.world.environment.database.reading() as session:
                head = newest_head(session, log)
            if head is not None:  # none is signed while the clock stands behind the record
                self.heads.append(head.note)


def days_of(made: Made, folder: Path, make_copy: Callable[[Path], str]) -> Days:
    """A copy of the cast's world, with its keys, on Monday 2 March 2026."""
    shutil.copytree(made.keys, folder / "keys")
    url = make_copy(folder)
    clock = SetClock(NOW)
    copied = {name: dict(value) for name, value in vars(made.world).items() if isinstance(value, dict)}
    environment = make_environment(url, folder / "keys", clock)
    return Days(replace(made.world, environment=environment, clock=clock, **copied), url)
