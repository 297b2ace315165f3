"""What the calls of `tests.store.whole` cost, and what was paid in for them."""

import sqlalchemy as sa

from service.store import tables as t
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import HOUSE, Whole


def call_money(made: Whole) -> None:
    """Two calls priced, two payments entered, and two words of a supplier."""
    son, officer = made.ids["son"], made.ids["officer_head"]

    def fill(unit: UnitOfWork) -> None:
        for number, name in enumerate(("call_son", "call_other_son")):
            call = made.ids[name]
            made.new(
                unit, f"cost{number}", t.CallCost, institution_id=HOUSE, call_id=call,
                convict_id=unit.get(t.Call, call).convict_id, seconds=61 + number, tariff=4500, rounding="minute",
                amount=9000, priced_at=unit.now,
            )  # fmt: skip
            made.new(
                unit, f"payment{number}", t.CallPayment, {"paper": f"квитанция № {number}"}, of=son,
                institution_id=HOUSE, convict_id=son, amount=50000 + number, entered_by=officer, entered_at=unit.now,
            )  # fmt: skip
            word = {"id": made.world.new_id(), "call_id": call, "reference": f"CF{number}:1", "heard_at": unit.now}
            unit.session.execute(sa.insert(t.CallHeard), [word])

    made.act("call.priced", HOUSE, fill)
