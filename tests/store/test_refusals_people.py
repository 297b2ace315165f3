"""Refusals 4 to 6 of the database: relationships, the record, the gate; by SQL alone on both engines."""

from datetime import date, timedelta
from typing import Any

import pytest

from tests.store.bare_rows import DAY, HOUSE, NOON, Bare, refused, refused_either

HOUR = timedelta(hours=1)


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
