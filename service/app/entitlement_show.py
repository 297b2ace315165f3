"""What is left for a family: the law's answer for a day, the last visit, and the credits not yet used."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.appointment_weigh import Visitor, Wish, read_party, weigh_wish
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.answer import Entitlement
from service.domain.refusal import Refusal, refuse
from service.domain.relationship import KNOWN_TO_CLAIMANT
from service.domain.timetable import local_day
from service.store.columns import of
from service.store.environment import Environment
from service.store.facts import ConvictFile, convict_file
from service.store.tables import Convict, Institution, Placement, Relationship


@dataclass(frozen=True, slots=True)
class Family:
    """A confirmed relationship with all that a question about it looks at. `today` is the institution's day."""

    relationship: Relationship
    file: ConvictFile
    visitors: tuple[Visitor, ...]
    institution: Institution
    today: date


@dataclass(frozen=True, slots=True)
class Left:
    """The answer for `day`. `last` is the latest day charged to this kind, `credits` how many are not yet used."""

    day: date
    answer: Entitlement
    last: date | None
    credits: int


def show_entitlement(
    environment: Environment,
    actor: Actor,
    relationship: str,
    *,
    wish: Wish,
    day: date | None = None,
    others: Sequence[str] = (),
) -> Left:
    """May this family have this on that institution-local day (today if none is named), and if not, why and when.

    `others` are relationships of those who would come along. Raises Refusal 'not-found', or 'conflict' while the
    relationship is not confirmed.
    """
    with Reading(environment, actor) as reading:
        family = read_family(reading, relationship, others)
        asked = day or family.today
        answer = weigh_wish(reading, family.file, family.visitors, wish, asked, None)
        return Left(asked, answer, last_charged(family.file, wish), credits_of(family.file, wish))


def read_family(reading: Reading, relationship: str, others: Sequence[str]) -> Family:
    """The relationship, if it is the reader's own and confirmed, with the convict's file and institution."""
    found: Any = reading.session.execute(_with_convict(), {"relationship": relationship}).first()
    if found is None:
        raise Refusal("not-found")
    row, convict, at = found
    persons = frozenset({row.person_id, row.represented_by} - {None})
    require(reading.actor, "appointment.see_times", Target(row.institution_id, persons, convict.id))
    if row.state not in KNOWN_TO_CLAIMANT:
        raise Refusal("not-found")
    if row.state != "confirmed":
        raise refuse("conflict", "not-confirmed")
    file = convict_file(reading.session, convict)
    institution: Institution | None = at if file.institution else None
    if institution is None:
        raise refuse("conflict", "state-does-not-allow")
    visitors = read_party(reading, convict.id, list(dict.fromkeys([relationship, *others])))
    today = local_day(reading.now, ZoneInfo(institution.time_zone))
    return Family(row, file, visitors, institution, today)


@cache  # to build the statement takes longer than to run it
def _with_convict() -> sa.Select[Relationship, Convict, Institution]:
    tie, placement = of(Relationship), of(Placement)
    return (
        sa.select(Relationship, Convict, Institution)
        .join(Convict, of(Convict).id == tie.convict_id)
        .outerjoin(Placement, sa.and_(placement.convict_id == tie.convict_id, placement.until.is_(None)))
        .outerjoin(Institution, of(Institution).id == placement.institution_id)
        .where(tie.id == sa.bindparam("relationship"))
    )


def last_charged(file: ConvictFile, wish: Wish, *, but: str | None = None) -> date | None:
    """The latest day, past or booked, that took from the entitlement of this kind; `but` is left out."""
    days = (one.day for one in file.facts.visits if (one.charged_kind or one.kind) == wish.kind and one.id != but)
    return max(days, default=None)


def credits_of(file: ConvictFile, wish: Wish) -> int:
    """How many visits of this kind were earned or are to be given later, and are not yet used."""
    return sum(1 for credit in file.facts.credits if credit.kind == wish.kind and credit.used_by is None)
