"""Notices in every state: told to a number of its own, delivered, given up; and those about an account."""

from service.store import tables as t
from service.store.unit_of_work import UnitOfWork
from tests.store.whole_files import HOUSE, Whole


def notices(made: Whole) -> None:
    mother = made.ids["mother"]

    def told(unit: UnitOfWork) -> None:
        for name, contact in (("old", "+77015550111"), ("new", "+77015550222")):
            made.new(
                unit, f"account_message_{name}", t.AccountMessage, {"arguments": "{}", "contact": contact}, of=mother,
                person_id=mother, channel="sms", template="phone-changing", language="kk", urgent=True,
                created_at=unit.now, tries=0,
            )  # fmt: skip

    def delivered(unit: UnitOfWork) -> None:
        for name in ("old", "new"):
            made.change(
                unit, t.AccountMessage, f"account_message_{name}", sent_at=unit.now, supplier_reference=f"SM-{name}",
                outcome="delivered", outcome_code="x", outcome_at=unit.now, tries=1, next_try_at=unit.now,
                claimed_until=unit.now, unsure_since=unit.now,
            )  # fmt: skip

    def given_up(unit: UnitOfWork) -> None:
        for name in ("one", "two"):
            made.new(
                unit, f"message_given_up_{name}", t.Message, {"arguments": "{}", "contact": "+77015550333"}, of=mother,
                institution_id=HOUSE, person_id=mother, channel="sms", template="relationship-verified", language="ru",
                created_at=unit.now, urgent=True, tries=2, unsure_since=unit.now, outcome="given-up",
                outcome_code="twilio-21211", outcome_at=unit.now, sent_at=unit.now, supplier_reference=f"SM-{name}",
            )  # fmt: skip

    made.act("phone.changing", t.NATIONAL, told)
    made.act("notice.delivered", t.NATIONAL, delivered)
    made.act("notice.given-up", HOUSE, given_up)
    with made.world.database.writes() as session:
        session.add(
            t.DeliveryReceipt(
                id="0" * 32, message_id=made.ids["account_message_old"], reference="SM-old", status="delivered",
                code="x", received_at=made.world.clock(),
            )
        )  # fmt: skip
        session.commit()
