"""Cancelling, by the family, the convict or an officer: always with a coded reason, and everybody is told."""

from service.app.appointment_load import load_appointment
from service.app.call_keep import withdraw_call
from service.app.family_tell import tell_family
from service.app.pass_issue import revoke_passes
from service.domain.access import require
from service.domain.appointment import CANCEL_CODES_CONVICT, CANCEL_CODES_FAMILY, step
from service.domain.grounds import article_of, check_ground_for
from service.domain.reasons import REASONS
from service.domain.refusal import refuse
from service.store.unit_of_work import UnitOfWork

MAX_WORDS = 1000


def cancel_appointment(unit: UnitOfWork, *, appointment: str, ground: str, words: str | None = None) -> str:
    """Ends a held, requested or granted appointment; its place and its part of the entitlement are free again.

    `ground` is a code of the closed list; relatives and convicts have their own, officers must add words.
    Raises Refusal 'not-true-of-this-call' for a call and a ground that is of visits alone.
    """
    loaded = load_appointment(unit, appointment)
    require(unit.actor, "appointment.cancel", loaded.target)
    row = loaded.row
    state, live = step("cancel", row.state)
    if unit.now >= row.starts_at:
        raise refuse("conflict", "state-does-not-allow")
    _check_ground(unit, ground, words)
    check_ground_for(ground, row.kind, loaded.wish.purpose)
    sealed = unit.sealed(type(row), row.id, row.asked_by, ended_words=words and words[:MAX_WORDS])
    unit.change(
        row,
        state=state,
        live=live,
        ended_at=unit.now,
        ended_code=ground,
        ended_article=article_of(ground, row.kind),
        **sealed,
    )
    revoke_passes(unit, row.id, ground)
    withdraw_call(unit, row.id, ground)
    tell_family(unit, loaded, "appointment-cancelled", ground=ground)
    unit.tell("appointment.cancelled", row.institution_id)
    return state


def _check_ground(unit: UnitOfWork, ground: str, words: str | None) -> None:
    own = {"relative": CANCEL_CODES_FAMILY, "kiosk": CANCEL_CODES_CONVICT}.get(unit.actor.principal)
    rule = REASONS.get(ground)
    if rule is None or rule.group != "ground" or (own is not None and ground not in own):
        raise refuse("not-possible", "state-does-not-allow")
    if own is None and not (words or "").strip():
        raise refuse("not-possible", "state-does-not-allow")
