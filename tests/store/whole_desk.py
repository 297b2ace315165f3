"""The staff desk of the installation of `tests.store.whole`: decisions, contact persons, carried histories, pauses."""

from datetime import timedelta

from service.store import tables as t
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import DAY, HOUSE, OTHER_HOUSE, Whole


def desk(made: Whole) -> None:
    officer = made.ids["officer_head"]

    def decide(unit: UnitOfWork) -> None:
        for number, name in enumerate(("son", "other_son")):
            degree = made.new(
                unit, f"degree_{name}", t.FileEntry, institution_id=HOUSE, convict_id=made.ids[name], kind="degree",
                value=str(1 + number), since=DAY, until=None, paper="№ 2", set_by=officer, set_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"decision_{name}", t.CommissionDecision,
                {"reasoning": '{"supports":[]}', "members": '["А","Б","В"]', "words": "сот қаулысы"},
                of=made.ids[name], institution_id=HOUSE, convict_id=made.ids[name], what="degree", present="0",
                proposed=str(1 + number), outcome="beside", article="PEC 95(4)", not_before=DAY, minutes=f"№ {number}",
                held_on=DAY, entry_id=degree, decided_by=officer, decided_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"pause_{name}", t.DailyPause, institution_id=HOUSE, name=f"смена {number}", weekdays="135",
                starts="08:00", ends="09:00", valid_from=DAY, valid_to=DAY + timedelta(days=number), set_by=officer,
                set_at=unit.now,
            )  # fmt: skip

    made.act("degree.beside", HOUSE, decide)

    def name_contacts(unit: UnitOfWork) -> None:
        for tie in ("mother", "brother"):
            made.new(
                unit, f"contact_{tie}", t.ContactPerson, institution_id=HOUSE, convict_id=made.ids["son"],
                relationship_id=made.ids[f"tie_{tie}"], how="paper", paper="өтініш № 1", named_at=unit.now,
                ended_at=unit.now,
            )  # fmt: skip

    made.act("contact.named", HOUSE, name_contacts)

    def carry(unit: UnitOfWork) -> None:
        for name in ("son", "other_son"):
            made.new(
                unit, f"history_{name}", t.CarriedHistory, {"history": '{"visits":[]}'}, of=made.ids[name],
                institution_id=OTHER_HOUSE, convict_id=made.ids[name], from_institution=HOUSE,
                placement_id=made.ids[f"placement_{name}"], as_of=DAY,
            )  # fmt: skip

    made.act("convict.received", OTHER_HOUSE, carry)
