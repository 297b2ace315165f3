"""A convict shows his card and enters his PIN; unknown cards take as long as wrong PINs, and say the same.

Each try is committed before the PIN is looked at; five in fifteen minutes for a card, sixty for a kiosk. A PIN said
under duress opens the same session, and raises an alarm that the kiosk does not show.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from functools import cache

import sqlalchemy as sa
from argon2.exceptions import InvalidHashError, VerificationError

from service.app.card_issue import clean_card
from service.app.officer_sign_in import HASHER
from service.app.session_open import LIVES, open_session, token_hash
from service.app.throttle_count import count_try, forget_tries
from service.app.transact import transact
from service.domain.access import Actor, Target, require
from service.domain.refusal import Refusal, refuse
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import ConvictCard, Device, KioskAlarm, Person, Placement, Session
from service.store.unit_of_work import UnitOfWork
from service.store.vault import Index

TRIES, TRIES_AT_KIOSK, TRIES_FROM_QUEUE = 5, 60, 1200
"""For a card, whichever way it is tried; at a kiosk's screen; and for what a kiosk kept while its line was cut."""
WINDOW = timedelta(minutes=15)
SEEN_EVERY = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class ConvictSignedIn:
    """A session at one kiosk. With `first_pin` nothing is open but choosing a PIN of his own."""

    convict: str
    token: str
    language: str
    first_pin: bool


def sign_in_convict(environment: Environment, kiosk: Actor, *, card: str, pin: str) -> ConvictSignedIn:
    """Opens a session. Raises Refusal 'sign-in-failed', or 'too-many-tries' for this card or this kiosk."""
    number = _index(environment, card)
    count_tried(environment, kiosk, number)
    found = _found(environment, kiosk, number)
    said = _said(found, pin)
    if found is None or said is None:
        raise refuse("not-allowed", "sign-in-failed")
    return transact(environment, kiosk, lambda unit: _open(unit, found.id, found.pin_hash, number, said))


def count_tried(environment: Environment, kiosk: Actor, number: Index) -> None:
    """One more try of the card with this index, committed before the PIN is looked at.

    Raises Refusal 'too-many-tries' for this card, which officers are told of, or for this kiosk, which they are not.
    """
    try:
        transact(environment, kiosk, lambda unit: _count(unit, number))
    except _CardLocked as locked:
        if (owned := _found(environment, kiosk, number)) is not None:
            transact(environment, kiosk, lambda unit: raise_alarm(unit, owned, "locked"))
        raise Refusal(locked.sort, locked.reasons) from locked


def find_convict(environment: Environment, kiosk: Actor, token: str, *, first_pin: bool = False) -> Actor:
    """The kiosk as the convict signed in at it with this token. Raises Refusal 'not-signed-in'.

    Ended with the session: one minute without use, five in all, another session of his, another kiosk, a transfer, a
    lost card. `first_pin` lets in who has yet to choose a PIN.
    """
    row, placement, card = of(Session), of(Placement), of(ConvictCard)
    hashed, now, life = token_hash(token), environment.clock(), LIVES["convict"]
    with environment.database.reading() as session:
        found = session.execute(
            sa.select(row.principal_id, row.seen_at, row.ends_at, card.first_pin)
            .join(
                Placement,
                sa.and_(
                    placement.convict_id == row.principal_id,
                    placement.institution_id == kiosk.institution,
                    placement.until.is_(None),
                ),
            )
            .join(ConvictCard, sa.and_(card.convict_id == row.principal_id, card.ended_at.is_(None)))
            .where(
                row.token_hash == hashed,
                row.principal == "convict",
                row.workstation == kiosk.device,
                row.ended_at.is_(None),
            )
        ).first()
    if kiosk.principal != "kiosk" or found is None or now >= found.ends_at or now - found.seen_at > life.idle:
        raise refuse("not-allowed", "not-signed-in")
    if now - found.seen_at >= SEEN_EVERY:
        with environment.database.writes() as session:
            session.execute(sa.update(Session).where(row.token_hash == hashed).values(seen_at=now))
            session.commit()
    if found.first_pin and not first_pin:
        raise refuse("not-allowed", "pin-first")
    return replace(kiosk, person=found.principal_id)


def sign_out_convict(environment: Environment, kiosk: Actor, token: str) -> None:
    """Ends the session, whether it was still open or not."""
    row = of(Session)
    with environment.database.writes() as session:
        session.execute(
            sa.update(Session)
            .where(row.token_hash == token_hash(token), row.workstation == kiosk.device, row.ended_at.is_(None))
            .values(ended_at=environment.clock())
        )
        session.commit()


def verified_convict(environment: Environment, kiosk: Actor, *, card: str, pin: str) -> str | None:
    """The convict of a card and PIN said while the line was cut; None for a wrong one. Throttled like a sign-in."""
    number = _index(environment, card)
    transact(environment, kiosk, lambda unit: _count(unit, number, "queue-of", TRIES_FROM_QUEUE))
    found = _found(environment, kiosk, number)
    said = _said(found, pin)
    if found is None or said is None or found.first_pin:
        return None
    transact(environment, kiosk, lambda unit: forget_tries(unit, tries_of(number)))
    if said == "duress":
        transact(environment, kiosk, lambda unit: raise_alarm(unit, found, "duress"))
    return str(found.convict_id)


class _CardLocked(Refusal):
    """This card was tried too often; a kiosk that was tried too often is no affair of any card."""


def _index(environment: Environment, card: str) -> Index:
    try:
        plain = clean_card(card)
    except Refusal:
        plain = ""
    return environment.vault.index("convict_card.number", plain)


def _found(environment: Environment, kiosk: Actor, number: Index) -> ConvictCard | None:
    """The card where its convict serves here; one statement for known and unknown alike."""
    row, placement = of(ConvictCard), of(Placement)
    with environment.database.reading() as session:
        found = session.scalars(
            sa.select(ConvictCard)
            .join(
                Placement,
                sa.and_(
                    placement.convict_id == row.convict_id,
                    placement.institution_id == kiosk.institution,
                    placement.until.is_(None),
                ),
            )
            .where(row.number_index.in_(number.every), row.ended_at.is_(None))
        ).first()
        if found is not None:
            session.expunge(found)
    return found


def _said(card: ConvictCard | None, pin: str) -> str | None:
    """'pin', 'duress' or None."""
    place = place_of(card, pin)
    return None if place is None else "pin" if place == 0 else "duress"


def place_of(card: ConvictCard | None, pin: str) -> int | None:
    """Which code of the card this is: 0 for the PIN, 1 and 2 for those of duress, None for no code of it.

    Always three hashes, whatever the card has, so that the time tells nothing.
    """
    kept = (_nobodys(),) * 3 if card is None else (card.pin_hash.split(" ")[0], *duress_of(card))
    fits = [_fits(one, pin) for one in kept]
    return None if card is None or True not in fits else fits.index(True)


def duress_of(card: ConvictCard) -> tuple[str, str]:
    """Both hashes of duress, each of a code or of nothing that anybody could type."""
    if card.duress_hash is None:
        return _nobodys(), _nobodys()
    first, second, *_ = card.duress_hash.split(" ")
    return first, second


def _fits(hashed: str, pin: str) -> bool:
    try:
        return HASHER.verify(hashed, pin[:64])
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False


@cache
def _nobodys() -> str:
    return HASHER.hash(HASHER.hash("nobody"))


def tries_of(number: str) -> str:
    """The subject under which tries of the card with this index are counted."""
    return f"pin-of:{number}"


def _count(unit: UnitOfWork, number: str, way: str = "pins-at", most: int = TRIES_AT_KIOSK) -> None:
    require(unit.actor, "convict.sign_in", Target(unit.actor.institution))
    count_try(unit, f"{way}:{unit.actor.device}", limit=most, window=WINDOW)
    try:
        count_try(unit, tries_of(number), limit=TRIES, window=WINDOW)
    except Refusal as refusal:
        raise _CardLocked(refusal.sort, refusal.reasons) from refusal


def raise_alarm(unit: UnitOfWork, card: ConvictCard, code: str) -> None:
    """Tells the officers, and nobody at the kiosk: 'duress', or 'locked', told once in a quarter of an hour."""
    row = of(KioskAlarm)
    open_one = sa.select(row.id).where(
        row.convict_id == card.convict_id, row.code == code, row.raised_at > unit.now - WINDOW
    )
    if code == "locked" and unit.session.execute(open_one).first() is not None:
        return
    unit.meet(unit.get(Person, card.convict_id))
    unit.add(
        KioskAlarm(
            id=unit.environment.new_id(),
            institution_id=unit.actor.institution or "",
            convict_id=card.convict_id,
            device_id=unit.actor.device or "",
            code=code,
            raised_at=unit.now,
        )
    )
    unit.tell("kiosk.alarm_raised", unit.actor.institution or "")


def _open(unit: UnitOfWork, card: str, seen_hash: str, number: str, said: str) -> ConvictSignedIn:
    require(unit.actor, "convict.sign_in", Target(unit.actor.institution))
    unit.get(Device, unit.actor.device or "", lock=True)
    row = unit.get(ConvictCard, card)
    if row.ended_at is not None or row.pin_hash != seen_hash:
        raise refuse("not-allowed", "sign-in-failed")
    forget_tries(unit, tries_of(number))
    session = of(Session)
    unit.session.execute(
        sa.update(Session)
        .where(
            session.principal == "convict",
            sa.or_(session.principal_id == row.convict_id, session.workstation == unit.actor.device),
            session.ended_at.is_(None),
        )
        .values(ended_at=unit.now)
    )
    token = open_session(unit, "convict", row.convict_id, unit.actor.device)
    person = unit.get(Person, row.convict_id)
    if said == "duress":
        raise_alarm(unit, row, "duress")
    return ConvictSignedIn(row.convict_id, token, person.language, row.first_pin)
