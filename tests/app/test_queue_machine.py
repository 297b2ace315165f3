"""Three families and one full day, in any order of joining, leaving, releasing, clicking and time passing.

After every step: nobody has taken a place of the day out of turn, and the verifier finds the record in order.
"""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_hold import hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.queue_join import join_queue, leave_queue
from service.app.queue_show import list_entries
from service.app.room_open import close_place
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.jobs.queueing import offer_places
from service.jobs.tasks import lapse_holds
from service.store.columns import of
from service.store.tables import Appointment, QueueEntry
from service.store.verify import verify
from tests.builders import SetClock, make_environment
from tests.cast import MEDIUM, NOW, Made, World

DAY = date(2026, 3, 19)
LONG = Wish("long")
FAMILIES = (("Айгүл", "Ерлан"), ("Гульзат", "Олег"))
FAMILY = st.sampled_from(FAMILIES)


class QueueMachine(RuleBasedStateMachine):
    """The model: who waits, in the order of joining; how many of the one place of the day are taken."""

    made: Made

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        folder = Path(self.folder.name)
        shutil.copytree(self.made.keys, folder / "keys")
        shutil.copyfile(self.made.url, folder / "kezdesu.db")
        self.url = f"sqlite:///{folder / 'kezdesu.db'}"
        self.clock = SetClock(NOW)
        environment = make_environment(self.url, folder / "keys", self.clock)
        copied = {name: dict(value) for name, value in vars(self.made.world).items() if isinstance(value, dict)}
        self.world: World = replace(self.made.world, environment=environment, clock=self.clock, **copied)
        self.waiting: list[str] = []

    @initialize()
    def one_room_stays(self) -> None:
        for place in self.world.places[MEDIUM, "long"][1:]:
            self.world.run(
                self.world.as_officer("head"), lambda unit, place=place: close_place(unit, place=place, on=NOW.date())
            )

    @rule(family=FAMILY)
    def click(self, family: tuple[str, str]) -> None:
        name, convict = family
        before = self.live()
        try:
            self.world.run(
                self.world.as_relative(name),
                lambda unit: hold_place(
                    unit,
                    convict=self.world.people[convict],
                    relationships=[self.world.relations[name, convict]],
                    template=self.world.templates[MEDIUM, "long"],
                    day=DAY,
                    wish=LONG,
                ),
            )
        except Refusal:
            return
        assert not self.waiting or before, "a click took a place that somebody waits for"
        assert not self.waiting

    @rule(family=FAMILY)
    def join(self, family: tuple[str, str]) -> None:
        name, convict = family
        try:
            self.world.run(
                self.world.as_relative(name),
                lambda unit: join_queue(
                    unit,
                    convict=self.world.people[convict],
                    relationships=[self.world.relations[name, convict]],
                    day=DAY,
                    wish=LONG,
                ),
            )
        except Refusal:
            return
        assert name not in self.waiting
        self.waiting.append(name)

    @rule(family=FAMILY)
    def leave(self, family: tuple[str, str]) -> None:
        name, _ = family
        for one in list_entries(self.world.environment, self.world.as_relative(name)):
            self.world.run(self.world.as_relative(name), lambda unit, one=one: leave_queue(unit, entry=one.row.id))
            self.waiting.remove(name)

    @rule()
    def ask(self) -> None:
        for row in self.live():
            if row.state == "held":
                try:
                    self.world.run(self.owner(row), lambda unit, row=row: request_appointment(unit, appointment=row.id))
                except Refusal:
                    continue

    @rule()
    def release(self) -> None:
        for row in self.live():
            self.world.run(
                self.owner(row),
                lambda unit, row=row: cancel_appointment(unit, appointment=row.id, ground="ground-visitor-asks"),
            )

    @rule()
    def work(self) -> None:
        lapse_holds(self.world.environment)
        offer_places(self.world.environment)
        self.waiting = self.still_waiting()

    @rule(hours=st.sampled_from([1, 7, 13]))
    def time_passes(self, hours: int) -> None:
        self.clock.tick(hours=hours)

    @invariant()
    def the_order_is_that_of_joining(self) -> None:
        assert self.still_waiting() == self.waiting
        for place, name in enumerate(self.waiting, 1):
            (shown,) = list_entries(self.world.environment, self.world.as_relative(name))
            assert (shown.place, shown.waiting) == (place, len(self.waiting))

    def still_waiting(self) -> list[str]:
        names = {person: name for name, person in self.world.people.items()}
        with self.world.environment.database.reading() as session:
            row = of(QueueEntry)
            found = session.scalars(sa.select(row.asked_by).where(row.state == "waiting").order_by(row.turn))
            return [names[person] for person in found]

    def live(self) -> list[Appointment]:
        with self.world.environment.database.reading() as session:
            row = of(Appointment)
            found = session.scalars(sa.select(Appointment).where(row.live, row.charge_day == DAY)).all()
            session.expunge_all()
            return list(found)

    def owner(self, row: Appointment) -> Actor:
        name = next(name for name, person in self.world.people.items() if person == row.asked_by)
        return self.world.as_relative(name)

    def teardown(self) -> None:
        found = [one for one in verify(self.url, self.world.environment.vault).findings if one.code.startswith("rule.")]
        self.world.environment.database.close()
        self.folder.cleanup()
        assert found == []


def test_no_place_goes_out_of_turn_whatever_happens_in_which_order(sqlite_cast: Made) -> None:
    QueueMachine.made = sqlite_cast
    run_state_machine_as_test(
        QueueMachine,
        settings=settings(
            max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
