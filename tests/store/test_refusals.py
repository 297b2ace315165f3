"""Refusals 1 to 3 of the database: places, people, intervals; by SQL alone on both engines."""

from datetime import date, timedelta
from typing import Any

from tests.store.bare_rows import DAY, HOUSE, NOON, Bare, refused, refused_either

HOUR = timedelta(hours=1)


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
