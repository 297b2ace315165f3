"""The six refusals of the database, each tried by SQL alone on both engines."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import DBAPIError

from tests.store.bare_rows import DAY, HOUSE, NOON, Bare, bare

HOUR = timedelta(hours=1)


@pytest.fixture
def rows(engine_url: str) -> Iterator[Bare]:
    made = bare(engine_url)
    yield made
    made.database.close()


def refused(rule: str, act: Callable[[], Any]) -> None:
    """The act fails in the database, by the rule named."""
    with pytest.raises(DBAPIError) as failure:
        act()
    assert rule in str(failure.value.orig), failure.value.orig


def refused_either(names: tuple[str, str], act: Callable[[], Any]) -> None:
    """A unique index is named by PostgreSQL, by its columns on SQLite."""
    with pytest.raises(DBAPIError) as failure:
        act()
    assert any(name in str(failure.value.orig) for name in names), failure.value.orig


# 1. one place, one live appointment at a time


def test_one_place_takes_no_two_live_appointments_at_overlapping_times(rows: Bare) -> None:
    rows.appointment()
    other = {"convict_id": rows.ids["other_convict"], "asked_by": rows.ids["mother"]}
    refused(
        "ex_appointment_place", lambda: rows.appointment(starts_at=NOON + HOUR / 2, ends_at=NOON + 2 * HOUR, **other)
    )
    refused("ex_appointment_place", lambda: rows.appointment(starts_at=NOON - HOUR, ends_at=NOON + 9 * HOUR, **other))


def test_a_place_is_free_the_moment_the_visit_before_ends(rows: Bare) -> None:
    rows.appointment()
    rows.appointment(convict_id=rows.ids["other_convict"], starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR)


def test_an_ended_appointment_gives_its_place_back(rows: Bare) -> None:
    first = rows.appointment()
    rows.sql("UPDATE appointment SET state = 'lapsed', live = :no WHERE id = :id", no=False, id=first)
    rows.appointment(convict_id=rows.ids["other_convict"])


def test_moving_onto_a_taken_place_is_refused(rows: Bare) -> None:
    rows.appointment()
    second = rows.appointment(convict_id=rows.ids["other_convict"], place_id=rows.ids["other_place"])
    refused(
        "ex_appointment_place",
        lambda: rows.sql("UPDATE appointment SET place_id = :p WHERE id = :id", p=rows.ids["place"], id=second),
    )


def test_live_and_state_cannot_disagree(rows: Bare) -> None:
    first = rows.appointment()
    refused(
        "ck_appointment_live", lambda: rows.sql("UPDATE appointment SET live = :no WHERE id = :id", no=False, id=first)
    )


# 2. one convict, one visitor, at one place at a time


def test_a_convict_has_no_two_live_appointments_at_overlapping_times(rows: Bare) -> None:
    rows.appointment()
    refused("ex_appointment_convict", lambda: rows.appointment(place_id=rows.ids["other_place"]))


def test_a_visitor_has_no_two_live_appointments_at_overlapping_times(rows: Bare) -> None:
    mother = rows.ids["mother"]
    tie = rows.relationship(mother, rows.ids["other_convict"])
    first = rows.appointment()
    rows.visitor(first, mother, rows.ids["tie"])
    second = rows.appointment(convict_id=rows.ids["other_convict"], place_id=rows.ids["other_place"])
    refused("ex_visitor", lambda: rows.visitor(second, mother, tie))


def test_moving_an_appointment_moves_its_visitors_and_is_refused_where_they_are_busy(rows: Bare) -> None:
    mother = rows.ids["mother"]
    tie = rows.relationship(mother, rows.ids["other_convict"])
    rows.visitor(rows.appointment(), mother, rows.ids["tie"])
    later = {"starts_at": NOON + 3 * HOUR, "ends_at": NOON + 4 * HOUR}
    second = rows.appointment(convict_id=rows.ids["other_convict"], place_id=rows.ids["other_place"], **later)
    rows.visitor(second, mother, tie, **later)
    move = "UPDATE appointment SET starts_at = :s, ends_at = :e WHERE id = :id"

    def moved(by: timedelta) -> int:
        start = NOON + by
        if rows.database.is_sqlite:
            from service.store.types import moment_text

            return rows.sql(move, s=moment_text(start), e=moment_text(start + HOUR), id=second)
        return rows.sql(move, s=start, e=start + HOUR, id=second)

    refused("ex_visitor", lambda: moved(HOUR / 2))
    moved(5 * HOUR)
    moved(HOUR)


# 3. the interval of the law


def charged(rows: Bare, day: date, after: date, **more: Any) -> str:
    hours = (day - DAY).days * 24 * HOUR
    return rows.appointment(
        starts_at=NOON + hours,
        ends_at=NOON + hours + HOUR,
        charge_rule="interval",
        charge_kind="short",
        charge_day=day,
        charge_after=after,
        **more,
    )


def test_a_visit_sooner_than_its_interval_is_refused_before_and_after_its_neighbour(rows: Bare) -> None:
    charged(rows, date(2026, 5, 15), date(2026, 3, 15))
    refused("ex_appointment_charge", lambda: charged(rows, date(2026, 7, 14), date(2026, 5, 14)))
    refused("ex_appointment_charge", lambda: charged(rows, date(2026, 3, 16), date(2026, 1, 16)))


def test_a_visit_on_the_very_day_the_interval_ends_is_taken(rows: Bare) -> None:
    charged(rows, date(2026, 5, 15), date(2026, 3, 15))
    charged(rows, date(2026, 7, 15), date(2026, 5, 15))
    charged(rows, date(2026, 3, 15), date(2026, 1, 15))


def exception(rows: Bare, **more: Any) -> str:
    values = {
        "institution_id": HOUSE,
        "convict_id": rows.ids["convict"],
        "kind": "extra-visit",
        "appointment_kind": "short",
        "ground": "x",
        "article": "PEC 106",
        "words": b"x",
        "state": "granted",
        "asked_by": rows.ids["first"],
        "asked_role": "duty_officer",
        "asked_at": NOON,
        "decided_by": rows.ids["head"],
        "decided_role": "head",
        "decided_at": NOON,
        "usable_until": date(2026, 12, 31),
    }
    return rows.put("exception_request", **{**values, **more})


def test_a_surplus_names_an_exception_that_two_officers_granted_and_names_it_once(rows: Bare) -> None:
    charged(rows, date(2026, 5, 15), date(2026, 3, 15))
    surplus = {"charge_kind": "short", "charge_day": date(2026, 5, 16), "place_id": rows.ids["other_place"]}
    asked = exception(rows, state="asked", decided_by=None, decided_role=None, decided_at=None)
    refused(
        "tr_appointment_exception",
        lambda: rows.appointment(charge_rule="exception", exception_id=asked, **surplus),
    )
    refused("ck_appointment_charge_exception", lambda: rows.appointment(charge_rule="exception", **surplus))
    granted = exception(rows)
    rows.appointment(charge_rule="exception", exception_id=granted, **surplus)
    later = {**surplus, "starts_at": NOON + 5 * HOUR, "ends_at": NOON + 6 * HOUR}
    refused_either(
        ("uq_appointment_exception", "appointment.exception_id"),
        lambda: rows.appointment(charge_rule="exception", exception_id=granted, **later),
    )


def test_an_exception_of_another_convict_serves_nobody(rows: Bare) -> None:
    granted = exception(rows, convict_id=rows.ids["other_convict"])
    refused(
        "tr_appointment_exception",
        lambda: rows.appointment(charge_rule="exception", charge_kind="short", exception_id=granted),
    )


def test_one_officer_cannot_ask_and_grant_an_exception_nor_one_role(rows: Bare) -> None:
    refused("ck_exception_request_two_people", lambda: exception(rows, decided_by=rows.ids["first"]))
    refused("ck_exception_request_two_roles", lambda: exception(rows, decided_role="duty_officer"))


def test_a_calendar_month_has_as_many_visits_as_it_has_numbers(rows: Bare) -> None:
    monthly = {"charge_rule": "calendar_month", "charge_kind": "short", "charge_month": "2026-03"}
    rows.appointment(charge_ordinal=1, **monthly)
    later = {"starts_at": NOON + 5 * HOUR, "ends_at": NOON + 6 * HOUR, **monthly}
    refused_either(
        ("uq_appointment_charge_month", "appointment.charge_ordinal"),
        lambda: rows.appointment(charge_ordinal=1, **later),
    )
    rows.appointment(charge_ordinal=2, **later)


# 4. no visitor without a confirmed relationship


@pytest.mark.parametrize("state", ["claimed", "accepted", "verified", "refused", "revoked", "withdrawn"])
def test_only_a_confirmed_relationship_brings_a_visitor_in(rows: Bare, state: str) -> None:
    brother = rows.person()
    tie = rows.relationship(brother, rows.ids["convict"], state=state)
    refused("tr_visitor", lambda: rows.visitor(rows.appointment(), brother, tie))


def test_a_relationship_to_another_convict_or_of_another_person_brings_nobody_in(rows: Bare) -> None:
    stranger = rows.person()
    tie = rows.relationship(stranger, rows.ids["other_convict"])
    booked = rows.appointment()
    refused("tr_visitor_relationship", lambda: rows.visitor(booked, stranger, tie))
    refused("tr_visitor_relationship", lambda: rows.visitor(booked, stranger, rows.ids["tie"]))


@pytest.mark.parametrize("period", [{"since": date(2026, 3, 20)}, {"until": DAY}])
def test_a_relationship_not_in_force_on_the_day_brings_nobody_in(rows: Bare, period: dict[str, date]) -> None:
    brother = rows.person()
    tie = rows.relationship(brother, rows.ids["convict"], **period)
    refused("tr_visitor_relationship", lambda: rows.visitor(rows.appointment(), brother, tie))


def test_one_officer_cannot_be_both_who_verified_and_who_confirmed(rows: Bare) -> None:
    brother = rows.person()
    refused(
        "ck_relationship_two_people",
        lambda: rows.relationship(brother, rows.ids["convict"], confirmed_by=rows.ids["first"]),
    )


def test_a_confirmation_without_its_two_officers_is_none(rows: Bare) -> None:
    brother = rows.person()
    for missing in ("verified_by", "confirmed_by", "accepted_at", "since"):
        refused(
            "ck_relationship_confirmed_by_two",
            lambda missing=missing: rows.relationship(brother, rows.ids["convict"], **{missing: None}),
        )


def test_a_relationship_is_not_confirmed_past_its_steps_nor_its_officers_exchanged(rows: Bare) -> None:
    brother = rows.person()
    tie = rows.relationship(brother, rows.ids["convict"], state="accepted")
    refused(
        "tr_relationship_fixed", lambda: rows.sql("UPDATE relationship SET state = 'confirmed' WHERE id = :id", id=tie)
    )
    refused(
        "tr_relationship_fixed",
        lambda: rows.sql("UPDATE relationship SET verified_by = :o WHERE id = :id", o=rows.ids["head"], id=tie),
    )


# 5. events are not changed, appointments keep their people


def test_no_event_opening_or_checkpoint_is_changed_or_deleted(rows: Bare) -> None:
    rows.put("event", log_id=HOUSE, number=0, type="log.opened", at=NOON, leaf=b"{}", leaf_hash=b"h")
    rows.put("opening", log_id=HOUSE, number=0, person_id=rows.ids["mother"], sealed=b"s")
    rows.put("checkpoint", log_id=HOUSE, size=1, note=b"n", published_at=NOON)
    for name, column in (("event", "type"), ("opening", "log_id"), ("checkpoint", "log_id")):
        refused(f"tr_{name}_append_only", lambda n=name, c=column: rows.sql(f"UPDATE {n} SET {c} = 'x'"))
        refused(f"tr_{name}_kept", lambda n=name: rows.sql(f"DELETE FROM {n}"))


def test_nothing_of_the_record_is_deleted(rows: Bare) -> None:
    booked = rows.appointment()
    rows.visitor(booked, rows.ids["mother"], rows.ids["tie"])
    for name in ("appointment", "appointment_visitor", "relationship", "person", "convict", "officer", "room", "log"):
        refused(f"tr_{name}_kept", lambda n=name: rows.sql(f"DELETE FROM {n}"))


@pytest.mark.parametrize("column", ["convict_id", "kind", "by_video", "asked_by", "institution_id"])
def test_who_and_what_kind_an_appointment_is_never_changes(rows: Bare, column: str) -> None:
    booked = rows.appointment()
    other: dict[str, Any] = {
        "convict_id": rows.ids["other_convict"],
        "kind": "long",
        "by_video": True,
        "asked_by": rows.ids["convict"],
        "institution_id": "la-155-9",
    }
    refused(
        "tr_appointment_fixed",
        lambda: rows.sql(f"UPDATE appointment SET {column} = :v WHERE id = :id", v=other[column], id=booked),
    )


def test_visitors_are_neither_exchanged_nor_added_after_the_hold(rows: Bare) -> None:
    brother = rows.person()
    tie = rows.relationship(brother, rows.ids["convict"])
    booked = rows.appointment()
    seat = rows.visitor(booked, rows.ids["mother"], rows.ids["tie"])
    refused(
        "tr_visitor_fixed",
        lambda: rows.sql("UPDATE appointment_visitor SET person_id = :p WHERE id = :id", p=brother, id=seat),
    )
    rows.sql("UPDATE appointment SET state = 'requested' WHERE id = :id", id=booked)
    refused("tr_visitor_only_while_held", lambda: rows.visitor(booked, brother, tie))


def test_an_ended_appointment_does_not_come_back_and_a_hold_is_not_renewed(rows: Bare) -> None:
    booked = rows.appointment()
    until = "2026-03-19T09:00:00.000000Z"
    refused(
        "tr_appointment_fixed",
        lambda: rows.sql("UPDATE appointment SET held_until = :u WHERE id = :id", u=until, id=booked),
    )
    rows.sql("UPDATE appointment SET state = 'lapsed', live = :no WHERE id = :id", no=False, id=booked)
    refused(
        "tr_appointment_fixed",
        lambda: rows.sql("UPDATE appointment SET state = 'requested', live = :yes WHERE id = :id", yes=True, id=booked),
    )


# 6. one pass, one person inside


def test_a_pass_is_not_admitted_twice_without_an_exit_between(rows: Bare) -> None:
    booked = rows.appointment()
    seat = rows.visitor(booked, rows.ids["mother"], rows.ids["tie"])
    pass_ = rows.put(
        "pass",
        institution_id=HOUSE,
        appointment_id=booked,
        visitor_id=seat,
        key_number=1,
        gate_zone=1,
        children=0,
        visitor_tag="00000000",
        not_before=NOON - HOUR,
        not_after=NOON + HOUR,
        issued_at=NOON,
    )
    device = rows.put(
        "device", institution_id=HOUSE, kind="bridge", name="КПП", gate_id=rows.ids["gate"], key_hash="h", added_at=NOON
    )

    def admit(sequence: int) -> str:
        scan = rows.put(
            "scan",
            institution_id=HOUSE,
            gate_id=rows.ids["gate"],
            device_id=device,
            sequence=sequence,
            direction="entry",
            pass_id=pass_,
            token_digest="d",
            scanned_at=NOON,
            received_at=NOON,
            verdict="admit",
        )
        return rows.put("admission", institution_id=HOUSE, pass_id=pass_, entry_scan_id=scan, admitted_at=NOON)

    first = admit(1)
    refused_either(("uq_admission_inside", "admission.pass_id"), lambda: admit(2))
    left = NOON + HOUR
    with rows.database.engine.begin() as connection:
        from tests.store.bare_rows import table

        admission = table("admission")
        connection.execute(admission.update().where(admission.c.id == first).values(left_at=left))
    admit(3)
