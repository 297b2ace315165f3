"""The officer's hand on a call: the voice, a second officer, an empty seat, and a supplier that does not answer."""

import threading
from datetime import timedelta

import sqlalchemy as sa

from service.app.call_join import join_call, take_over_call
from service.app.call_signs import call_signs
from service.app.call_supervise import confirm_identity, end_call, speak_to_parties, start_call, warn_parties
from service.domain.refusal import Refusal
from service.gateways.calls import InMemoryCalls, RoomView
from service.jobs.calling import LINES_OF_ONE, CallWatch
from service.store.columns import of
from service.store.tables import CallMark, CallParty, CallSeatSeen
from tests.app.calling import Calling
from tests.cast import World

PATIENCE = 60


def refused(calling: Calling, *who_and_act: object, **more: object) -> list[str]:
    try:
        calling.do(*who_and_act, **more)  # type: ignore[arg-type]
    except Refusal as refusal:
        return [one.code for one in refusal.reasons] or [refusal.sort]
    return []


def heard(calling: Calling, *seats: str) -> None:
    """The pages of these seats say now that they are there."""
    row, now, environment = of(CallSeatSeen), calling.world.clock.now, calling.world.environment
    with environment.database.writes() as session:
        for seat in seats:
            session.execute(sa.delete(CallSeatSeen).where(row.call_id == calling.call, row.seat == seat))
            party = {"relative": "relative", "kiosk": "convict", "officer": "supervisor"}[seat.partition("-")[0]]
            cells = {"id": environment.new_id(), "call_id": calling.call, "party": party, "seat": seat}
            session.execute(sa.insert(CallSeatSeen), [{**cells, "seen_at": now}])
        session.commit()


def marks(calling: Calling) -> list[str]:
    with calling.world.environment.database.reading() as session:
        return list(session.scalars(sa.select(of(CallMark).kind).order_by(of(CallMark).at, of(CallMark).id)))


def view_of(calling: Calling) -> RoomView:
    return calling.provider._rooms[calling.call].view


class TestTheSeat:
    def test_whoever_does_not_sit_in_it_has_no_hand_in_it_but_its_end(self, world: World) -> None:
        calling = Calling(world)
        calling.go_live()
        second = calling.second_officer()
        assert refused(calling, second, warn_parties, code="frame") == ["seat-not-yours"]
        assert refused(calling, second, speak_to_parties, on=True) == ["seat-not-yours"]
        assert refused(calling, second, join_call, seat="x") == ["seat-taken"]
        calling.do(second, end_call, code="rules-broken")
        assert calling.row.ended_by == second.id

    def test_a_second_officer_takes_over_and_the_call_never_stands_still(self, world: World) -> None:
        calling = Calling(world)
        calling.go_live()
        limit, second = calling.row.hard_end_at, calling.second_officer()
        calling.do(calling.officer, speak_to_parties, on=True)
        calling.do(second, take_over_call, seat="second")
        row = calling.row
        assert (row.state, row.hard_end_at, row.supervisor_id, row.voice_since) == ("live", limit, second.id, None)
        assert "paused" not in marks(calling)
        assert refused(calling, calling.officer, warn_parties, code="frame") == ["seat-not-yours"]
        assert refused(calling, second, take_over_call, seat="again") == ["state-does-not-allow"]
        calling.leave(calling.officer)
        assert calling.row.state == "live", "the seat of whoever was relieved is empty already"
        calling.tick()
        assert view_of(calling).seats["supervisor"] == "second"

    def test_nobody_takes_over_an_empty_seat_nor_a_call_that_is_over(self, world: World) -> None:
        calling = Calling(world)
        calling.go_live()
        second = calling.second_officer()
        calling.leave(calling.officer)
        assert refused(calling, second, take_over_call, seat="x") == ["state-does-not-allow"]
        calling.tick(minutes=2)
        assert refused(calling, second, take_over_call, seat="x") == ["state-does-not-allow"]


class TestTheVoice:
    def test_both_hear_the_officer_while_it_is_on_and_it_ends_with_the_seat(self, world: World) -> None:
        calling = Calling(world)
        calling.go_live()
        calling.do(calling.officer, speak_to_parties, on=True)
        calling.do(calling.officer, speak_to_parties, on=True)
        calling.tick()
        assert view_of(calling).voice
        assert marks(calling) == ["voice_on"], "said once"
        with world.environment.database.reading() as session:
            assert call_signs(session, calling.call, "relative", None, world.clock.now).voice
        calling.leave(calling.officer)
        calling.tick()
        assert (calling.row.voice_since, view_of(calling).voice) == (None, False)

    def test_a_warning_reaches_both_once(self, world: World) -> None:
        calling = Calling(world)
        calling.go_live()
        calling.do(calling.officer, warn_parties, code="frame")
        for party in ("relative", "convict"):
            with world.environment.database.reading() as session:
                first = call_signs(session, calling.call, party, None, world.clock.now)
                again = call_signs(session, calling.call, party, first.warnings[-1].at, world.clock.now)
            assert [one.code for one in first.warnings] == ["frame"]
            assert again.warnings == ()


class TestPresence:
    def test_an_officer_whose_page_fell_silent_has_left_an_empty_seat(self, world: World) -> None:
        calling = Calling(world)
        calling.go_live()
        world.clock.now += timedelta(seconds=3)
        heard(calling, "relative-1", "kiosk-1", "officer-1")
        calling.watch.look(world.environment)
        assert calling.row.state == "live"
        world.clock.now += timedelta(seconds=4)
        heard(calling, "relative-1", "kiosk-1")
        world.clock.now += timedelta(seconds=2)
        calling.watch.look(world.environment)
        assert calling.row.state == "paused"
        assert calling.timers()["missing_supervisor"] is None, "the minute runs"
        calling.tick(seconds=61)
        assert (calling.row.state, calling.row.ended_code) == ("ended", "no-supervisor")

    def test_a_relatives_closed_page_empties_the_relatives_seat_alone(self, world: World) -> None:
        calling = Calling(world)
        calling.go_live()
        world.clock.now += timedelta(seconds=6)
        heard(calling, "kiosk-1", "officer-1")
        calling.watch.look(world.environment)
        stay = of(CallParty)
        with world.environment.database.reading() as session:
            seated = set(session.scalars(sa.select(stay.party).where(stay.left_at.is_(None))))
        assert (calling.row.state, seated) == ("live", {"convict", "supervisor"})

    def test_whom_a_supplier_has_on_the_line_needs_no_page(self, world: World) -> None:
        calling = Calling(world)
        calling.go_live()
        calling.provider.caps = frozenset({"phone"})
        for party, seat in (("relative", "relative-1"), ("supervisor", "officer-1")):
            calling.tick()
            calling.provider._rooms[calling.call].seats[seat] = party
        world.clock.now += timedelta(seconds=30)
        calling.watch.look(world.environment)
        assert calling.row.state == "live"
        del calling.provider._rooms[calling.call].seats["officer-1"]
        world.clock.now += timedelta(seconds=30)
        calling.watch.look(world.environment)
        assert calling.row.state == "paused"


class HangingCalls(InMemoryCalls):
    """A supplier that takes what it is told and answers only when it is let go."""

    name = "hanging"

    def __init__(self) -> None:
        super().__init__()
        self.let_go = threading.Event()
        self.held = threading.Semaphore(0)

    def arrange(self, call: str, view: RoomView) -> None:
        self.held.release()
        assert self.let_go.wait(PATIENCE)
        super().arrange(call, view)


class TestASlowSupplier:
    def test_a_supplier_that_hangs_delays_no_end_of_a_call(self, world: World) -> None:
        hanging = HangingCalls()
        slow = Calling(world)
        slow.arrange(slow.ask(), provider=hanging.name)
        slow.at(minutes=-5)
        watch = CallWatch(slow.provider, hanging)
        with world.environment.database.writes() as session:
            session.execute(sa.text("UPDATE call_timer SET done = false, lease_until = NULL WHERE kind = 'room'"))
            session.commit()
        waits = threading.Thread(target=watch.supply, args=[world.environment])
        waits.start()
        try:
            assert hanging.held.acquire(timeout=PATIENCE), "the room of the slow one is being made"
            slow.join(slow.officer, slow.mother, slow.convict)
            slow.do(slow.officer, confirm_identity, matched=True)
            slow.do(slow.officer, start_call)
            world.clock.now += timedelta(minutes=15)
            assert watch.cut(world.environment) >= 1
            assert (slow.row.state, slow.row.ended_code) == ("ended", "time-limit")
            assert waits.is_alive(), "and its supplier still hangs"
        finally:
            hanging.let_go.set()
            waits.join(PATIENCE)
        watch.turn(world.environment)
        assert hanging.present(slow.call) == []

    def test_one_supplier_holds_no_more_than_its_own_lines(self, world: World) -> None:
        calling = Calling(world)
        calling.arrange(calling.ask())
        calling.watch._waiting["memory"] = LINES_OF_ONE
        calling.at(minutes=-5)
        assert calling.timers()["room"] is None, "left to whoever has a line free"
        calling.watch._waiting["memory"] = 0
        calling.tick()
        assert calling.timers()["room"] == "done"
