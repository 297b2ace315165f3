"""A carrier that is away for an hour: nothing is lost, nothing goes twice, and what waited goes out in its order."""

import itertools
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from service.app.notices import Contact, Notice, notify_all
from service.gateways.mail import LocalMail
from service.jobs.delivering import LONGEST_PAUSE, Deliverer, Suppliers
from service.store.tables import Message
from service.store.unit_of_work import UnitOfWork
from tests.app.rows import rows
from tests.builders import CONSOLE
from tests.carrier.carrier import Carrier, open_carrier
from tests.carrier.gateway import twilio_sms
from tests.cast import MEDIUM, World

STEP = timedelta(seconds=5)
HOUR = timedelta(hours=1)


@pytest.fixture
def carrier(world: World) -> Carrier:
    return Carrier(world.clock, random.Random(3))


@pytest.fixture
def deliverer(world: World, carrier: Carrier, tmp_path: Path) -> Iterator[Deliverer]:
    with open_carrier(carrier) as base:
        letters = LocalMail(tmp_path / "mail", world.clock)
        one = Deliverer(Suppliers(twilio_sms(base, timeout=0.5), letters))
        while one.turn(world.environment):  # what the cast was told until now
            pass
        carrier.taken.clear()
        yield one


def tell(world: World, number: int) -> datetime:
    """A notice with words of its own: the moment it names."""
    moment = world.clock.now.replace(second=0) + timedelta(days=9, minutes=number)

    def act(unit: UnitOfWork) -> None:
        person = world.people["Болат" if number % 2 else "Гульзат"]
        told = Notice(person, "appointment-granted", {"starts_at": moment.isoformat()})
        notify_all(unit, [told], institution=MEDIUM)
        unit.tell("notice.tried", MEDIUM)

    world.run(CONSOLE, act)
    return moment


def order(world: World, carrier: Carrier) -> list[datetime]:
    """When the notices that the carrier took were written, in the order in which it took them."""
    written = {one.supplier_reference: one.created_at for one in rows(world, Message)}
    return [written[one["sid"]] for one in carrier.taken]


@pytest.mark.parametrize("how", ["down", "silent"])
def test_an_outage_of_an_hour_drains_in_order(world: World, carrier: Carrier, deliverer: Deliverer, how: str) -> None:
    if how == "down":
        carrier.down = True
    else:
        carrier.chances = {"drop-before": 1.0}
    began, number, asked = world.clock.now, 0, 0
    while world.clock.now < began + HOUR:
        if (world.clock.now - began).seconds % 180 == 0:
            tell(world, number)
            number += 1
        deliverer.turn(world.environment)
        world.clock.set(world.clock.now + STEP)
    assert carrier.taken == []
    carrier.down, carrier.chances = False, {}
    for _ in range(int((LONGEST_PAUSE + timedelta(minutes=2)) / STEP)):
        asked += deliverer.turn(world.environment)
        world.clock.set(world.clock.now + STEP)
    assert number == 20
    assert asked == len(carrier.taken) == number
    assert order(world, carrier) == sorted(order(world, carrier))
    assert {one.outcome for one in rows(world, Message)} == {None}


def test_a_supplier_that_is_away_is_asked_less_and_less(world: World, carrier: Carrier, deliverer: Deliverer) -> None:
    carrier.down = True
    tell(world, 1)
    tries = []
    ask = deliverer.suppliers.sms.send
    object.__setattr__(deliverer, "suppliers", Suppliers(_Counted(ask, tries, world), deliverer.suppliers.mail))
    began = world.clock.now
    while world.clock.now < began + HOUR:
        deliverer.turn(world.environment)
        world.clock.set(world.clock.now + STEP)
    gaps = [later - earlier for earlier, later in itertools.pairwise(tries)]
    assert gaps == sorted(gaps)
    assert gaps[0] == timedelta(seconds=5)
    assert gaps[-1] == LONGEST_PAUSE


class _Counted:
    """The gateway, with the moments at which it was asked."""

    def __init__(self, ask: object, tries: list[datetime], world: World) -> None:
        self._ask, self._tries, self._world = ask, tries, world

    def send(self, **told: str) -> object:
        self._tries.append(self._world.clock.now)
        return self._ask(**told)  # type: ignore[operator]

    def find(self, **told: object) -> list[object]:
        return []


def test_one_number_that_is_refused_holds_up_nobody_else(world: World, carrier: Carrier, deliverer: Deliverer) -> None:
    def act(unit: UnitOfWork) -> None:
        notices = [
            Notice(world.people["Болат"], "relationship-accepted", {}, Contact("sms", "+77015550999")),
            Notice(world.people["Гульзат"], "relationship-accepted"),
        ]
        notify_all(unit, notices, institution=MEDIUM)
        unit.tell("notice.tried", MEDIUM)

    carrier.refused_numbers = {"+77015550999": 21614}
    world.run(CONSOLE, act)
    assert deliverer.turn(world.environment) == 1
    world.clock.tick(days=30)
    assert deliverer.turn(world.environment) == 0
    given_up = [one for one in rows(world, Message) if one.outcome is not None]
    assert [(one.outcome, one.outcome_code, one.sent_at) for one in given_up] == [("given-up", "twilio-21614", None)]
