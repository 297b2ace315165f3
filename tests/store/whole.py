"""A small installation with two rows or more in every recorded table, written by the unit of work.

Use cases stay out of it, so that a column nobody fills yet is tried too.
"""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from service.domain.access import Actor
from service.store import tables as t
from service.store.environment import Environment
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_bridges import bridges
from tests.store.whole_call_money import call_money
from tests.store.whole_calls import calls
from tests.store.whole_desk import desk
from tests.store.whole_factors import factors, passing_factors, signatures
from tests.store.whole_files import DAY, HOUR, HOUSE, OTHER_HOUSE, Whole, files, houses, people_and_officers
from tests.store.whole_kiosk import kiosk
from tests.store.whole_notices import notices
from tests.store.whole_registry import registry
from tests.store.whole_waiting import waiting

__all__ = ["HOUSE", "OTHER_HOUSE", "Whole", "whole"]


def whole(world: Environment) -> Whole:
    """Everything there is, on top of a founded installation with one institution."""
    made = Whole(world)
    houses(made)
    people_and_officers(made)
    made.publish()
    files(made)
    for name, hour in (("first", 0), ("second", 3)):
        _visit(made, name, hour)
    bridges(made)
    desk(made)
    registry(made)
    waiting(made)
    _erased(made)
    made.publish()
    _exceptions(made)
    _overseen(made)
    notices(made)
    kiosk(made)
    calls(made)
    call_money(made)
    factors(made)
    signatures(made)
    _passing(made)
    return made


def _visit(made: Whole, name: str, hour: int) -> None:
    """One visit of the mother to her son from the hold to the exit, disputed afterwards."""
    start = made.world.clock() + timedelta(hours=1 + hour)
    mother, son, officer = made.ids["mother"], made.ids["son"], made.ids["officer_head"]

    def hold(unit: UnitOfWork) -> None:
        made.new(
            unit, f"visit_{name}", t.Appointment, institution_id=HOUSE, convict_id=son, kind="short", by_video=False,
            room_id=made.ids["room1"], place_id=made.ids["place1a"], starts_at=start, ends_at=start + HOUR,
            state="held", live=True, charge_rule="interval", charge_kind="short",
            charge_day=DAY + timedelta(days=20 * hour), charge_after=DAY + timedelta(days=20 * hour - 15),
            charge_month="2026-03", charge_ordinal=hour, from_long=False, purpose="ordinary", asked_by=mother,
            asked_at=unit.now, held_until=unit.now + timedelta(minutes=15),
        )  # fmt: skip
        for person in ("mother", "brother"):
            made.new(
                unit, f"visitor_{name}_{person}", t.AppointmentVisitor, institution_id=HOUSE,
                appointment_id=made.ids[f"visit_{name}"], person_id=made.ids[person],
                relationship_id=made.ids[f"tie_{person}"], adult=person == "mother", starts_at=start,
                ends_at=start + HOUR, live=True,
            )  # fmt: skip

    made.act("appointment.held", HOUSE, hold, Actor("relative", "x", mother))
    visit = f"visit_{name}"
    made.act(
        "appointment.requested",
        HOUSE,
        lambda unit: made.change(
            unit, t.Appointment, visit, state="requested", requested_at=unit.now, decide_by=unit.now + HOUR
        ),
    )

    def grant(unit: UnitOfWork) -> None:
        credit = {"credit_id": made.ids[f"credit_{'son' if hour else 'other_son'}"]}
        made.change(unit, t.Appointment, visit, state="granted", decided_at=unit.now, decided_by=officer, **credit)
        made.new(
            unit, f"pass_{name}", t.EntryPass, institution_id=HOUSE, appointment_id=made.ids[visit],
            visitor_id=made.ids[f"visitor_{name}_mother"], key_number=1, gate_zone=1, children=hour,
            visitor_tag="0" * 8, not_before=unit.now, not_after=start + HOUR, issued_at=unit.now,
        )  # fmt: skip
        made.new(
            unit, f"message_{name}", t.Message, {"arguments": '{"starts_at":"…"}'}, of=mother, institution_id=HOUSE,
            person_id=mother, appointment_id=made.ids[visit], channel="sms", template="appointment-granted",
            language="kk", created_at=unit.now, tries=0,
        )  # fmt: skip

    made.act("appointment.granted", HOUSE, grant)

    def scan(unit: UnitOfWork) -> None:
        for sequence, direction in enumerate(("entry", "exit")):
            made.new(
                unit, f"scan_{name}_{direction}", t.Scan, institution_id=HOUSE, gate_id=made.ids["gate1"],
                device_id=made.ids["device_bridge"], sequence=10 * hour + sequence, direction=direction,
                pass_id=made.ids[f"pass_{name}"], token_digest="a" * 64, scanned_at=unit.now, received_at=unit.now,
                offline_verdict="admit" if direction == "entry" else None,
                verdict="admit" if direction == "entry" else "leave",
                refusal="too_late" if direction == "exit" else None,
            )  # fmt: skip
        made.new(
            unit, f"stay_{name}", t.Admission, institution_id=HOUSE, pass_id=made.ids[f"pass_{name}"],
            entry_scan_id=made.ids[f"scan_{name}_entry"], admitted_at=unit.now,
        )  # fmt: skip

    made.act("gate.scanned", HOUSE, scan)

    def match(unit: UnitOfWork) -> None:
        made.change(unit, t.Admission, f"stay_{name}", matched=True, matched_by=officer, matched_at=unit.now)
        made.change(unit, t.Appointment, visit, state="underway")

    made.act("identity.matched", HOUSE, match)

    def leave(unit: UnitOfWork) -> None:
        made.change(
            unit, t.Admission, f"stay_{name}", left_at=unit.now, exit_scan_id=made.ids[f"scan_{name}_exit"],
            ended_code="visit-over",
        )  # fmt: skip
        made.change(
            unit, t.Appointment, visit, state="completed", ended_at=unit.now, ended_code="over", ended_article="IR 87",
            **unit.sealed(t.Appointment, made.ids[visit], mother, ended_words="благодарим", needs="needs:infant"),
        )  # fmt: skip
        made.change(unit, t.EntryPass, f"pass_{name}", revoked_at=unit.now, revoked_code="visit-over")
        sent = {"sent_at": unit.now, "supplier_reference": "SM1", "tries": 1, "next_try_at": unit.now}
        made.change(unit, t.Message, f"message_{name}", claimed_until=unit.now, **sent)

    made.act("appointment.completed", HOUSE, leave)

    def dispute(unit: UnitOfWork) -> None:
        made.new(
            unit, f"dispute_{name}", t.Dispute, {"words": "этого не было"}, of=son, institution_id=HOUSE,
            appointment_id=made.ids[visit], raised_by=son, as_convict=True, code="did-not-happen", raised_at=unit.now,
            answered_at=unit.now, answered_by=officer, outcome="upheld",
        )  # fmt: skip
        made.new(
            unit, f"flag_{name}", t.ReviewFlag, institution_id=HOUSE, appointment_id=made.ids[visit], code="not-placed",
            article="PEC 90", raised_at=unit.now, resolved_at=unit.now, resolved_by=officer, outcome="kept",
        )  # fmt: skip

    made.act("appointment.disputed", HOUSE, dispute, Actor("kiosk", "x", son, device=made.ids["device_kiosk"]))


def _erased(made: Whole) -> None:
    asked, decided = made.ids["officer_registrar"], made.ids["officer_head"]

    def ask(unit: UnitOfWork) -> None:
        for name in ("gone", "brother"):
            made.new(
                unit, f"erasure_{name}", t.ErasureRequest, person_id=made.ids[name], state="asked", asked_by=asked,
                asked_at=unit.now,
            )  # fmt: skip

    made.act("erasure.asked", t.NATIONAL, ask)

    def refuse(unit: UnitOfWork) -> None:
        made.change(unit, t.ErasureRequest, "erasure_brother", state="refused", decided_by=decided, decided_at=unit.now)

    made.act("erasure.refused", t.NATIONAL, refuse)

    def erase(unit: UnitOfWork) -> None:
        made.change(unit, t.Account, "account_gone", phone_index="", closed_at=unit.now, closed_reason="erased")
        made.change(unit, t.Person, "gone", wrapped_key=None, iin_index=None, document_index=None, erased_at=unit.now)
        made.change(unit, t.ErasureRequest, "erasure_gone", state="done", decided_by=decided, decided_at=unit.now)

    made.act("person.erased", t.NATIONAL, erase)


def _exceptions(made: Whole) -> None:
    asked, decided = made.ids["officer_registrar"], made.ids["officer_head"]

    def ask(unit: UnitOfWork) -> None:
        for number, name in enumerate(("son", "other_son")):
            made.new(
                unit, f"exception_{name}", t.ExceptionRequest, {"words": "тяжёлая болезнь"}, of=made.ids[name],
                institution_id=HOUSE, convict_id=made.ids[name], kind="surplus", appointment_kind="short",
                ground="illness", article="PEC 106(5)", state="asked", asked_by=asked, asked_role="registry_officer",
                asked_at=unit.now, usable_until=DAY + timedelta(days=60 + number),
                relationship_id=made.ids["tie_mother"],
            )  # fmt: skip

    made.act("exception.asked", HOUSE, ask)

    def grant(unit: UnitOfWork) -> None:
        cells = {"state": "granted", "decided_by": decided, "decided_role": "head", "decided_at": unit.now}
        for name in ("son", "other_son"):
            made.change(unit, t.ExceptionRequest, f"exception_{name}", **cells)

    made.act("exception.granted", HOUSE, grant)
    start = made.world.clock() + timedelta(hours=9)

    def hold(unit: UnitOfWork) -> None:
        for name, place in (("son", "place1a"), ("other_son", "place1b")):
            made.new(
                unit, f"surplus_{name}", t.Appointment, institution_id=HOUSE, convict_id=made.ids[name], kind="short",
                by_video=True, room_id=made.ids["room1"], place_id=made.ids[place], starts_at=start,
                ends_at=start + HOUR, state="held", live=True, charge_rule="exception", charge_kind="short",
                charge_day=DAY,
                exception_id=made.ids[f"exception_{name}"], from_long=True, purpose="ordinary",
                asked_by=made.ids["mother"], asked_at=unit.now, held_until=unit.now + timedelta(minutes=15),
            )  # fmt: skip

    made.act("appointment.held", HOUSE, hold)


def _overseen(made: Whole) -> None:
    """Openings handed to an auditor and refused to another, and what came of two leads."""
    asked, decided = made.ids["officer_registrar"], made.ids["officer_head"]

    def ask(unit: UnitOfWork) -> None:
        for name in ("given", "kept"):
            made.new(
                unit, f"release_{name}", t.OpeningRelease, institution_id=HOUSE, ground="complaint", paper=f"12-{name}",
                state="asked", asked_by=asked, asked_at=unit.now,
            )  # fmt: skip

    def answer(unit: UnitOfWork) -> None:
        cells = {"decided_by": decided, "decided_at": unit.now}
        made.change(unit, t.OpeningRelease, "release_given", state="granted", **cells)
        made.change(unit, t.OpeningRelease, "release_kept", state="refused", **cells)

    def give(unit: UnitOfWork) -> None:
        given = {"released_at": unit.now, "events": 7, "sha256": "0" * 64}
        made.change(unit, t.OpeningRelease, "release_given", state="released", **given)

    def outcome(unit: UnitOfWork) -> None:
        for name in ("one", "two"):
            made.new(
                unit, f"outcome_{name}", t.LeadOutcome, institution_id=HOUSE, test="shared-visitors", lead="1" * 64,
                evidence="2" * 64, outcome="explained", paper=f"14-{name}", said_by=asked, said_at=unit.now,
            )  # fmt: skip

    first, second = Actor("auditor", asked), Actor("auditor", decided)
    made.act("openings.asked", HOUSE, ask, first)
    made.act("openings.granted", HOUSE, answer, second)
    made.act("openings.released", HOUSE, give, first)
    made.act("lead.answered", HOUSE, outcome)


def _witnessed(session: Session, now: datetime) -> list[t.Cosignature | t.WitnessLine | t.HeadStamp]:
    """What witnesses said of every published head, and the exchange with them."""
    heads = session.exec(select(t.Checkpoint)).all()
    line = {
        "witness": "x", "begun_at": now, "held_size": 1, "cosigned_size": 1, "signature": b"x", "answered_at": now,
        "next_at": now, "failures": 1, "fault": "x", "alarm_at": now,
    }  # fmt: skip
    return [
        *(t.Cosignature(log_id=head.log_id, size=head.size, witness="x", signature=b"x") for head in heads),
        *(t.HeadStamp(log_id=head.log_id, size=head.size, authority="x", stamped_at=now, token=b"x") for head in heads),
        *(t.WitnessLine(log_id=log, **line) for log in sorted({head.log_id for head in heads})),
    ]


def _passing(made: Whole) -> None:
    """Rows of the day's working, which no event tells of."""
    with made.world.database.writes() as session:
        now = made.world.clock()
        session.add_all(
            [
                t.Session(
                    token_hash="0" * 64, principal="officer", principal_id="x", started_at=now, seen_at=now,
                    ends_at=now, device="x", factor="x",
                ),
                t.OneTimeCode(
                    id="0" * 32, phone_index="x", code_hash="x", browser_hash="x", sealed_message=b"x", language="kk",
                    asked_at=now, tries_left=5,
                ),
                t.Throttle(subject="x", window_start=now, count=1),
                t.IdempotentAnswer(
                    id="0" * 32, principal="x", idempotency_key="x", request_hash="x", status=200, answer=b"x",
                    answered_at=now,
                ),
                t.JobLease(name="x", holder="x", until=now),
                *_witnessed(session, now),
            ]
        )  # fmt: skip
        passing_factors(made, session)
        session.commit()
