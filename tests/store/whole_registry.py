"""Questions to the civil registry, and people who turned out to be one: two rows or more in each of their tables."""

from service.store import tables as t
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import HOUSE, Whole


def registry(made: Whole) -> None:
    """Two relations asked about and answered; one merge granted, one refused."""
    officer, head = made.ids["officer_registrar"], made.ids["officer_head"]

    def ask(unit: UnitOfWork) -> None:
        for person in ("mother", "brother"):
            made.new(
                unit, f"question_{person}", t.RegistryQuestion, institution_id=HOUSE,
                relationship_id=made.ids[f"tie_{person}"], person_id=made.ids[person], state="asked", asked_by=officer,
                asked_at=unit.now, tries=0, next_try_at=unit.now,
            )  # fmt: skip

    def answer(unit: UnitOfWork) -> None:
        for person, state in (("mother", "differs"), ("brother", "unavailable")):
            question = made.ids[f"question_{person}"]
            found = unit.sealed(t.RegistryQuestion, question, made.ids[person], found="birth-date")
            made.change(unit, t.RegistryQuestion, f"question_{person}", state=state, answered_at=unit.now, **found)

    def ask_merge(unit: UnitOfWork) -> None:
        for name, kept, ended in (("one", "mother", "brother"), ("two", "brother", "mother")):
            made.new(
                unit, f"merge_{name}", t.PersonMerge, {"words": "один человек"}, of=made.ids[kept],
                institution_id=HOUSE, kept_id=made.ids[kept], ended_id=made.ids[ended], ground="same-document",
                state="asked", asked_by=officer, asked_role="registry_officer", asked_at=unit.now,
            )  # fmt: skip

    def decide(unit: UnitOfWork) -> None:
        cells = {"decided_by": head, "decided_role": "head", "decided_at": unit.now}
        made.change(unit, t.PersonMerge, "merge_one", state="granted", **cells)
        made.change(unit, t.PersonMerge, "merge_two", state="refused", **cells)

    made.act("registry.asked", HOUSE, ask)
    made.act("registry.answered", HOUSE, answer)
    made.act("merge.asked", t.NATIONAL, ask_merge)
    made.act("merge.decided", t.NATIONAL, decide)
