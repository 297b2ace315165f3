"""One officer alone makes no relation, exception, role or merge: whatever is called, in any order, with any role.

The officer holds every set of roles that one person may hold, at one institution; families and convicts do their own
part honestly. Afterwards nothing of what takes two exists that was not there before.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.app.exception_ask import ask_exception, ask_reopening, decide_exception
from service.app.factor_reset import ask_reset, decide_reset
from service.app.person_merge import ask_merge, decide_merge
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_decide import (
    confirm_relationship,
    permit_relationship,
    refuse_relationship,
    verify_relationship,
)
from service.app.relationship_end import revoke_relationship
from service.app.role_give import approve_role, ask_role, end_role, found_role
from service.domain.access import AUDITOR, EXCLUSIVE, ROLES, Actor
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import ExceptionRequest, FactorReset, OfficerRole, PersonMerge, Relationship
from service.store.unit_of_work import UnitOfWork
from tests.browser.faces import sqlite_world
from tests.cast import MEDIUM, Made, World

FORBIDDEN: tuple[tuple[type[Any], str, str], ...] = (
    (Relationship, "state", "confirmed"),
    (ExceptionRequest, "state", "granted"),
    (PersonMerge, "state", "granted"),
    (FactorReset, "state", "done"),
)
Step = Callable[[UnitOfWork, World, int, int], object]


def ids(world: World, table: type[Any]) -> list[str]:
    with world.environment.database.reading() as session:
        return list(session.scalars(sa.select(of(table).id).order_by(of(table).id)))


def made(world: World) -> dict[str, set[str]]:
    """What takes two, as it stands: ids by table, and the roles held."""
    found: dict[str, set[str]] = {}
    with world.environment.database.reading() as session:
        for table, column, value in FORBIDDEN:
            row = of(table)
            found[table.__name__] = set(session.scalars(sa.select(row.id).where(row[column] == value)))
        role = of(OfficerRole)
        found["role"] = set(session.scalars(sa.select(role.id).where(role.started_at.is_not(None))))
    return found


def one_of(world: World, table: type[Any], number: int) -> str:
    known = ids(world, table)
    return known[number % len(known)] if known else "0" * 32


STEPS: tuple[Step, ...] = (
    lambda u, w, n, m: accept_relationship(u, relationship=one_of(w, Relationship, n), paper="№ 1"),
    lambda u, w, n, m: decline_relationship(u, relationship=one_of(w, Relationship, n), paper="№ 1"),
    lambda u, w, n, m: verify_relationship(u, relationship=one_of(w, Relationship, n), basis="паспорт"),
    lambda u, w, n, m: confirm_relationship(u, relationship=one_of(w, Relationship, n)),
    lambda u, w, n, m: permit_relationship(u, relationship=one_of(w, Relationship, n)),
    lambda u, w, n, m: refuse_relationship(u, relationship=one_of(w, Relationship, n), ground="ground-no-document"),
    lambda u, w, n, m: revoke_relationship(u, relationship=one_of(w, Relationship, n), ground="ground-false-papers"),
    lambda u, w, n, m: ask_exception(
        u, convict=w.people["Ерлан"], kind="interval-before", appointment_kind="short", ground="humanitarian",
        article="PEC 106", words="надо", usable_until=date(2026, 4, 1),
    ),
    lambda u, w, n, m: ask_reopening(
        u, relationship=one_of(w, Relationship, n), ground="refused-in-error", article="IR 86", words="надо"
    ),
    lambda u, w, n, m: decide_exception(u, request=one_of(w, ExceptionRequest, n), grant=True),
    lambda u, w, n, m: ask_merge(
        u, kept=one_of(w, Relationship, n), ended=one_of(w, Relationship, m), ground="same-phone", words="надо"
    ),
    lambda u, w, n, m: decide_merge(u, request=one_of(w, PersonMerge, n), grant=True),
    lambda u, w, n, m: ask_role(
        u, officer=sorted(w.logins.values())[m % len(w.logins)], institution=MEDIUM, role=ROLES[n % len(ROLES)]
    ),
    lambda u, w, n, m: found_role(u, officer=u.actor.id, institution=MEDIUM, role=ROLES[n % len(ROLES)]),
    lambda u, w, n, m: approve_role(u, role=one_of(w, OfficerRole, n)),
    lambda u, w, n, m: end_role(u, role=one_of(w, OfficerRole, n), reason="moved"),
    lambda u, w, n, m: ask_reset(u, officer=sorted(w.logins.values())[n % len(w.logins)]),
    lambda u, w, n, m: decide_reset(u, request=one_of(w, FactorReset, n), reset=True),
)  # fmt: skip

lawful_roles = st.sets(st.sampled_from([role for role in ROLES if role != AUDITOR]), min_size=1).filter(
    lambda roles: not any(pair <= roles for pair in EXCLUSIVE)
)
steps = st.lists(
    st.tuples(st.integers(0, len(STEPS) - 1), st.integers(0, 40), st.integers(0, 40)), min_size=4, max_size=25
)


@pytest.fixture(scope="module")
def stage(sqlite_cast: Made, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """One world for all examples: what one officer could not do yesterday must not be possible today either."""
    folder: Path = tmp_path_factory.mktemp("alone")
    with sqlite_world(sqlite_cast, folder) as world:
        for relative in ("Айгүл", "Динара", "Гульзат", "Жанар"):
            for convict in ("Ерлан", "Олег", "Нұрлан", "Иван"):
                if (relative, convict) not in world.relations:
                    world.claim(relative, convict, "other")
        yield world


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(roles=lawful_roles, tried=steps)
def test_one_officer_alone_makes_nothing_that_takes_two(
    stage: World, roles: set[str], tried: list[tuple[int, int, int]]
) -> None:
    alone = replace(stage.as_officer("gate_officer"), roles=frozenset(roles))
    before = made(stage)
    friend = stage.relations["Сергей", "Ерлан"]  # another officer has verified it: what is left takes one more
    for step, first, second in tried:
        try:
            stage.run(alone, partial(_take, STEPS[step], stage, first, second))
        except Refusal:
            continue
    after = made(stage)
    mine = Completed(stage, alone)
    for name, found in after.items():
        assert not {one for one in found - before[name] if mine.both_halves(name, one)}, (name, roles)
    assert friend not in after["Relationship"] or not mine.both_halves("Relationship", friend)


def _take(step: Step, world: World, first: int, second: int, unit: UnitOfWork) -> object:
    return step(unit, world, first, second)


class Completed:
    """Whose two halves stand in a row that takes two."""

    HALVES: ClassVar[Mapping[str, tuple[type[Any], str, str]]] = {
        "Relationship": (Relationship, "verified_by", "confirmed_by"),
        "ExceptionRequest": (ExceptionRequest, "asked_by", "decided_by"),
        "PersonMerge": (PersonMerge, "asked_by", "decided_by"),
        "FactorReset": (FactorReset, "asked_by", "decided_by"),
        "role": (OfficerRole, "asked_by", "approved_by"),
    }

    def __init__(self, world: World, alone: Actor) -> None:
        self._world, self._alone = world, alone

    def both_halves(self, name: str, row_id: str) -> bool:
        """Whether one officer did both, or a half is missing."""
        table, first, second = self.HALVES[name]
        with self._world.environment.database.reading() as session:
            row = session.get_one(table, row_id)
        one, other = getattr(row, first), getattr(row, second)
        return one is None or other is None or one == other


def test_the_same_steps_by_two_do_make_it(stage: World) -> None:
    asked = stage.run(
        stage.as_officer("duty_officer"),
        lambda unit: ask_exception(
            unit, convict=stage.people["Олег"], kind="interval-before", appointment_kind="short",
            ground="humanitarian", article="PEC 106", words="надо", usable_until=date(2026, 4, 1),
        ),
    )  # fmt: skip
    head = stage.as_officer("head")
    assert stage.run(head, lambda unit: decide_exception(unit, request=asked, grant=True)) == "granted"
