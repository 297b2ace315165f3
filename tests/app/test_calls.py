"""From a written request to a watched quarter of an hour: booked in one act, never live unwatched, ended once."""

from datetime import date

import pytest
import sqlalchemy as sa

from service.app.appointment_cancel import cancel_appointment
from service.app.call_arrange import arrange_call
from service.app.call_join import CameOrWent, hear_provider, join_call
from service.app.call_supervise import confirm_identity, end_call, mute_party, note_on_call, start_call, warn_parties
from service.app.convict_enter import enter_file
from service.app.convict_request_decide import refuse_request
from service.app.reading import Reading
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Appointment, CallMark, CallParty, ConvictRequest, Message
from tests.app.calling import DAY, STARTS, Calling
from tests.app.rows import opened, rows
from tests.cast import MAXIMUM, World

WHY_IT_NEVER_BEGAN = [
    ("identity-not-matched", "call-other-person", "IR 101"),
    ("third-party", "call-broken-off", "IR 105"),
    ("indecency", "call-broken-off", "IR 105"),
    ("rules-broken", "call-broken-off", "IR 105"),
    ("party-asks", "call-party-asks", "service"),
    ("connection-lost", "call-line-lost", "service"),
]
"""What the officer ends a call with before it is live, and what its appointment says then."""


@pytest.fixture
def calling(world: World) -> Calling:
    return Calling(world)


def refused(calling: Calling, *who_and_act: object, **more: object) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        calling.do(*who_and_act, **more)  # type: ignore[arg-type]
    return [one.code for one in refusal.value.reasons] or [refusal.value.sort]


def state_of(calling: Calling) -> str:
    with calling.world.environment.database.reading() as session:
        found = session.get(Appointment, calling.appointment)
        assert found is not None
        return found.state


def why_cancelled(calling: Calling) -> tuple[str | None, str | None]:
    with calling.world.environment.database.reading() as session:
        found = session.get_one(Appointment, calling.appointment)
        return found.ended_code, found.ended_article


class TestFromRequestToSlot:
    def test_one_act_books_the_slot_and_grants_the_request_and_the_relative_is_told(self, calling: Calling) -> None:
        request = calling.ask()
        made = calling.arrange(request)
        assert (made.starts_at, (made.ends_at - made.starts_at).seconds) == (STARTS, 900)
        assert made.supervisor == calling.officer.id
        assert state_of(calling) == "granted"
        with calling.world.environment.database.reading() as session:
            row = session.get(ConvictRequest, request)
            assert row is not None
            assert (row.state, row.appointment_id) == ("granted", made.appointment)
            told = {tuple(one) for one in session.execute(sa.select(of(Message).template, of(Message).channel))}
        assert ("call-granted", "sms") in told
        assert calling.told("appointment", "convict_request") == [
            "convict_request.made",
            "appointment.held",
            "appointment.requested",
            "convict_request.granted",
        ]

    @pytest.mark.parametrize(
        ("purpose", "never", "may"),
        [
            ("ordinary", "ground-intoxicated", "ground-not-entitled"),
            ("legal", "ground-not-entitled", "ground-room-unusable"),
        ],
    )
    def test_a_request_is_refused_with_a_ground_that_can_be_true_of_it(
        self, calling: Calling, purpose: str, never: str, may: str
    ) -> None:
        request = calling.ask(purpose=purpose)

        def refuse_for(ground: str) -> None:
            calling.world.run(
                calling.head, lambda unit: refuse_request(unit, request=request, ground=ground, words="Нет.")
            )

        with pytest.raises(Refusal) as no:
            refuse_for(never)
        assert [one.code for one in no.value.reasons] == ["not-true-of-this-call"]
        refuse_for(may)
        assert calling.told("convict_request") == ["convict_request.made", "convict_request.refused"]

    def test_what_is_refused_leaves_the_request_open_and_the_slot_free(self, calling: Calling) -> None:
        request = calling.ask(purpose="exceptional")
        for paper in (None, "  "):
            with pytest.raises(Refusal) as refusal:
                calling.arrange(request, certificate=paper)
            assert [one.code for one in refusal.value.reasons] == ["proof-needed"]
        calling.arrange(request, certificate="справка № 17 от 01.03.2026")
        with Reading(calling.world.environment, calling.head) as reading:
            assert reading.open(calling.row, "certificate") == "справка № 17 от 01.03.2026"

    def test_a_day_has_one_slot_for_a_convict(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        with pytest.raises(Refusal) as refusal:
            calling.arrange(calling.ask(sequence=2), "call-later")
        assert [one.code for one in refusal.value.reasons] == ["day-used"]

    def test_a_call_for_legal_help_is_never_blocked_and_says_whom_it_goes_to(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        request = calling.ask(sequence=2, purpose="legal", relationship=None)
        with pytest.raises(Refusal) as refusal:
            calling.arrange(request, "call-later")
        assert [one.code for one in refusal.value.reasons] == ["text-missing"]
        calling.arrange(request, "call-later", called="адвокат Нурова, +7 701 555 09 09")
        assert state_of(calling) == "granted"

    def test_the_isolator_stops_a_call_unless_a_certificate_proves_the_ground(self, calling: Calling) -> None:
        convict = calling.world.people["Ерлан"]
        calling.world.run(
            calling.head,
            lambda unit: enter_file(
                unit, convict=convict, kind="suspension", value="isolator", since=date(2026, 3, 1), paper="пост. № 3"
            ),
        )
        with pytest.raises(Refusal) as refusal:
            calling.arrange(calling.ask())
        assert "call-exceptional-only" in [one.code for one in refusal.value.reasons]
        calling.arrange(calling.ask(sequence=2, purpose="exceptional"), certificate="справка № 18")
        calling.arrange(calling.ask(sequence=3, purpose="medical", relationship=None), "call-later", called="врач Ким")

    def test_only_head_and_deputy_give_slots_and_only_at_home(self, calling: Calling) -> None:
        request, slot = calling.ask(), calling.world.templates["la-155-8", "call"]
        for actor in (calling.officer, calling.world.as_officer("head", MAXIMUM), calling.mother):
            with pytest.raises(Refusal):
                calling.world.run(actor, lambda unit: arrange_call(unit, request=request, template=slot, day=DAY))


class TestTheCall:
    def test_nobody_joins_before_the_room_opens_and_a_stranger_never(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        calling.at(minutes=-6)
        assert refused(calling, calling.mother, join_call, seat="x") == ["state-does-not-allow"]
        calling.at(minutes=-5)
        calling.join(calling.mother)
        assert calling.row.state == "waiting_monitor"
        assert refused(calling, calling.world.as_relative("Гульзат"), join_call, seat="x") == ["not-found"]

    def test_it_is_live_only_with_an_officer_and_after_the_identity_check(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        calling.at(minutes=-5)
        calling.join(calling.mother, calling.convict)
        assert refused(calling, calling.officer, start_call) == ["state-does-not-allow"]
        assert refused(calling, calling.officer, confirm_identity, matched=True) == ["state-does-not-allow"]
        calling.join(calling.officer)
        assert refused(calling, calling.officer, start_call) == ["state-does-not-allow"]
        calling.do(calling.officer, confirm_identity, matched=True)
        calling.do(calling.officer, start_call)
        row = calling.row
        assert row.live_at is not None
        assert row.hard_end_at is not None
        assert (row.hard_end_at - row.live_at).total_seconds() == 900
        assert state_of(calling) == "underway"

    def test_somebody_else_at_the_other_end_ends_the_call_and_uses_nothing_up(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        calling.at(minutes=-5)
        calling.join(calling.mother, calling.officer)
        calling.do(calling.officer, confirm_identity, matched=False)
        assert (calling.row.state, calling.row.ended_code) == ("ended", "identity-not-matched")
        assert state_of(calling) == "cancelled"

    def test_an_empty_seat_pauses_at_once_and_the_limit_stays_where_it_was(self, calling: Calling) -> None:
        calling.go_live()
        limit = calling.row.hard_end_at
        calling.tick(minutes=3)
        calling.leave(calling.officer)
        assert calling.row.state == "paused"
        calling.tick(seconds=50)
        calling.join(calling.officer, seat="2")
        calling.do(calling.officer, start_call)
        assert (calling.row.state, calling.row.hard_end_at) == ("live", limit)
        calling.tick(minutes=12)
        assert (calling.row.state, calling.row.ended_code) == ("ended", "time-limit")
        assert state_of(calling) == "completed"

    def test_nobody_sits_down_again_and_it_ends_after_a_minute(self, calling: Calling) -> None:
        calling.go_live()
        calling.leave(calling.officer)
        calling.tick(seconds=59)
        assert calling.row.state == "paused"
        calling.tick(seconds=1)
        assert (calling.row.state, calling.row.ended_code) == ("ended", "no-supervisor")

    def test_two_minutes_before_the_end_are_said_and_the_end_comes_by_itself(self, calling: Calling) -> None:
        calling.go_live()
        calling.tick(minutes=13)
        assert [one.code for one in marks(calling)] == ["two-minutes"]
        calling.tick(minutes=2)
        assert calling.row.ended_code == "time-limit"
        assert calling.provider.ended == [calling.call]
        assert refused(calling, calling.mother, join_call, seat="again") == ["state-does-not-allow"]

    def test_the_officer_warns_mutes_notes_and_ends_with_a_reason(self, calling: Calling) -> None:
        calling.go_live()
        calling.do(calling.officer, warn_parties, code="third-party")
        calling.do(calling.officer, mute_party, party="relative")
        assert calling.row.muted == "relative"
        calling.do(calling.officer, mute_party, party=None)
        calling.do(calling.officer, note_on_call, words="За спиной второй мужчина.")
        assert refused(calling, calling.officer, end_call, code="time-limit") == ["choice-unknown"]
        calling.do(calling.officer, end_call, code="third-party")
        assert (calling.row.ended_code, calling.row.ended_by) == ("third-party", calling.officer.id)
        assert [one.kind for one in marks(calling)] == ["warned", "muted", "unmuted", "noted"]
        assert refused(calling, calling.officer, end_call, code="completed") == ["state-does-not-allow"]

    def test_indecency_ends_no_call_with_a_lawyer(self, calling: Calling) -> None:
        calling.arrange(calling.ask(purpose="legal", relationship=None), called="адвокат")
        calling.at(minutes=-5)
        assert refused(calling, calling.officer, end_call, code="indecency") == ["choice-unknown"]

    @pytest.mark.parametrize(("code", "told", "article"), WHY_IT_NEVER_BEGAN)
    def test_the_family_is_told_in_true_words_why_a_call_never_began(
        self, calling: Calling, code: str, told: str, article: str
    ) -> None:
        calling.arrange(calling.ask())
        calling.at(minutes=-5)
        calling.join(calling.officer, calling.mother)
        calling.do(calling.officer, end_call, code=code)
        assert (state_of(calling), *why_cancelled(calling)) == ("cancelled", told, article)
        mother = calling.world.people["Айгүл"]
        (text,) = rows(calling.world, Message, person_id=mother, template="call-cancelled", channel="sms")
        assert opened(calling.world, text)["ground"] == told

    def test_a_talk_that_never_began_was_not_finished(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        calling.at(minutes=-5)
        calling.join(calling.officer, calling.mother)
        assert refused(calling, calling.officer, end_call, code="completed") == ["state-does-not-allow"]
        assert calling.row.ended_code is None

    def test_nobody_comes_and_the_record_says_who_was_absent(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        calling.at(minutes=-5)
        calling.join(calling.officer, calling.convict)
        calling.at(minutes=10)
        assert (calling.row.state, state_of(calling)) == ("no_show", "no_show")

    def test_an_absent_officer_costs_the_family_nothing(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        calling.at(minutes=-5)
        calling.join(calling.mother, calling.convict)
        calling.at(minutes=10)
        assert (calling.row.state, calling.row.ended_code, state_of(calling)) == ("ended", "no-supervisor", "cancelled")
        assert why_cancelled(calling) == ("call-not-supervised", "IR 101")
        calling.arrange(calling.ask(sequence=2), day=date(2026, 3, 5))

    def test_a_room_that_could_not_open_in_time_costs_nothing_either(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        calling.at(minutes=11)
        assert (calling.row.state, state_of(calling)) == ("cancelled", "cancelled")
        assert why_cancelled(calling) == ("call-not-opened", "service")

    def test_a_cancelled_appointment_has_no_call(self, calling: Calling) -> None:
        calling.arrange(calling.ask())
        calling.world.run(
            calling.mother,
            lambda unit: cancel_appointment(unit, appointment=calling.appointment, ground="ground-visitor-asks"),
        )
        assert calling.row.state == "cancelled"
        assert set(calling.timers().values()) == {"dropped", None}

    def test_no_call_is_cancelled_for_what_only_a_visit_can_have(self, calling: Calling) -> None:
        calling.arrange(calling.ask())

        def cancel_for(ground: str) -> None:
            appointment = calling.appointment
            calling.world.run(
                calling.head,
                lambda unit: cancel_appointment(unit, appointment=appointment, ground=ground, words="Нет."),
            )

        for ground in ("ground-smuggling", "ground-emergency"):
            with pytest.raises(Refusal) as no:
                cancel_for(ground)
            assert [one.code for one in no.value.reasons] == ["not-true-of-this-call"]
        assert state_of(calling) == "granted"
        cancel_for("ground-transfer")
        assert state_of(calling) == "cancelled"

    def test_an_overdue_call_ends_though_its_cut_was_lost(self, calling: Calling) -> None:
        calling.go_live()
        with calling.world.environment.database.writes() as session:
            session.execute(sa.text("DELETE FROM call_timer"))
            session.commit()
        calling.tick(minutes=16)
        assert calling.row.state == "live"
        calling.watch.sweep(calling.world.environment)
        assert (calling.row.state, calling.row.ended_code) == ("ended", "time-limit")

    def test_one_device_a_party_and_the_supplier_seats_no_officer(self, calling: Calling) -> None:
        calling.go_live()
        calling.join(calling.mother, seat="2")
        event = CameOrWent(calling.call, "supervisor", "forged", True, calling.world.clock.now)
        calling.leave(calling.officer)
        calling.world.run(calling.watch.actor, lambda unit: hear_provider(unit, event=event))
        assert calling.row.state == "paused"
        with calling.world.environment.database.reading() as session:
            row = of(CallParty)
            open_ = session.scalars(sa.select(row.seat).where(row.left_at.is_(None)).order_by(row.seat))
            assert list(open_) == ["kiosk-1", "relative-2"]

    def test_the_record_tells_each_step_once(self, calling: Calling) -> None:
        calling.go_live()
        calling.do(calling.officer, note_on_call, words="Тихо.")
        calling.tick(minutes=15)
        assert calling.told("call.") == [
            "call.opened", "call.joined", "call.joined", "call.joined", "call.identified", "call.live", "call.noted",
            "call.ended",
        ]  # fmt: skip


def marks(calling: Calling) -> list[CallMark]:
    with calling.world.environment.database.reading() as session:
        found = list(session.scalars(sa.select(CallMark).order_by(of(CallMark).at)))
        session.expunge_all()
        return found
