"""Cards of convicts: issued with a first PIN that works once, ended when lost; nobody but the convict knows his PIN."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.app.convict_find import whereabouts
from service.app.officer_sign_in import HASHER
from service.app.reading import Reading
from service.domain.access import Actor, Target, require
from service.domain.identity import clean_line
from service.domain.pins import DIGITS, is_weak
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import ConvictCard
from service.store.unit_of_work import UnitOfWork

ENDINGS = ("lost", "stolen", "replaced", "released", "transferred")


@dataclass(frozen=True, slots=True)
class CardIssued:
    """The card, and the PIN for its first use: printed once on a sealed slip, kept nowhere."""

    card: str
    first_pin: str


def issue_card(unit: UnitOfWork, *, convict: str, number: str) -> CardIssued:
    """Gives a convict the card with that number; a card he still had ends as replaced.

    Raises Refusal 'already-there' for a card somebody has, 'not-found' for nobody of this institution.
    """
    where = whereabouts(unit, convict)
    require(unit.actor, "card.issue", Target(where.here))
    plain = clean_card(number)
    before = live_card(unit, convict)
    if before is not None:
        unit.change(before, ended_at=unit.now, ended_code="replaced")
    pin = _first_pin(unit)
    card = unit.environment.new_id()
    unit.add(
        ConvictCard(
            id=card,
            institution_id=where.here,
            convict_id=convict,
            number_index=unit.environment.vault.index("convict_card.number", plain),
            pin_hash=HASHER.hash(pin),
            first_pin=True,
            issued_at=unit.now,
            issued_by=unit.actor.id if unit.actor.principal == "officer" else None,
            **unit.sealed(ConvictCard, card, convict, number=plain),
        )
    )
    unit.tell("card.issued", where.here)
    return CardIssued(card, pin)


def show_card(environment: Environment, actor: Actor, *, convict: str) -> ConvictCard | None:
    """The card a convict of the officer's institution has now; its number and hashes stay sealed."""
    with Reading(environment, actor) as reading:
        require(actor, "card.end", Target(whereabouts(reading, convict).here))
        return live_card(reading, convict)


def end_card(unit: UnitOfWork, *, convict: str, code: str) -> None:
    """The convict's card opens nothing any more. Raises Refusal 'conflict' where he has none."""
    where = whereabouts(unit, convict)
    require(unit.actor, "card.end", Target(where.here))
    if code not in ENDINGS:
        raise refuse("not-possible", "choice-unknown")
    card = live_card(unit, convict)
    if card is None:
        raise refuse("conflict", "state-does-not-allow")
    unit.change(card, ended_at=unit.now, ended_code=code)
    unit.tell("card.ended", card.institution_id)


def clean_card(number: str) -> str:
    """A card's number as readers send it: hexadecimal or decimal digits. Raises Refusal 'card-unreadable'."""
    try:
        plain = clean_line(number, 40).replace(" ", "").upper()
    except Refusal:
        plain = ""
    if not 6 <= len(plain) <= 40 or not set(plain) <= set("0123456789ABCDEF"):
        raise refuse("not-possible", "card-unreadable")
    return plain


def _first_pin(unit: UnitOfWork) -> str:
    while True:
        pin = f"{int.from_bytes(unit.environment.random_bytes(16)) % 10**DIGITS:0{DIGITS}}"
        if not is_weak(pin):
            return pin


def live_card(unit: UnitOfWork, convict: str) -> ConvictCard | None:
    """The card the convict has now."""
    row = of(ConvictCard)
    return unit.session.scalars(sa.select(ConvictCard).where(row.convict_id == convict, row.ended_at.is_(None))).first()
