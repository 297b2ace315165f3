"""The head or deputy decides (IR 80, 81): granted, with passes, or refused with a ground of the law."""

from dataclasses import dataclass

from service.app.appointment_load import load_appointment, weighing
from service.app.appointment_weigh import insist, weigh
from service.app.family_tell import tell_family
from service.app.pass_issue import issue_passes
from service.domain.access import require
from service.domain.appointment import step
from service.domain.grounds import article_of, check_ground_for
from service.domain.reasons import REASONS
from service.domain.refusal import refuse
from service.store.unit_of_work import UnitOfWork

MAX_WORDS = 1000


@dataclass(frozen=True, slots=True)
class Decided:
    """The decision and the passes it made."""

    appointment: str
    state: str
    passes: tuple[str, ...] = ()


def grant_appointment(unit: UnitOfWork, *, appointment: str) -> Decided:
    """Grants a request after asking the law once more. Raises Refusal 'not-possible' with what changed meanwhile.

    Reasons that only a permission can lift (the head's for other persons, IR 80) are lifted by this act.
    """
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "appointment.decide", loaded.target)
    row = loaded.row
    state, live = step("grant", row.state)
    file, visitors = weighing(unit, loaded)
    insist(weigh(unit, file, visitors, loaded.wish, loaded.day, loaded.start, ignoring=row.id))
    unit.change(row, state=state, live=live, decided_at=unit.now, decided_by=unit.actor.id)
    passes = issue_passes(unit, row, [one.row for one in loaded.party])
    tell_family(unit, loaded, "appointment-granted")
    unit.tell("appointment.granted", row.institution_id)
    return Decided(row.id, state, tuple(one.id for one in passes))


def refuse_appointment(unit: UnitOfWork, *, appointment: str, ground: str, words: str) -> Decided:
    """Refuses a request with a ground of the closed list and words the family will read (IR 81)."""
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "appointment.decide", loaded.target)
    row = loaded.row
    state, live = step("refuse", row.state)
    rule = REASONS.get(ground)
    if rule is None or rule.group != "ground":
        raise refuse("not-possible", "state-does-not-allow")
    check_ground_for(ground, row.kind, loaded.wish.purpose)
    sealed = unit.sealed(type(row), row.id, row.asked_by, ended_words=words[:MAX_WORDS])
    unit.change(
        row,
        state=state,
        live=live,
        decided_at=unit.now,
        decided_by=unit.actor.id,
        ended_at=unit.now,
        ended_code=ground,
        ended_article=article_of(ground, row.kind),
        **sealed,
    )
    tell_family(unit, loaded, "appointment-refused", ground=ground)
    unit.tell("appointment.refused", row.institution_id)
    return Decided(row.id, state)
