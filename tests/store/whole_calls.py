"""Two supervised calls, in the installation of `tests.store.whole`: one that came to its end, one nobody came to."""

from datetime import datetime, timedelta

from service.store import tables as t
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import DAY, HOUSE, Whole

SPAN = timedelta(minutes=15)


def calls(made: Whole) -> None:
    """Granted, opened, watched, warned and cut; and one to which nobody came."""
    start, officer = made.world.clock() + timedelta(days=90), made.ids["officer_head"]
    for number, name in enumerate(("son", "other_son")):
        _booked(made, name, number, start + number * SPAN)

    def joins(unit: UnitOfWork) -> None:
        made.change(unit, t.Call, "call_son", state="open", opened_at=unit.now)
        for party in ("supervisor", "convict", "relative"):
            made.new(
                unit, f"party_{party}", t.CallParty, institution_id=HOUSE, call_id=made.ids["call_son"], party=party,
                seat=f"seat-{party}", officer_id=officer if party == "supervisor" else None, joined_at=unit.now,
            )  # fmt: skip

    made.act("call.joined", HOUSE, joins)

    def live(unit: UnitOfWork) -> None:
        cells = {"identified_at": unit.now, "identified_by": officer, "muted": "relative"}
        cells |= {"voice_since": unit.now, "recorded_since": unit.now}
        made.change(unit, t.Call, "call_son", state="live", live_at=unit.now, hard_end_at=unit.now + SPAN, **cells)
        for number, code in enumerate(("third-party", "language")):
            made.new(
                unit, f"mark_{number}", t.CallMark, {"words": "говорят двое"}, of=made.ids["son"], institution_id=HOUSE,
                call_id=made.ids["call_son"], convict_id=made.ids["son"], at=unit.now, kind="warned", code=code,
                officer_id=officer,
            )  # fmt: skip

    made.act("call.live", HOUSE, live)

    def end(unit: UnitOfWork) -> None:
        cells = {"ended_at": unit.now, "ended_by": officer}
        made.change(unit, t.Call, "call_son", state="ended", ended_code="third-party", **cells)
        made.change(unit, t.Call, "call_other_son", state="cancelled", ended_code="ground-transfer", **cells)
        for party in ("supervisor", "convict", "relative"):
            made.change(unit, t.CallParty, f"party_{party}", left_at=unit.now)

    made.act("call.ended", HOUSE, end)
    _kept(made, officer)


def _kept(made: Whole, officer: str) -> None:
    """A shift that was taken back, a rule of recording that ended, one side of the call under a hold, who opened it."""
    son, call = made.ids["son"], made.ids["call_son"]

    def fill(unit: UnitOfWork) -> None:
        here = {"institution_id": HOUSE}
        ended = {"set_by": officer, "set_at": unit.now}
        for number, days in enumerate((30, 90)):
            made.new(
                unit, f"shift{number}", t.SupervisorShift, **here, officer_id=officer, starts_at=unit.now,
                ends_at=unit.now + SPAN, withdrawn_at=unit.now, withdrawn_by=officer, **ended,
            )  # fmt: skip
            rule = {"days": days, "ended_at": unit.now, "ended_by": officer}
            made.new(unit, f"rule{number}", t.RecordingRule, **here, **rule, **ended)
        about = {**here, "call_id": call, "convict_id": son}
        made.new(
            unit, "recording", t.CallRecording, {"file_key": "00" * 32, "hold_ground": "запрос № 5"}, of=son, **about,
            party="relative", kept_at=unit.now, keep_until=unit.now + timedelta(days=90), sha256="0" * 64,
            held_at=unit.now, held_by=officer,
        )  # fmt: skip
        made.new(
            unit, "purged", t.CallRecording, {"file_key": "11" * 32}, of=son, **about, party="convict",
            keep_until=unit.now, purged_at=unit.now,
        )  # fmt: skip
        for number in (7, 8):
            made.new(
                unit, f"recording_look{number}", t.RecordingLook, {"reason": f"жалоба № {number}"}, of=son, **about,
                officer_id=officer, looked_at=unit.now,
            )  # fmt: skip

    made.act("call.recorded", HOUSE, fill)


def _booked(made: Whole, name: str, number: int, start: datetime) -> None:
    officer = made.ids["officer_head"]

    def hold(unit: UnitOfWork) -> None:
        made.new(
            unit, f"slot_{name}", t.Appointment, institution_id=HOUSE, convict_id=made.ids[name], kind="call",
            by_video=False, room_id=made.ids["room1"], place_id=made.ids["place1a"], starts_at=start,
            ends_at=start + SPAN, state="held", live=True, charge_rule="uncounted", charge_kind="call",
            charge_day=DAY + timedelta(days=90), from_long=False, purpose="legal", asked_by=made.ids["mother"],
            asked_at=unit.now, held_until=unit.now + SPAN,
        )  # fmt: skip

    made.act("appointment.held", HOUSE, hold)

    def arrange(unit: UnitOfWork) -> None:
        sealed = {"certificate": f"справка {number}", "called": "адвокат, +7 701 000 00 00"}
        made.new(
            unit, f"call_{name}", t.Call, sealed, of=made.ids[name], institution_id=HOUSE,
            appointment_id=made.ids[f"slot_{name}"], convict_id=made.ids[name], kind="call", provider="memory",
            supervisor_id=officer, state="scheduled",
        )  # fmt: skip

    made.act("call.arranged", HOUSE, arrange)
    with made.world.database.writes() as session:
        now = made.world.clock()
        session.add(
            t.CallTimer(
                id=made.world.new_id(),
                call_id=made.ids[f"call_{name}"],
                kind="open",
                rank=3,
                due_at=now,
                done=True,
                outcome="done",
                tries=1,
                lease_until=now,
                lease_token="0" * 32,
            )
        )
        seat = {"call_id": made.ids[f"call_{name}"], "party": "relative", "seat": "seat-relative"}
        session.add(t.CallHandle(id=made.world.new_id(), **seat, session="71", handle="72", about="convict", sound="0"))
        session.add(t.CallSeatSeen(id=made.world.new_id(), **seat, seen_at=now))
        session.commit()
