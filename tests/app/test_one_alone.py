"""One officer alone makes no relation, exception, role or merge: whatever is called, in any order, with any role.

The officer holds every set of roles that one person may hold, at one institution; families and convicts do their own
part honestly. Afterwards nothing of what takes two exists that was not there before.
"""

import ast
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
from service.app.person_erase import ask_erasure, decide_erasure
from service.app.person_merge import ask_merge, decide_merge
from service.app.registry_ask import ask_registry
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_decide import (
    confirm_relationship,
    list_relationship,
    permit_relationship,
    refuse_relationship,
    verify_relationship,
)
from service.app.relationship_end import revoke_relationship
from service.app.role_give import approve_role, ask_role, end_role, found_role
from service.app.transact import transact
from service.domain.access import AUDITOR, EXCLUSIVE, HALVES, POLICY, ROLES, Actor, Target
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import ErasureRequest, ExceptionRequest, FactorReset, OfficerRole, PersonMerge, Relationship
from service.store.unit_of_work import UnitOfWork
from tests.browser.faces import sqlite_world
from tests.cast import MEDIUM, Made, World

FORBIDDEN: tuple[tuple[type[Any], str, str], ...] = (
    (Relationship, "state", "confirmed"),
    (ExceptionRequest, "state", "granted"),
    (PersonMerge, "state", "granted"),
    (FactorReset, "state", "done"),
    (ErasureRequest, "state", "done"),
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


def tie(world: World, number: int) -> str:
    return one_of(world, Relationship, number)


STEPS: Mapping[Callable[..., Any], Step] = {
    accept_relationship: lambda u, w, n, m: accept_relationship(u, relationship=tie(w, n), paper="№ 1"),
    decline_relationship: lambda u, w, n, m: decline_relationship(u, relationship=tie(w, n), paper="№ 1"),
    verify_relationship: lambda u, w, n, m: verify_relationship(u, relationship=tie(w, n), basis="паспорт"),
    confirm_relationship: lambda u, w, n, m: confirm_relationship(u, relationship=tie(w, n)),
    permit_relationship: lambda u, w, n, m: permit_relationship(u, relationship=tie(w, n)),
    refuse_relationship: lambda u, w, n, m: refuse_relationship(u, relationship=tie(w, n), ground="ground-medical"),
    revoke_relationship: lambda u, w, n, m: revoke_relationship(u, relationship=tie(w, n), ground="ground-medical"),
    ask_exception: lambda u, w, n, m: ask_exception(
        u, convict=w.people["Ерлан"], kind="interval-before", appointment_kind="short", ground="humanitarian",
        article="PEC 106", words="надо", usable_until=date(2026, 4, 1),
    ),
    ask_reopening: lambda u, w, n, m: ask_reopening(
        u, relationship=tie(w, n), ground="refused-in-error", article="IR 86", words="надо"
    ),
    decide_exception: lambda u, w, n, m: decide_exception(u, request=one_of(w, ExceptionRequest, n), grant=True),
    ask_merge: lambda u, w, n, m: ask_merge(
        u, kept=tie(w, n), ended=tie(w, m), ground="same-phone", words="надо"
    ),
    decide_merge: lambda u, w, n, m: decide_merge(u, request=one_of(w, PersonMerge, n), grant=True),
    ask_role: lambda u, w, n, m: ask_role(
        u, officer=sorted(w.logins.values())[m % len(w.logins)], institution=MEDIUM, role=ROLES[n % len(ROLES)]
    ),
    found_role: lambda u, w, n, m: found_role(u, officer=u.actor.id, institution=MEDIUM, role=ROLES[n % len(ROLES)]),
    approve_role: lambda u, w, n, m: approve_role(u, role=one_of(w, OfficerRole, n)),
    end_role: lambda u, w, n, m: end_role(u, role=one_of(w, OfficerRole, n), reason="moved"),
    ask_reset: lambda u, w, n, m: ask_reset(u, officer=sorted(w.logins.values())[n % len(w.logins)]),
    decide_reset: lambda u, w, n, m: decide_reset(u, request=one_of(w, FactorReset, n), reset=True),
    ask_erasure: lambda u, w, n, m: ask_erasure(u, person=sorted(w.people.values())[n % len(w.people)]),
    decide_erasure: lambda u, w, n, m: decide_erasure(u, request=one_of(w, ErasureRequest, n), erase=True),
    list_relationship: lambda u, w, n, m: list_relationship(u, relationship=tie(w, n), listed=True),
    ask_registry: lambda u, w, n, m: ask_registry(u, relationship=tie(w, n)),
}  # fmt: skip

ABOUT = ("relationship", "exception", "reopening", "merge", "role", "factor_reset", "erasure")
OF_TWO = tuple(act for act in POLICY if act.partition(".")[0] in ABOUT)
"""Everything the policy knows about what takes two."""


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
            stage.run(alone, partial(_take, tuple(STEPS.values())[step], stage, first, second))
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
        "ErasureRequest": (ErasureRequest, "asked_by", "decided_by"),
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


def use_cases_asking(acts: set[str]) -> dict[str, set[str]]:
    """By act, the functions of `service.app` that ask the policy for it; for a part of them, whoever calls the part."""
    found: dict[str, set[str]] = {}
    for file in sorted(Path(transact.__code__.co_filename).parent.glob("*.py")):
        steps = [one for one in ast.parse(file.read_text(encoding="utf-8")).body if isinstance(one, ast.FunctionDef)]
        calls = {
            step.name: [one for one in ast.walk(step) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)]
            for step in steps
            if step.args.args and step.args.args[0].arg == "unit"
        }
        for name, made in calls.items():
            asks = [one.args[1] for one in made if one.func.id == "require" and len(one.args) > 1]  # type: ignore[attr-defined]
            said = {one.value for ask in asks for one in ast.walk(ask) if isinstance(one, ast.Constant)}
            callers = {
                other
                for other, theirs in calls.items()
                if name in {one.func.id for one in theirs}  # type: ignore[attr-defined]
            }
            for act in said & acts:
                found.setdefault(act, set()).update(callers if name.startswith("_") else {name})
    return found


def test_every_use_case_about_what_takes_two_is_among_the_steps() -> None:
    """Found in the code itself: whatever asks the policy for such an act, in a transaction, as an officer may."""
    everybody = Actor("officer", "x", "y", MEDIUM, frozenset(ROLES))
    officers = {act for act in OF_TWO if any(rule(everybody, Target(MEDIUM)) for rule in POLICY[act])}
    found = use_cases_asking(officers)
    assert {act for halves in HALVES for act in halves} <= set(OF_TWO)
    reached = {name for names in found.values() for name in names}
    assert {act for halves in HALVES for act in halves} <= set(found), "a half that no use case asks the policy for"
    assert reached - {one.__name__ for one in STEPS} == set(), "a use case that the property does not try"


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
