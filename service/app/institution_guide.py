"""The way to an institution and what to bring, in each language: kept by the institution, shown with every pass."""

from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlmodel import Session

from service.domain.access import Target, require
from service.domain.identity import clean_line, clean_words
from service.domain.refusal import refuse
from service.store.columns import of
from service.store.tables import Institution, InstitutionGuide
from service.store.unit_of_work import UnitOfWork

LANGUAGES = ("kk", "ru", "en")


@dataclass(frozen=True, slots=True)
class Guide:
    """Where it is, how to get there, whom to call, what to bring besides document and pass."""

    address: str
    directions: str
    phone: str
    bring: str


def set_guide(unit: UnitOfWork, *, institution: str, language: str, guide: Guide) -> str:
    """Sets the words of one language; those before are ended. Raises Refusal for an unknown language or bad text."""
    unit.get(Institution, institution)
    require(unit.actor, "institution.guide", Target(institution))
    if language not in LANGUAGES:
        raise refuse("not-possible", "language-unknown")
    row = of(InstitutionGuide)
    before = unit.session.scalars(
        sa.select(InstitutionGuide)
        .where(row.institution_id == institution, row.language == language, row.ended_at.is_(None))
        .with_for_update()
    ).first()
    if before is not None:
        unit.change(before, ended_at=unit.now)
    new = unit.environment.new_id()
    unit.add(
        InstitutionGuide(
            id=new,
            institution_id=institution,
            language=language,
            address=clean_line(guide.address, 200),
            directions=clean_words(guide.directions, 1000),
            phone=clean_line(guide.phone, 40),
            bring=clean_words(guide.bring, 600),
            set_at=unit.now,
        )
    )
    unit.tell("institution.guide_set", institution)
    return new


def guide_of(session: Session, institution: str, language: str) -> Guide | None:
    """The words in that language; where there are none, in another; None where the institution wrote none."""
    found = session.execute(_words_of(), {"institution": institution}).all()
    wanted = sorted(found, key=lambda one: (one.language != language, one.language))
    return Guide(*wanted[0][1:]) if wanted else None


@cache  # to build the statement takes longer than to run it
def _words_of() -> sa.Select[tuple[str, str, str, str, str]]:
    row = of(InstitutionGuide)
    return sa.select(row.language, row.address, row.directions, row.phone, row.bring).where(
        row.institution_id == sa.bindparam("institution"), row.ended_at.is_(None)
    )


def all_guides(session: Session, language: str) -> list[tuple[Institution, Guide | None]]:
    """Every institution with its words in that language, by number: what anybody may know."""
    institutions = session.scalars(sa.select(Institution).order_by(of(Institution).number)).all()
    return [(one, guide_of(session, one.id, language)) for one in institutions]
