"""What a convict's degree and condition are, which penalties stand, and the computed way on (PEC 95, 103, 130-150)."""

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.behaviour import proposals
from service.domain.behaviour_facts import Penalty, Proposal
from service.domain.calendar import add_months
from service.domain.facts import in_force
from service.domain.penalties import live_penalties
from service.domain.refusal import Refusal
from service.domain.standing import degree_on
from service.domain.timetable import local_day
from service.store.behaviour import behaviour_facts
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import ContactPerson, Convict, Institution, Placement


@dataclass(frozen=True, slots=True)
class Way:
    """As seen on `today`, a day of the institution. `spent_on`: from that day the live penalties count no more.

    `steps` are what may be decided next, by head or commission: what is possible first, then the soonest. `contact` is
    the relationship of whoever is told of transfer and release, where he named one.
    """

    today: date
    condition: str | None
    degree: int
    penalties: tuple[Penalty, ...]
    spent_on: date | None
    steps: tuple[Proposal, ...]
    contact: str | None


def show_way(environment: Environment, actor: Actor) -> Way:
    """The same reading of the file as the desk's. Raises Refusal 'not-found' where the convict does not serve here."""
    with Reading(environment, actor) as reading:
        require(actor, "convict_request.see", Target(actor.institution, convict=actor.person))
        institution = reading.get(Institution, actor.institution or "")
        convict = reading.get(Convict, actor.person or "")
        _serves_here(reading)
        today, law = local_day(reading.now, ZoneInfo(institution.time_zone)), environment.law
        facts = behaviour_facts(reading.session, convict, today)
        live = live_penalties(law, facts, today)
        condition = in_force(facts.convict.conditions, today)
        return Way(
            today,
            None if condition is None else condition.condition,
            degree_on(facts.convict, today),
            live,
            add_months(live[-1].on, law.behaviour.penalty_spent_months) if live else None,
            tuple(sorted(proposals(law, facts, today), key=lambda step: (not step.ready(today), _soonest(step)))),
            _contact(reading),
        )


def _soonest(step: Proposal) -> date:
    return step.not_before or step.earliest or date.max


def _serves_here(reading: Reading) -> None:
    row = of(Placement)
    here = sa.select(row.id).where(
        row.convict_id == reading.actor.person, row.institution_id == reading.actor.institution, row.until.is_(None)
    )
    if reading.session.execute(here).first() is None:
        raise Refusal("not-found")


def _contact(reading: Reading) -> str | None:
    row = of(ContactPerson)
    found = reading.session.execute(
        sa.select(row.relationship_id).where(row.convict_id == reading.actor.person, row.ended_at.is_(None))
    ).scalar()
    return None if found is None else str(found)
