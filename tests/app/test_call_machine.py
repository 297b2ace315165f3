"""A call while its supplier loses, repeats and reorders what it tells, and officers come and go.

After every step: it is live only with an officer in it, it has at most one end, and its limit stands where it was set.
"""

import contextlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import sqlalchemy as sa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from service.app.call_join import CameOrWent, hear_present, hear_provider, join_call, leave_call, take_over_call
from service.app.call_supervise import confirm_identity, end_call, speak_to_parties, start_call
from service.domain.call_states import FINAL, PARTIES
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import CallParty, CallSeatSeen
from service.store.verify import verify
from tests.app.calling import Calling
from tests.builders import SetClock, make_environment
from tests.cast import NOW, Made, World

PARTY = st.sampled_from(PARTIES)
ENDS = ("call.ended", "call.missed", "call.not_opened")


class CallMachine(RuleBasedStateMachine):
    """The model: who truly is in the supplier's room, and what it has said and nobody has heard yet."""

    made: Made

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        folder = Path(self.folder.name)
        shutil.copytree(self.made.keys, folder / "keys")
        shutil.copyfile(self.made.url, folder / "kezdesu.db")
        clock = SetClock(NOW)
        self.url = f"sqlite:///{folder / 'kezdesu.db'}"
        environment = make_environment(self.url, folder / "keys", clock)
        copied = {name: dict(value) for name, value in vars(self.made.world).items() if isinstance(value, dict)}
        world: World = replace(self.made.world, environment=environment, clock=clock, **copied)
        self.calling = Calling(world)
        self.second = self.calling.second_officer()
        self.calling.arrange(self.calling.ask())
        self.calling.at(minutes=-5)
        self.there: dict[str, str] = {}
        self.said: list[CameOrWent] = []
        self.seats = 0
        self.limit: object = None
        self.end: object = None

    @rule(party=PARTY)
    def comes(self, party: str) -> None:
        """Everybody is seated by the service itself; whom the supplier dialled, it tells of too."""
        self.seats += 1
        seat = f"seat{self.seats}"
        actor = {
            "supervisor": self.calling.officer,
            "relative": self.calling.mother,
            "convict": self.calling.convict,
        }[party]
        self.calling.world.clock.tick(milliseconds=10)
        try:
            self.calling.do(actor, join_call, seat=seat)
        except Refusal:
            return
        if party in self.there:
            self._say(party, self.there[party], came=False)
        self.there[party] = seat
        self._say(party, seat, came=True)

    @rule(party=PARTY, politely=st.booleans())
    def goes(self, party: str, politely: bool) -> None:
        """Somebody gets up, or the line breaks and only the supplier knows."""
        seat = self.there.pop(party, None)
        if seat is None:
            return
        self._say(party, seat, came=False)
        if politely and party == "supervisor":
            self.calling.do(self.calling.officer, leave_call, seat=seat)

    @rule(which=st.integers(0, 20), again=st.booleans())
    def is_heard(self, which: int, again: bool) -> None:
        """Some event arrives, in any order; it may arrive again later."""
        if not self.said:
            return
        event = self.said[which % len(self.said)]
        if not again:
            self.said.remove(event)
        self._try(lambda: self._hear(event))

    @rule(which=st.integers(0, 20))
    def is_lost(self, which: int) -> None:
        if self.said:
            self.said.pop(which % len(self.said))

    @rule()
    def supplier_is_asked(self) -> None:
        """Whatever was lost: from now on nobody is taken for present who is not."""
        here, now = frozenset(self.there.values()), self.calling.world.clock.tick(milliseconds=10)
        self.calling.world.run(
            self.calling.watch.actor,
            lambda unit: hear_present(unit, call=self.calling.call, seats=here, asked_at=now),
        )
        assert self._open() <= here
        if self.calling.row.state == "live":
            assert "supervisor" in self.there

    @rule()
    def second_officer_takes_over(self) -> None:
        """The first one is relieved in the same moment; a call that was live stays so."""
        before = self.calling.row.state
        self.seats += 1
        seat = f"seat{self.seats}"
        self.calling.world.clock.tick(milliseconds=10)
        try:
            self.calling.do(self.second, take_over_call, seat=seat)
        except Refusal:
            return
        assert self.calling.row.state == before
        assert self.calling.row.supervisor_id == self.second.id
        gone = self.there.pop("supervisor", None)
        if gone is not None:
            self._say("supervisor", gone, came=False)
        self.there["supervisor"] = seat

    @rule(party=PARTY, seconds=st.sampled_from((1, 4, 6, 20)))
    def page_falls_silent(self, party: str, seconds: int) -> None:
        """Everybody else's page is heard; whoever was silent for too long is held to have gone."""
        world, call = self.calling.world, self.calling.call
        silent = self.there.get(party)
        world.clock.tick(seconds=seconds)
        with world.environment.database.writes() as session:
            session.execute(sa.delete(CallSeatSeen))
            for one, seat in self._seated():
                if seat != silent:
                    cells = {"id": world.environment.new_id(), "call_id": call, "party": one, "seat": seat}
                    session.execute(sa.insert(CallSeatSeen), [{**cells, "seen_at": world.clock.now}])
            session.commit()
        self.calling.watch.look(world.environment)
        if silent is not None and silent not in self._open():
            self.there.pop(party)
        if party == "supervisor" and "supervisor" not in self.there:
            assert self.calling.row.state != "live"

    @rule(on=st.booleans())
    def officer_speaks(self, on: bool) -> None:
        self._try(lambda: self.calling.do(self.calling.officer, speak_to_parties, on=on))

    @rule()
    def identity_is_confirmed(self) -> None:
        self._try(lambda: self.calling.do(self.calling.officer, confirm_identity, matched=True))

    @rule()
    def goes_live(self) -> None:
        self._try(lambda: self.calling.do(self.calling.officer, start_call))

    @rule(code=st.sampled_from(("completed", "third-party", "connection-lost")))
    def is_ended(self, code: str) -> None:
        self._try(lambda: self.calling.do(self.calling.officer, end_call, code=code))

    @rule(seconds=st.sampled_from((1, 30, 61, 300, 900)))
    def time_passes(self, seconds: int) -> None:
        self.calling.tick(seconds=seconds)

    @invariant()
    def never_live_without_an_officer_and_ended_once(self) -> None:
        row = self.calling.row
        if row.state == "live":
            assert "supervisor" in {party for party, _ in self._seated()}
            assert row.hard_end_at is not None
            assert self.calling.world.clock.now <= row.hard_end_at
        if row.voice_since is not None:
            assert "supervisor" in {party for party, _ in self._seated()}, "nobody speaks from an empty seat"
        if self.limit is not None:
            assert (row.live_at, row.hard_end_at) == self.limit
        elif row.live_at is not None:
            self.limit = (row.live_at, row.hard_end_at)
        ends = [one for one in self.calling.told("call.") if one in ENDS]
        assert len(ends) == (row.state in FINAL)
        if self.end is not None:
            assert (row.state, row.ended_at, row.ended_code) == self.end
        elif row.state in FINAL:
            self.end = (row.state, row.ended_at, row.ended_code)

    def teardown(self) -> None:
        try:
            self.calling.tick(minutes=40)
            assert self.calling.row.state in FINAL
            assert self._open() == frozenset()
            found = verify(self.url, self.calling.world.environment.vault).findings
            assert [one for one in found if one.code.startswith("rule.")] == []
        finally:
            self.calling.world.environment.database.close()
            self.folder.cleanup()

    def _say(self, party: str, seat: str, *, came: bool) -> None:
        self.said.append(CameOrWent(self.calling.call, party, seat, came, self.calling.world.clock.now))

    def _hear(self, event: CameOrWent) -> None:
        self.calling.world.run(self.calling.watch.actor, lambda unit: hear_provider(unit, event=event))

    def _try(self, act: Callable[[], object]) -> None:
        with contextlib.suppress(Refusal):
            act()

    def _seated(self) -> list[tuple[str, str]]:
        row = of(CallParty)
        with self.calling.world.environment.database.reading() as session:
            query = sa.select(row.party, row.seat).where(row.left_at.is_(None))
            return [(one.party, one.seat) for one in session.execute(query)]

    def _open(self) -> frozenset[str]:
        return frozenset(seat for _, seat in self._seated())


def test_whatever_is_lost_repeated_or_late_a_call_is_never_unwatched_and_ends_once(
    sqlite_cast: Made, rounds: Callable[[int, int], int]
) -> None:
    CallMachine.made = sqlite_cast
    few = settings(
        max_examples=rounds(10, 100),
        stateful_step_count=30,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(CallMachine, settings=few)
