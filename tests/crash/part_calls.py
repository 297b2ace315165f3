"""The media server of calls: killed under a call, it may neither keep it alive past its limit nor end it twice."""

import time
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from random import Random

import sqlalchemy as sa

from service.app.call_handles import DatabaseBook
from service.app.call_join import CameOrWent, hear_provider
from service.app.call_supervise import start_call
from service.app.transact import transact
from service.domain.access import Actor
from service.domain.call_states import LIMIT
from service.gateways.janus.process import OwnJanus, running_janus
from service.gateways.janus.rooms import JanusCalls
from service.jobs.call_rooms import sweep_rooms
from service.jobs.calling import CallWatch
from service.store.columns import of
from service.store.tables import Call, Event
from service.web.call_room import CallRooms, RoomAnswer, RoomAsked
from tests.cast import MEDIUM, World
from tests.crash.checks import halves
from tests.crash.live_calls import live_calls

SILENT = timedelta(seconds=6)
"""After five seconds without a word a page is gone."""
RELATIVE = "relative"
BEGUN = "None -> underway"


class JanusPart:
    """A real Janus under one call at a time, with the pages of officer and kiosk as the service's room sees them.

    The relative's page is in the room by the supplier's word. The clock is the test's: only Janus takes its own time.
    """

    name = "janus"

    def __init__(self, folder: Path, world: World, url: str, ending: ExitStack) -> None:
        folder.mkdir(parents=True)
        self._world, self._url, self._keys = world, url, folder.parent / "calls-keys"
        self._janus: OwnJanus = ending.enter_context(running_janus(folder / "janus"))
        self._provider = JanusCalls(self._janus.line, DatabaseBook(world.environment))
        self._rooms, self._watch = CallRooms(self._provider), CallWatch(self._provider)
        self._pages = {"supervisor": world.as_officer("call_supervisor"), "convict": world.at_kiosk("Ерлан")}
        self._seats: dict[str, str] = {}
        self._call, self._calls = "", 0
        self._wrong: list[str] = []
        self.acknowledged = 0

    def work(self) -> None:
        """A call goes on, and its pages are told that they are carried."""
        live_calls(self._world, 1, timedelta(0), self._provider.name, LIMIT)
        self._calls += 1
        with self._world.environment.database.reading() as session:
            row = of(Call)
            self._call = session.scalars(sa.select(row.id).where(row.state == "live")).one()
        self._come()
        self._carried()

    def blow(self, chance: Random) -> float:
        """It dies; the call is held, and goes on in the new one, or reaches its limit with none there at all."""
        self._janus.stop()
        for party in self._pages:
            if self._says(party, "ping").media is not None:
                self._wrong.append(f"{party} was told of media by a server that is dead")
        self._world.clock.tick(seconds=SILENT.total_seconds())
        self._watch.look(self._world.environment)
        self._insist("paused")
        ends = chance.random() < 0.3
        if ends:
            self._over()
        began = time.monotonic()
        self._janus.start()
        sweep_rooms(self._world.environment, self._provider)
        if not ends:
            self._come()
            self._carried()
            took = time.monotonic() - began
            transact(self._world.environment, self._pages["supervisor"], lambda unit: start_call(unit, call=self._call))
            self._insist("live")
            self._over()
            return took
        if self._provider.rooms():
            self._wrong.append("a call that is over has a room")
        return time.monotonic() - began

    def wrong(self) -> list[str]:
        """See `Part`: each call ended once, by its limit."""
        event = of(Event)
        with self._world.environment.database.reading() as session:
            ends = sa.select(sa.func.count()).where(event.log_id == MEDIUM, event.type == "call.ended")
            told = session.scalar(ends) or 0
            found = session.execute(sa.select(of(Call).state, of(Call).ended_code)).all()
        if told > self._calls:
            self._wrong.append(f"{self._calls} calls ended {told} times")
        if [tuple(one) for one in found] != [("ended", "time-limit")] * self._calls:
            self._wrong.append(f"a call is {found[-1]}")
        wrong, self._wrong = self._wrong, []
        return wrong

    def end(self) -> list[str]:
        """The record, cell by cell; but the calls were under way from their first row on, which is no step of a law."""
        self._janus.stop()
        return [one for one in halves(self._url, self._keys) if not ("rule.step" in one and BEGUN in one)]

    def _come(self) -> None:
        """All three sit down, at new devices or again."""
        for party, actor in self._pages.items():
            asked = RoomAsked()
            seat = self._rooms.act(self._world.environment, actor, self._call, "join", asked).seat
            assert seat
            self._seats[party] = seat
            self._says(party, "publish")
        now, seat = self._world.environment.clock(), self._world.environment.new_id()
        came = CameOrWent(self._call, RELATIVE, seat, True, now)
        transact(self._world.environment, Actor("system", "calls"), lambda unit: hear_provider(unit, event=came))

    def _carried(self) -> None:
        """Each page is told that the supplier has it, and is found there."""
        for party in self._pages:
            if self._says(party, "ping").media is not True:
                self._wrong.append(f"{party} is not carried")
            self.acknowledged += 1
        there = {one.seat for one in self._provider.present(self._call)}
        if not set(self._seats.values()) <= there:
            self._wrong.append("a page that came is not in the room")

    def _over(self) -> None:
        """The limit passes, and whatever is due by then is carried out."""
        self._world.clock.tick(seconds=LIMIT.total_seconds())
        self._watch.turn(self._world.environment)
        self._insist("ended")

    def _says(self, party: str, op: str) -> RoomAnswer:
        asked = RoomAsked(seat=self._seats[party])
        return self._rooms.act(self._world.environment, self._pages[party], self._call, op, asked)

    def _insist(self, state: str) -> None:
        with self._world.environment.database.reading() as session:
            found = session.scalar(sa.select(of(Call).state).where(of(Call).id == self._call))
        if found != state:
            self._wrong.append(f"a call is {found}, and not {state}")
