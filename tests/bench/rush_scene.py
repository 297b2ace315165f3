"""Who takes part in the rush: families whom the law allows a long visit in its month, and passes at the gates."""

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.appointment_decide import grant_appointment
from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.device_add import add_device
from service.app.pass_issue import pass_token
from service.app.room_open import open_room
from service.app.session_open import open_session
from service.app.times_list import list_times
from service.app.timetable_change import open_sessions
from service.app.transact import transact
from service.domain.access import HEAD, Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Account, EntryPass, Gate, OfficerRole, Relationship
from service.store.unit_of_work import UnitOfWork
from tests.race.families import world_of

T = TypeVar("T")
ZONE = ZoneInfo("Asia/Almaty")
CONSOLE = Actor("system", "console")
SETTLED = timedelta(days=46)
"""The population's calendar is filled this far ahead; the month that opens begins later."""
AT_ONCE = 200
GATES = 12
PASSES = 4


@dataclass(frozen=True)
class Tie:
    """A relative with an account, and their relationship."""

    institution: str
    account: str
    person: str
    relationship: str
    convict: str

    def actor(self) -> Actor:
        """The relative, signed in."""
        return Actor("relative", self.account, self.person)


@dataclass(frozen=True)
class Door:
    """A bridge at a gate, with the tokens of passes that open it now."""

    gate: str
    key: str
    tokens: tuple[str, ...]


@dataclass(frozen=True)
class Scene:
    """What the clients are told: the month that opens, sessions of relatives (cookie, relationship), and gates."""

    month: str
    sessions: tuple[tuple[str, str], ...]
    doors: tuple[Door, ...]

    def write(self, file: Path) -> None:
        """The scene as JSON."""
        file.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, file: Path) -> "Scene":
        """The scene written before."""
        known = json.loads(file.read_text(encoding="utf-8"))
        doors = tuple(Door(one["gate"], one["key"], tuple(one["tokens"])) for one in known["doors"])
        return cls(known["month"], tuple((token, tie) for token, tie in known["sessions"]), doors)


def prepare(url: str, keys: Path, families: int, processes: int = 1) -> Scene:
    """Signs so many families in, each of another convict, and opens gates. Raises ValueError where the law allows the
    visit to fewer."""
    world = world_of(url, keys)
    with closing(world.database):
        return _prepared(world, (url, keys), families, processes)


def _prepared(world: Environment, where: tuple[str, Path], families: int, processes: int) -> Scene:
    today = world.clock().astimezone(ZONE).date()
    month = _first_after(today + SETTLED)
    ties = _ties(world)
    doors, entering = [], set[str]()
    for code in sorted({one.institution for one in ties})[:GATES]:
        door, inside = _door(world, code, [one for one in ties if one.institution == code])
        doors.append(door)
        entering |= inside
    asking = [one for one in ties if one.convict not in entering]
    chosen = list(islice(_allowed(where, asking, month, processes), families))
    if len(chosen) < families:
        raise ValueError(f"the law allows the visit to {len(chosen)} families of {families}")
    sessions: list[tuple[str, str]] = []
    for some in _lots(chosen):
        sessions += transact(world, CONSOLE, lambda unit, some=some: _signed_in(unit, some))  # type: ignore[misc]
    return Scene(f"{month:%Y-%m}", tuple(sessions), tuple(doors))


def _first_after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)


def _ties(world: Environment) -> list[Tie]:
    """One relative of each convict, in an order that is always the same and nobody's."""
    tie, account = of(Relationship), of(Account)
    with world.database.reading() as session:
        rows = session.execute(
            sa.select(tie.institution_id, account.id, tie.person_id, tie.id, tie.convict_id)
            .join(Account, account.person_id == tie.person_id)
            .where(tie.state == "confirmed", tie.represented_by.is_(None), account.closed_at.is_(None))
            .order_by(tie.id)
        ).all()
    found = list({row[4]: Tie(*row) for row in rows}.values())
    random.Random(1).shuffle(found)
    return found


def _allowed(where: tuple[str, Path], ties: Sequence[Tie], month: date, processes: int) -> Iterator[Tie]:
    """Those who see free days of the month, in their order."""
    if processes == 1:
        for lot in _lots(ties):
            yield from _see_days(where, lot, month)
        return
    with ProcessPoolExecutor(processes, get_context("spawn")) as pool:
        for some in _lots(ties, AT_ONCE * processes * 4):
            lots = list(_lots(some))
            for found in pool.map(_see_days, [where] * len(lots), lots, [month] * len(lots)):
                yield from found


def _see_days(where: tuple[str, Path], ties: Sequence[Tie], month: date) -> list[Tie]:
    world = world_of(*where)
    found = []
    for one in ties:
        times = list_times(world, one.actor(), one.relationship, wish=Wish("long"), year=month.year, month=month.month)
        if times.offers:
            found.append(one)
    world.database.close()
    return found


def _signed_in(unit: UnitOfWork, ties: Iterable[Tie]) -> list[tuple[str, str]]:
    return [(open_session(unit, "relative", one.account), one.relationship) for one in ties]


def _door(world: Environment, code: str, ties: Iterable[Tie]) -> tuple[Door, set[str]]:
    """A bridge at the institution's gate, and visits within the hour for the first whom the law allows one."""
    row, role = of(Gate), of(OfficerRole)
    with world.database.reading() as session:
        gate = session.scalars(sa.select(row.id).where(row.institution_id == code).order_by(row.id)).first()
        head = session.scalars(
            sa.select(role.officer_id).where(role.institution_id == code, role.role == HEAD, role.ended_at.is_(None))
        ).first()
    assert gate is not None
    added = transact(
        world, CONSOLE, lambda unit: add_device(unit, institution=code, kind="bridge", name="r", gate=gate)
    )
    soon = (world.clock().astimezone(ZONE) + timedelta(hours=1)).replace(second=0, microsecond=0)
    seats = [str(number) for number in range(PASSES)]
    opened = transact(
        world,
        CONSOLE,
        lambda unit: open_room(unit, institution=code, kind="short", name="0", gate=gate, places=seats),
    )
    template = transact(
        world,
        CONSOLE,
        lambda unit: open_sessions(
            unit,
            room=opened.room,
            weekdays="1234567",
            starts=f"{soon:%H:%M}",
            minutes=120,
            valid_from=world.clock().astimezone(ZONE).date(),
        ),
    )
    deciding = Actor("officer", head or "", None, code, frozenset({HEAD}))
    tokens, inside = [], set()
    for tie in ties:
        if len(tokens) == PASSES:
            break
        try:
            tokens.append(_pass(world, tie, template, soon.date(), deciding))
        except Refusal:  # the law does not allow this family a visit today
            continue
        inside.add(tie.convict)
    return Door(gate, added.key, tuple(tokens)), inside


def _pass(world: Environment, tie: Tie, template: str, day: date, head: Actor) -> str:
    held = transact(
        world,
        tie.actor(),
        lambda unit: hold_place(
            unit,
            convict=tie.convict,
            relationships=[tie.relationship],
            template=template,
            day=day,
            wish=Wish("short"),
        ),
    )
    transact(world, tie.actor(), lambda unit: request_appointment(unit, appointment=held.appointment))
    decided = transact(world, head, lambda unit: grant_appointment(unit, appointment=held.appointment))
    with world.database.reading() as session:
        return pass_token(world, session, session.get_one(EntryPass, decided.passes[0]))


def _lots(ties: Sequence[T], size: int = AT_ONCE) -> Iterator[Sequence[T]]:
    for first in range(0, len(ties), size):
        yield ties[first : first + size]
