"""The queues of full days: whoever is first is offered what has become free."""

from service.app.queue_offer import WAIT, first_in_turn, offer_place, pass_over
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.environment import Environment

OFFERS = Actor("system", "offer-places")


def offer_places(environment: Environment) -> int:
    """Offers free places until nobody who is first can be offered one; answers how many turns were taken."""
    done, stuck = 0, set[str]()
    while True:
        with environment.database.reading() as session:
            waiting = [entry for entry in first_in_turn(session) if entry not in stuck]
        if not waiting:
            return done
        for entry in waiting:
            if _turn(environment, entry):
                done += 1
            else:
                stuck.add(entry)


def _turn(environment: Environment, entry: str) -> bool:
    """Whether the turn of this entry was taken or has passed."""
    try:
        return transact(environment, OFFERS, lambda unit: offer_place(unit, entry=entry)) != "no place"
    except Refusal as refusal:
        why = refusal.reasons[0] if refusal.reasons else None
    if why is None or why.code in WAIT:
        return False
    try:
        transact(environment, OFFERS, lambda unit: pass_over(unit, entry=entry, why=why))
    except Refusal:
        return False
    return True
