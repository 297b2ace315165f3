"""The convict chooses his PIN, and a second one for when somebody forces him.

Nobody who looks on, nobody who forces him and no officer learns whether he has a second one. Everybody is led through
the same steps; where none was chosen, the hash of nothing stands in its place. Whoever changes "his PIN" by entering
the one for duress changes that one alone: it goes on opening the same screens and raising the alarm, the second PIN he
names there with it, and the convict's own PIN stays his.
"""

from dataclasses import replace

from service.app.card_issue import live_card
from service.app.kiosk_sign_in import count_tried, duress_of, place_of, raise_alarm, tries_of
from service.app.officer_sign_in import HASHER
from service.app.reading import Reading
from service.app.throttle_count import forget_tries
from service.app.transact import transact
from service.domain.access import Actor, Target, require
from service.domain.pins import are_alike, is_pin, is_weak
from service.domain.refusal import refuse
from service.store.environment import Environment
from service.store.tables import ConvictCard, Person
from service.store.unit_of_work import UnitOfWork
from service.store.vault import Index

MARK = 3


def choose_pin(
    environment: Environment, convict: Actor, *, pin: str, current: str | None = None, duress: str | None = None
) -> None:
    """The convict sets his PIN in place of the current one; none is asked for where he signed in with the first.

    `duress` sets the second one with it. Raises Refusal 'pin-too-weak', 'sign-in-failed' for a wrong current PIN,
    'too-many-tries' for this card.
    """
    _check(pin)
    if duress is not None:
        _check(duress, pin)
    card, place = _entered(environment, convict, current)
    new, second = HASHER.hash(pin), _nothing(environment) if duress is None else HASHER.hash(duress)
    if place == 0:
        kept = (second, _nothing(environment)) if duress is not None or card.duress_hash is None else duress_of(card)
        _keep(environment, convict, card, new, kept)
    else:
        _keep(environment, convict, card, None, _with(duress_of(card), place, new))


def choose_second_pin(environment: Environment, convict: Actor, *, pin: str | None, current: str) -> None:
    """The convict sets the PIN for duress, or passes it over (None) and all stays as it is: the record tells neither.

    Raises Refusal 'pin-too-weak', also where it is too like the current one; else as `choose_pin`.
    """
    if pin is not None:
        _check(pin, current)
    card, place = _entered(environment, convict, current)
    new = _nothing(environment) if pin is None else HASHER.hash(pin)
    if pin is None:
        kept = duress_of(card)
    else:
        kept = (new, _nothing(environment)) if place == 0 else _with(duress_of(card), 3 - place, new)
    _keep(environment, convict, card, None, kept)


def _check(pin: str, other: str | None = None) -> None:
    if not is_pin(pin) or is_weak(pin) or (other is not None and is_pin(other) and are_alike(pin, other)):
        raise refuse("not-possible", "pin-too-weak")


def _entered(environment: Environment, convict: Actor, current: str | None) -> tuple[ConvictCard, int]:
    """The card, and which of its codes was entered; a code of duress is told to the officers once more."""
    with Reading(environment, convict) as reading:
        card = live_card(reading, convict.person or "")
        if card is not None:
            reading.session.expunge(card)
    if card is None:
        raise refuse("conflict", "state-does-not-allow")
    require(convict, "pin.change", Target(convict.institution, convict=card.convict_id))
    if card.first_pin:
        return card, 0
    count_tried(environment, replace(convict, person=None), Index(card.number_index))
    place = place_of(card, current or "")
    if place is None:
        raise refuse("not-allowed", "sign-in-failed")
    transact(environment, convict, lambda unit: forget_tries(unit, tries_of(card.number_index)))
    if place > 0:
        transact(environment, convict, lambda unit: raise_alarm(unit, card, "duress"))
    return card, place


def _keep(
    environment: Environment, convict: Actor, seen: ConvictCard, pin_hash: str | None, duress: tuple[str, str]
) -> None:
    """The hashes were made outside of the transaction: a slow hash must not hold the one writer's lock."""

    def change(unit: UnitOfWork) -> None:
        row = live_card(unit, unit.actor.person or "")
        require(unit.actor, "pin.change", Target(unit.actor.institution, convict=row.convict_id if row else None))
        if row is None or (row.id, row.pin_hash, row.duress_hash) != (seen.id, seen.pin_hash, seen.duress_hash):
            raise refuse("conflict", "state-does-not-allow")
        unit.meet(unit.get(Person, row.convict_id))
        pin, second = pin_hash or row.pin_hash.split(" ")[0], " ".join(duress)
        # Both cells change each time: which of the codes it was cannot be told from the record.
        cells = _marked(unit, pin, row.pin_hash), _marked(unit, second, row.duress_hash)
        unit.change(row, pin_hash=cells[0], duress_hash=cells[1], first_pin=False, pin_set_at=unit.now)
        unit.tell("card.pin_set", row.institution_id)

    transact(environment, convict, change)


def _marked(unit: UnitOfWork, hashes: str, before: str | None) -> str:
    """The hashes with a mark after them, another one than before."""
    while (cell := f"{hashes} {unit.environment.random_bytes(2).hex()[:MARK]}") == before:
        pass
    return cell


def _with(kept: tuple[str, str], place: int, new: str) -> tuple[str, str]:
    return (new, kept[1]) if place == 1 else (kept[0], new)


def _nothing(environment: Environment) -> str:
    return HASHER.hash(environment.random_bytes(32).hex())
