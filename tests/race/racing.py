"""Many at once: each task in a thread of its own, all let go at the same moment."""

import threading
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_decide import grant_appointment
from service.app.appointment_hold import Held, hold_place
from service.app.appointment_request import request_appointment
from service.app.appointment_weigh import Wish
from service.app.pass_issue import pass_token
from service.app.scan_take import Reading, Verdict, take_scan
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.refusal import Refusal
from service.store.environment import Environment
from service.store.tables import EntryPass
from service.store.unit_of_work import UnitOfWork
from tests.race.families import ZONE, Family, Scene

PATIENCE_SECONDS = 120


def all_at_once(tasks: Sequence[Callable[[], Any]]) -> list[Any]:
    """What each task answered, or the Refusal it met, in the order of the tasks. Any other error is raised here."""
    starting = threading.Barrier(len(tasks))
    answers: list[Any] = [None] * len(tasks)

    def run(number: int, task: Callable[[], Any]) -> None:
        try:
            starting.wait()
            answers[number] = task()
        except BaseException as error:
            answers[number] = error

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(tasks)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive(), "a task hangs"
    for answer in answers:
        if isinstance(answer, BaseException) and not isinstance(answer, Refusal):
            raise answer
    return answers


def codes(refusal: Refusal) -> set[str]:
    """The codes of a refusal's reasons."""
    return {one.code for one in refusal.reasons}


class Hand:
    """Does for the tests what people do, each act one unit of work."""

    def __init__(self, world: Environment, scene: Scene) -> None:
        self.world = world
        self.scene = scene

    @property
    def today(self) -> date:
        """The institution-local day."""
        return self.world.clock().astimezone(ZONE).date()

    def act(self, actor: Actor, use_case: Callable[[UnitOfWork], Any]) -> Any:
        """One use case by an actor."""
        return transact(self.world, actor, use_case)

    def hold(
        self,
        family: Family,
        template: str,
        day: date,
        kind: str = "short",
        *,
        other: bool = False,
        together: bool = False,
    ) -> Held:
        """One of the parents asks for a place, for the two `together` or for one."""
        actor = family.other_actor() if other else family.actor()
        relationships = [family.other_relationship if other else family.relationship]
        if together:
            relationships = [family.relationship, family.other_relationship]
        return self.act(  # type: ignore[no-any-return]
            actor,
            lambda unit: hold_place(
                unit,
                convict=family.convict,
                relationships=relationships,
                template=template,
                day=day,
                wish=Wish(kind),
            ),
        )

    def request(self, family: Family, appointment: str, *, other: bool = False) -> Any:
        """The parent who holds the place asks for the appointment."""
        actor = family.other_actor() if other else family.actor()
        return self.act(actor, lambda unit: request_appointment(unit, appointment=appointment))

    def grant(self, appointment: str) -> Any:
        """The head grants it."""
        return self.act(self.scene.officer("head"), lambda unit: grant_appointment(unit, appointment=appointment))

    def cancel(self, family: Family, appointment: str) -> Any:
        """The first parent cancels."""
        return self.act(
            family.actor(),
            lambda unit: cancel_appointment(unit, appointment=appointment, ground="ground-visitor-asks"),
        )

    def granted_soon(self, family: Family) -> tuple[str, str]:
        """A short visit within the hour: the appointment and the token of its pass."""
        appointment, tokens = self.granted(family)
        return appointment, tokens[0]

    def granted(self, family: Family, *, together: bool = False) -> tuple[str, list[str]]:
        """The same for one parent or both: the appointment and the tokens of the passes."""
        held = self.hold(family, self.scene.soon, self.scene.soon_day, together=together)
        self.request(family, held.appointment)
        decided = self.grant(held.appointment)
        with self.world.database.reading() as session:
            rows = [session.get(EntryPass, one) for one in decided.passes]
            return held.appointment, [pass_token(self.world, session, row) for row in rows if row is not None]

    def scan(self, token: str, sequence: int, direction: str = "entry", bridge: int = 0) -> Verdict:
        """A bridge of the gate reads a pass."""
        reading = Reading(self.scene.gate, sequence, token, direction, self.world.clock())
        return self.act(  # type: ignore[no-any-return]
            self.scene.bridge(bridge), lambda unit: take_scan(unit, reading)
        )
