"""One appointment's whole life, as the law and the officers know it."""

from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa

from service.app.appointment_cancel import cancel_appointment
from service.app.appointment_close import complete_appointment, miss_appointment
from service.app.appointment_decide import grant_appointment, refuse_appointment
from service.app.appointment_move import move_appointment
from service.app.appointment_request import request_appointment
from service.app.convict_enter import set_condition
from service.app.date_block import block_dates
from service.app.review_nightly import resolve_flag, review_appointment
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Appointment, EntryPass, Message, ReviewFlag
from tests.app.booking import NIGHT, SATURDAY, codes, events, grant, granted, hold, match, request, row, scan, token
from tests.cast import MAXIMUM, MEDIUM, World


def test_from_hold_to_completion_each_step_is_an_event(world: World) -> None:
    held = hold(world)
    assert held.held_until == world.clock.now + timedelta(minutes=15)
    requested = request(world, held)
    assert requested.decide_by > world.clock.now
    decided = grant(world, held.appointment)
    assert len(decided.passes) == 1
    world.clock.set(held.starts_at - timedelta(minutes=20))
    inside = scan(world, token(world, decided), 1)
    assert (inside.verdict, inside.refusal) == ("admit", None)
    assert match(world, inside.admission) == "underway"
    world.clock.set(held.ends_at - timedelta(minutes=5))
    assert scan(world, token(world, decided), 2, "exit").verdict == "leave"
    done = world.run(
        world.as_officer("duty_officer"), lambda unit: complete_appointment(unit, appointment=held.appointment)
    )
    assert done == "completed"
    assert events(world, held.appointment) == [
        "appointment.held",
        "appointment.requested",
        "appointment.granted",
        "identity.matched",
        "appointment.completed",
    ]


def test_a_long_visit_lasts_two_days_of_the_wall(world: World) -> None:
    held = hold(world)
    assert (held.starts_at, held.ends_at) == (
        datetime.fromisoformat("2026-03-14T10:00:00+05:00"),
        datetime.fromisoformat("2026-03-16T10:00:00+05:00"),
    )


def test_a_hold_that_ran_out_cannot_be_requested(world: World) -> None:
    held = hold(world)
    world.clock.tick(minutes=15)
    with pytest.raises(Refusal) as refusal:
        request(world, held)
    assert codes(refusal) == ["hold-expired"]


def test_a_hold_that_ran_out_gives_its_place_and_entitlement_to_the_next(world: World) -> None:
    first = hold(world)
    world.clock.tick(minutes=16)
    second = hold(world, "Динара")
    assert row(world, first.appointment).state == "lapsed"
    assert row(world, second.appointment).state == "held"


def test_relatives_share_one_entitlement(world: World) -> None:
    hold(world)
    with pytest.raises(Refusal) as refusal:
        hold(world, "Динара", day=SATURDAY + timedelta(days=30))
    assert "interval-before" in codes(refusal)


def test_a_second_hold_of_the_same_person_replaces_the_first(world: World) -> None:
    first = hold(world)
    hold(world, day=SATURDAY + timedelta(days=7))
    assert (row(world, first.appointment).state, row(world, first.appointment).ended_code) == (
        "lapsed",
        "hold-replaced",
    )


def test_the_next_long_visit_waits_six_months_and_says_so(world: World) -> None:
    granted(world)
    with pytest.raises(Refusal) as refusal:
        hold(world, day=date(2026, 9, 13))
    assert refusal.value.sort == "not-possible"
    assert codes(refusal) == ["interval-before"]
    assert refusal.value.reasons[0].arguments["due"] == date(2026, 9, 14)
    assert refusal.value.alternatives == ({"due": "2026-09-14"},)
    hold(world, day=date(2026, 9, 14))


def test_a_full_room_offers_the_next_free_times(world: World) -> None:
    for place, (who, convict) in enumerate((("Айгүл", "Ерлан"), ("Гульзат", "Олег"))):
        granted(world, who=who, convict=convict)
        assert place < 3
    with world.environment.database.reading() as session:
        taken = session.scalars(sa.select(of(Appointment).place_id)).all()
    assert len(set(taken)) == 2
    world.run(
        world.as_officer("head"),
        lambda unit: block_dates(unit, institution=MEDIUM, room=None, first=SATURDAY, last=SATURDAY, ground="ремонт"),
    )
    with pytest.raises(Refusal) as refusal:
        hold(world, "Динара", day=SATURDAY)
    assert "date-blocked" in codes(refusal)


def test_a_party_of_two_adults_and_a_child_gets_a_pass_for_each_adult(world: World) -> None:
    decided = granted(world, others=("Динара", "Аружан"))
    with world.environment.database.reading() as session:
        passes = [session.get_one(EntryPass, one) for one in decided.passes]
    assert sorted(one.children for one in passes) == [0, 1]


def test_a_child_does_not_come_without_the_one_who_represents_it(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        hold(world, others=("Аружан",))
    assert "minor-alone" in codes(refusal)


@pytest.mark.parametrize(("who", "convict"), [("Болат", "Ерлан"), ("Сергей", "Ерлан"), ("Ләззат", "Нұрлан")])
def test_nobody_books_before_two_officers_confirmed_them_or_after_the_end(world: World, who: str, convict: str) -> None:
    with pytest.raises(Refusal) as refusal:
        hold(world, who, convict, template="short")
    assert refusal.value.sort == "not-found"


def test_strict_conditions_give_no_long_visit(world: World) -> None:
    with pytest.raises(Refusal) as refusal:
        hold(world, "Жанар", "Нұрлан")
    assert "not-provided" in codes(refusal)


def test_another_family_learns_nothing_of_an_appointment(world: World) -> None:
    held = hold(world)
    with pytest.raises(Refusal) as strange:
        request(world, held, "Гульзат")
    with pytest.raises(Refusal) as missing:
        world.run(world.as_relative("Гульзат"), lambda unit: request_appointment(unit, appointment="0" * 32))
    assert (strange.value.sort, codes(strange)) == (missing.value.sort, codes(missing)) == ("not-found", [])


def test_an_officer_of_another_institution_decides_nothing_here(world: World) -> None:
    held = hold(world)
    request(world, held)
    with pytest.raises(Refusal) as refusal:
        world.run(world.as_officer("head", MAXIMUM), lambda unit: grant_appointment(unit, appointment=held.appointment))
    assert refusal.value.sort == "not-found", "whether it is there is no affair of theirs"


def test_a_refusal_names_a_ground_of_the_law_and_frees_the_entitlement(world: World) -> None:
    held = hold(world)
    request(world, held)
    refused = world.run(
        world.as_officer("deputy_head"),
        lambda unit: refuse_appointment(
            unit, appointment=held.appointment, ground="ground-emergency", words="Карантин в учреждении до 1 апреля"
        ),
    )
    assert refused.state == "refused"
    assert row(world, held.appointment).ended_article == "IR 84"
    hold(world, day=SATURDAY + timedelta(days=30))


def test_a_refusal_without_a_lawful_ground_is_none(world: World) -> None:
    held = hold(world)
    request(world, held)
    for ground in ("because", "interval-before", ""):
        with pytest.raises(Refusal):
            world.run(
                world.as_officer("head"),
                lambda unit, g=ground: refuse_appointment(unit, appointment=held.appointment, ground=g, words="нет"),
            )
    assert row(world, held.appointment).state == "requested"


def test_the_family_is_told_at_every_step(world: World) -> None:
    held = hold(world, others=("Динара", "Аружан"))
    request(world, held)
    grant(world, held.appointment)
    with world.environment.database.reading() as session:
        told = [
            (one.template, one.person_id, one.channel)
            for one in session.scalars(sa.select(Message).where(of(Message).appointment_id == held.appointment))
        ]
    both = {world.people["Айгүл"], world.people["Динара"]}
    assert {
        person for template, person, channel in told if template == "appointment-granted" and channel == "sms"
    } == both
    assert ("appointment-granted", world.people["Ерлан"], "kiosk") in told


def test_the_same_people_may_move_their_visit_and_nothing_else_of_it_changes(world: World) -> None:
    decided = granted(world)
    before = row(world, decided.appointment)
    world.run(
        world.as_relative("Айгүл"),
        lambda unit: move_appointment(
            unit, appointment=decided.appointment, template=world.templates[MEDIUM, "long"], day=date(2026, 3, 20)
        ),
    )
    after = row(world, decided.appointment)
    assert (before.convict_id, before.kind, before.asked_by) == (after.convict_id, after.kind, after.asked_by)
    assert after.starts_at == datetime.fromisoformat("2026-03-20T10:00:00+05:00")
    assert after.charge_day == date(2026, 3, 20)
    with world.environment.database.reading() as session:
        passes = session.scalars(sa.select(EntryPass).where(of(EntryPass).appointment_id == decided.appointment)).all()
    assert sorted(one.revoked_code or "" for one in passes) == ["", "moved"]


def test_a_cancelled_visit_frees_everything_and_its_pass_opens_nothing(world: World) -> None:
    decided = granted(world)
    text = token(world, decided)
    world.run(
        world.as_relative("Айгүл"),
        lambda unit: cancel_appointment(unit, appointment=decided.appointment, ground="ground-visitor-asks"),
    )
    hold(world, "Динара", day=SATURDAY)
    world.clock.set(datetime.fromisoformat("2026-03-14T09:30:00+05:00"))
    answer = scan(world, text, 1)
    assert (answer.verdict, answer.refusal) == ("refuse", "revoked")


def test_an_officer_cancels_only_with_words_and_a_relative_only_with_their_own_ground(world: World) -> None:
    decided = granted(world)
    with pytest.raises(Refusal):
        world.run(
            world.as_officer("duty_officer"),
            lambda unit: cancel_appointment(unit, appointment=decided.appointment, ground="ground-emergency"),
        )
    with pytest.raises(Refusal):
        world.run(
            world.as_relative("Айгүл"),
            lambda unit: cancel_appointment(unit, appointment=decided.appointment, ground="ground-emergency"),
        )


def test_nobody_came_is_recorded_an_hour_later_and_by_the_law_files_setting_does_not_count(world: World) -> None:
    decided = granted(world)
    world.clock.set(datetime.fromisoformat("2026-03-14T10:30:00+05:00"))
    with pytest.raises(Refusal):
        world.run(NIGHT, lambda unit: miss_appointment(unit, appointment=decided.appointment))
    world.clock.tick(minutes=31)
    world.run(NIGHT, lambda unit: miss_appointment(unit, appointment=decided.appointment))
    assert row(world, decided.appointment).state == "no_show"
    hold(world, day=date(2026, 3, 25))


def test_a_visit_is_not_closed_while_somebody_is_inside(world: World) -> None:
    decided = granted(world)
    world.clock.set(datetime.fromisoformat("2026-03-14T09:30:00+05:00"))
    match(world, scan(world, token(world, decided), 1).admission)
    with pytest.raises(Refusal):
        world.run(world.as_officer("head"), lambda unit: complete_appointment(unit, appointment=decided.appointment))


def test_what_no_longer_fits_is_flagged_told_and_kept_until_somebody_resolves_it(world: World) -> None:
    decided = granted(world)
    assert world.run(NIGHT, lambda unit: review_appointment(unit, appointment=decided.appointment)) == ()
    world.run(
        world.as_officer("head"),
        lambda unit: block_dates(unit, institution=MEDIUM, room=None, first=SATURDAY, last=SATURDAY, ground="ремонт"),
    )
    flagged = world.run(NIGHT, lambda unit: review_appointment(unit, appointment=decided.appointment))
    assert flagged == ("date-blocked",)
    assert world.run(NIGHT, lambda unit: review_appointment(unit, appointment=decided.appointment)) == ()
    assert row(world, decided.appointment).state == "granted"
    with world.environment.database.reading() as session:
        flag = session.scalars(sa.select(ReviewFlag)).one()
        told = session.scalars(sa.select(Message).where(of(Message).template == "appointment-flagged")).all()
    assert told
    world.run(world.as_officer("duty_officer"), lambda unit: resolve_flag(unit, flag=flag.id, outcome="kept"))


def test_a_better_condition_brings_the_charge_of_a_future_visit_up_to_date(world: World) -> None:
    decided = granted(world, day=date(2026, 5, 9))
    before = row(world, decided.appointment).charge_after
    world.run(
        world.as_officer("commission_secretary"),
        lambda unit: set_condition(
            unit, convict=world.people["Ерлан"], condition="light", since=date(2026, 3, 2), paper="протокол № 5"
        ),
    )
    assert world.run(NIGHT, lambda unit: review_appointment(unit, appointment=decided.appointment)) == ()
    after = row(world, decided.appointment).charge_after
    assert (before, after) == (date(2025, 11, 9), date(2026, 3, 9))
    assert events(world, decided.appointment)[-1] == "appointment.recharged"
