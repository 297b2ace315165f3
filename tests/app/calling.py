"""A call of Ерлан with his mother, asked for at the kiosk and brought on its way by the cast."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service.app.call_arrange import Arranged, arrange_call
from service.app.call_join import join_call, leave_call
from service.app.call_supervise import confirm_identity, start_call
from service.app.convict_request_make import Asked, make_request
from service.app.role_give import found_role
from service.domain.access import Actor
from service.gateways.calls import InMemoryCalls
from service.jobs.calling import CallWatch
from service.store.columns import of
from service.store.tables import Call, CallTimer, Event
from tests.builders import CONSOLE
from tests.cast import MEDIUM, World

DAY = date(2026, 3, 4)
STARTS = datetime(2026, 3, 4, 13, 0, tzinfo=UTC)
"""18:00 in Almaty."""


@dataclass
class Calling:
    """A world with one call; `watch` carries out its timers by the world's clock."""

    world: World
    call: str = ""
    appointment: str = ""

    def __post_init__(self) -> None:
        self.provider = InMemoryCalls()
        self.watch = CallWatch(self.provider)
        self.head = self.world.as_officer("head")
        self.officer = self.world.as_officer("call_supervisor")
        self.mother = self.world.as_relative("Айгүл")
        self.convict = self.world.at_kiosk("Ерлан")

    def ask(self, kind: str = "call", sequence: int = 1, convict: str = "Ерлан", **more: Any) -> str:
        given: dict[str, Any] = {"relationship": self.world.relations["Айгүл", "Ерлан"], **more}
        asked = Asked(kind=kind, sequence=sequence, asked_at=self.world.clock.now, **given)
        return self.world.run(self.world.at_kiosk(convict), lambda unit: make_request(unit, asked)).request

    def arrange(self, request: str, template: str = "call", day: date = DAY, **papers: Any) -> Arranged:
        slot = self.world.templates[MEDIUM, template]
        made = self.world.run(
            self.head, lambda unit: arrange_call(unit, request=request, template=slot, day=day, **papers)
        )
        self.call, self.appointment = made.call, made.appointment
        return made

    def at(self, **after_start: float) -> None:
        """Sets the clock relative to the start of the slot, and carries out what is due."""
        self.world.clock.set(STARTS + timedelta(**after_start))
        self.tick()

    def tick(self, **by: float) -> int:
        self.world.clock.now += timedelta(**by)
        return self.watch.turn(self.world.environment)

    def do(self, actor: Actor, act: Callable[..., Any], **more: Any) -> Any:
        return self.world.run(actor, lambda unit: act(unit, call=self.call, **more))

    def join(self, *who: Actor, seat: str = "1") -> None:
        for one in who:
            self.do(one, join_call, seat=f"{one.principal}-{seat}")

    def leave(self, who: Actor, seat: str = "1") -> None:
        self.do(who, leave_call, seat=f"{who.principal}-{seat}")

    def second_officer(self) -> Actor:
        """The duty officer, who may watch calls too from now on."""
        duty = self.world.as_officer("duty_officer")
        given = {"officer": duty.id, "institution": MEDIUM, "role": "call_supervisor"}
        self.world.run(CONSOLE, lambda unit: found_role(unit, **given))
        return replace(duty, roles=duty.roles | {"call_supervisor"})

    def go_live(self) -> None:
        """From a granted request to a live call."""
        self.arrange(self.ask())
        self.at(minutes=-5)
        self.join(self.officer, self.mother, self.convict)
        self.do(self.officer, confirm_identity, matched=True)
        self.do(self.officer, start_call)

    @property
    def row(self) -> Call:
        with self.world.environment.database.reading() as session:
            found = session.get(Call, self.call)
            assert found is not None
            session.expunge_all()
            return found

    def timers(self) -> dict[str, str | None]:
        """What became of each timer; None while it waits."""
        row = of(CallTimer)
        with self.world.environment.database.reading() as session:
            found = session.execute(sa.select(row.kind, row.outcome).where(row.call_id == self.call))
            return {one.kind: one.outcome for one in found}

    def told(self, *types: str) -> list[str]:
        row = of(Event)
        with self.world.environment.database.reading() as session:
            found = session.scalars(sa.select(row.type).where(row.log_id == MEDIUM).order_by(row.number))
            return [one for one in found if one.startswith(types)]
