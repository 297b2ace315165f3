"""Openings given to an auditor: asked by one auditor, granted by another, handed out once as a file.

With them the auditor's own verifier reads who stands behind the commitments of one institution's log. That they were
given, to whom, on whose word and exactly which file, are events of that log: nobody reads quietly.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from service.domain.access import Target, require
from service.domain.identity import clean_line
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.openings import open_opening
from service.store.tables import Institution, Opening, OpeningRelease, Person
from service.store.unit_of_work import UnitOfWork
from service.store.verify.mirror.openings import head_line, line_of

GROUNDS = ("complaint", "inspection", "criminal-case", "court-order", "lead")
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A file of openings: how many it holds, and its SHA-256 as hexadecimal digits, which stands in the record."""

    release: str
    openings: int
    sha256: str


def ask_openings(unit: UnitOfWork, *, institution: str, ground: str, paper: str) -> str:
    """An auditor asks for the openings of an institution's log; answers the request's id.

    `ground` is one of GROUNDS, `paper` the number of the paper it rests on. Raises Refusal.
    """
    require(unit.actor, "openings.ask", Target(institution))
    unit.get(Institution, institution)
    if ground not in GROUNDS:
        raise refuse("not-possible", "choice-unknown")
    request = unit.environment.new_id()
    unit.add(
        OpeningRelease(
            id=request,
            institution_id=institution,
            ground=ground,
            paper=clean_line(paper, 80),
            state="asked",
            asked_by=unit.actor.id,
            asked_at=unit.now,
        )
    )
    unit.tell("openings.asked", institution)
    return request


def decide_openings(unit: UnitOfWork, *, request: str, grant: bool) -> str:
    """Another auditor grants or refuses; answers the new state. Raises Refusal."""
    row = unit.get(OpeningRelease, request, lock=True)
    require(unit.actor, "openings.decide", Target(row.institution_id, not_by=frozenset({row.asked_by})))
    if row.state != "asked":
        raise refuse("conflict", "state-does-not-allow")
    state = "granted" if grant else "refused"
    unit.change(row, state=state, decided_by=unit.actor.id, decided_at=unit.now)
    unit.tell(f"openings.{state}", row.institution_id)
    return state


def release_openings(unit: UnitOfWork, *, request: str, file: Path) -> HandedOut:
    """Whoever asked takes the file, once. It holds the openings of everybody of whom that log speaks, in every log.

    A convict's history goes on elsewhere, and is needed to weigh what was granted here. Who was erased is not in it.
    The file is written before the transaction ends: if that fails, the file is worth nothing, as no event names it.
    Raises Refusal, OSError (also where the file is there already).
    """
    row = unit.get(OpeningRelease, request, lock=True)
    require(unit.actor, "openings.release", Target(row.institution_id))
    if row.asked_by != unit.actor.id:
        raise Refusal("not-found")
    if row.state != "granted":
        raise refuse("conflict", "state-does-not-allow")
    digest, count = hashlib.sha256(), -1
    with file.open("w", encoding="utf-8") as out:
        for line in _lines(unit, row):
            out.write(f"{line}\n")
            digest.update(f"{line}\n".encode())
            count += 1
    sha256 = digest.hexdigest()
    unit.change(row, state="released", released_at=unit.now, events=count, sha256=sha256)
    unit.tell("openings.released", row.institution_id)
    return HandedOut(row.id, count, sha256)


def _lines(unit: UnitOfWork, row: OpeningRelease) -> Iterator[str]:
    yield head_line(row.id, row.institution_id)
    opening, person = of(Opening), of(Person)
    people = unit.session.scalars(
        sa.select(opening.person_id).where(opening.log_id == row.institution_id).distinct().order_by(opening.person_id)
    ).all()
    for start in range(0, len(people), AT_ONCE):
        some = people[start : start + AT_ONCE]
        found = unit.session.scalars(sa.select(Person).where(person.id.in_(some))).all()
        unit.meet(*(one for one in found if one.wrapped_key is not None))
        readable = {one.id for one in found if one.wrapped_key is not None}
        rows = unit.session.execute(
            sa.select(opening.log_id, opening.number, opening.person_id, opening.sealed)
            .where(opening.person_id.in_(some))
            .order_by(opening.log_id, opening.number, opening.person_id)
        )
        for log, number, whose, sealed in rows:
            shown = open_opening(unit.key_of(whose), log, number, bytes(sealed)) if whose in readable else {}
            yield line_of(log, number, whose, shown)
