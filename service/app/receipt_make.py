"""What the family holds in hand: a file that proves, without us, that their appointment stands in the record."""

from dataclasses import dataclass

import sqlalchemy as sa

from service.domain.access import Target, require
from service.domain.refusal import Refusal
from service.record.disclosure import Opening, encode_disclosure
from service.record.receipt import make_receipt as prove
from service.store import tables
from service.store.columns import of
from service.store.cosignatures import best_head
from service.store.event_find import newest_event_naming
from service.store.openings import open_opening
from service.store.tables import Appointment, AppointmentVisitor, ConvictRequest, Event, Log, SealedLetter
from service.store.tiles import StoredTiles
from service.store.unit_of_work import UnitOfWork

MADE = frozenset({"convict_request.made", "letter.kept"})
"""The events by which a request or a letter came into the record."""


@dataclass(frozen=True, slots=True)
class MadeReceipt:
    """A `*.tlog-proof` file (C2SP tlog-proof@v1), the event it proves, and the key by which anybody checks it."""

    data: bytes
    origin: str
    verifier_key: str
    event: int
    type: str


def make_receipt(unit: UnitOfWork, *, appointment: str) -> MadeReceipt | None:
    """The receipt of the newest event that names an appointment, with the openings of whoever asks and nobody else's.

    It stands under the head that most witnesses cosigned, of those that cover the event.

    None while no published head covers that event yet: that takes seconds. Raises Refusal 'not-found' for somebody
    whose affair it is not.
    """
    row = unit.get(Appointment, appointment)
    require(unit.actor, "receipt.see", _target(unit, row))
    log = unit.get(Log, row.institution_id)
    event = newest_event_naming(unit.session, log.id, appointment, log.size)
    if event is None or event.number >= log.head_size:
        return None
    head = best_head(unit.session, log.id, event.number, log.head_size)
    assert head is not None, "a published head is kept"
    extra = encode_disclosure(event.leaf, _own_openings(unit, event))
    receipt = prove(event.number, StoredTiles(unit.session, log.id), head, extra)
    return MadeReceipt(receipt.encode(), log.origin, log.verifier_key, event.number, event.type)


def make_slip_receipt(unit: UnitOfWork, *, slip: str) -> MadeReceipt | None:
    """The receipt of what a convict asked for at the kiosk, for whoever holds its slip: that it was made, and nothing
    of what became of it. Nobody's openings go with it.

    None while no published head covers it yet. Raises Refusal 'not-found' for a slip there is not.
    """
    require(unit.actor, "slip.check", Target())
    row = unit.session.get(ConvictRequest, slip) or unit.session.get(SealedLetter, slip)
    if row is None:
        raise Refusal("not-found")
    log = unit.get(Log, row.institution_id)
    event = newest_event_naming(unit.session, log.id, slip, log.size)
    while event is not None and event.type not in MADE:
        event = newest_event_naming(unit.session, log.id, slip, event.number)
    if event is None or event.number >= log.head_size:
        return None
    head = best_head(unit.session, log.id, event.number, log.head_size)
    assert head is not None, "a published head is kept"
    receipt = prove(event.number, StoredTiles(unit.session, log.id), head, encode_disclosure(event.leaf, {}))
    return MadeReceipt(receipt.encode(), log.origin, log.verifier_key, event.number, event.type)


def _target(unit: UnitOfWork, row: Appointment) -> Target:
    visitor = of(AppointmentVisitor)
    party = unit.session.scalars(sa.select(visitor.person_id).where(visitor.appointment_id == row.id))
    return Target(institution=row.institution_id, convict=row.convict_id, persons=frozenset({row.asked_by, *party}))


def _own_openings(unit: UnitOfWork, event: Event) -> dict[str, Opening]:
    person, opening = unit.actor.person, of(tables.Opening)
    if person is None:
        return {}
    sealed = unit.session.scalar(
        sa.select(opening.sealed).where(
            opening.log_id == event.log_id, opening.number == event.number, opening.person_id == person
        )
    )
    if sealed is None:
        return {}
    shown = open_opening(unit.key_of(person), event.log_id, event.number, sealed)
    return {path: Opening(salt, value) for path, (salt, value) in shown.items()}
