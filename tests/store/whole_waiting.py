"""Those who wait, hours for calls, and the way to the institution, in the installation of `tests.store.whole`."""

from datetime import timedelta

from service.store import tables as t
from service.store.columns import of
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import DAY, HOUSE, Whole


def waiting(made: Whole) -> None:
    """Two families in the queue of a day: the first is offered a place, the second's turn passes."""
    mother, son, other = (made.ids[name] for name in ("mother", "son", "other_son"))

    def joins(name: str, convict: str) -> None:
        def join(unit: UnitOfWork) -> None:
            turn = unit.session.execute(
                t.Log.__table__.select().with_only_columns(of(t.Log).size).where(of(t.Log).id == HOUSE)  # type: ignore[attr-defined]
            ).scalar_one()
            sealed = {"party": made.ids["tie_mother"], "needs": "needs:infant"}
            made.new(
                unit, f"entry_{name}", t.QueueEntry, sealed, of=mother, institution_id=HOUSE, convict_id=convict,
                asked_by=mother, relationship_id=made.ids["tie_mother"], kind="long", by_video=name == "second",
                wanted_on=DAY + timedelta(days=200), turn=turn, joined_at=unit.now, state="waiting",
            )  # fmt: skip

        made.act("queue.joined", HOUSE, join)

    joins("first", son)
    joins("second", other)

    def offer(unit: UnitOfWork) -> None:
        cells = {"ended_at": unit.now, "ended_code": "offered", "ended_article": "service"}
        visit = made.ids["visit_first"]
        made.change(unit, t.QueueEntry, "entry_first", state="offered", appointment_id=visit, **cells)

    def passed(unit: UnitOfWork) -> None:
        cells = {"ended_at": unit.now, "ended_code": "interval-before", "ended_article": "IR 83"}
        made.change(unit, t.QueueEntry, "entry_second", state="passed", **cells)

    made.act("queue.offered", HOUSE, offer)
    made.act("queue.passed", HOUSE, passed)

    def hours(unit: UnitOfWork) -> None:
        for day in (1, 2):
            made.new(
                unit, f"hours_{day}", t.CallWindow, institution_id=HOUSE, person_id=mother,
                relationship_id=made.ids["tie_mother"], kind="call", weekday=day, starts="09:00", ends="12:00",
                added_at=unit.now, ended_at=unit.now,
            )  # fmt: skip

    made.act("call_windows.set", HOUSE, hours)

    def guide(unit: UnitOfWork) -> None:
        for language in ("kk", "ru"):
            made.new(
                unit, f"guide_{language}", t.InstitutionGuide, institution_id=HOUSE, language=language,
                address="ул. Первая, 1", directions="автобус 5", phone="+7 727 000 00 00", bring="документ",
                set_at=unit.now, ended_at=unit.now,
            )  # fmt: skip

    made.act("institution.guide_set", HOUSE, guide)
