"""The migration of notices keeps what was written before, goes down over rows of its own, and up again."""

import pytest
import sqlalchemy as sa

from service.store.migrate import differences, downgrade, upgrade
from tests.store.test_migration_0002 import run, tables

RECEIPT = (
    "INSERT INTO delivery_receipt (id, message_id, reference, status, received_at)"
    " VALUES ('r', 'm', 'SM1', 'sent', '{now}')",
)


def test_down_and_up_again_over_a_receipt(empty_url: str) -> None:
    upgrade(empty_url)
    run(empty_url, *RECEIPT)
    downgrade(empty_url, "0004")
    assert tables(empty_url).isdisjoint({"delivery_receipt", "account_message"})
    upgrade(empty_url)
    run(empty_url, *RECEIPT)
    assert differences(empty_url) == []


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE delivery_receipt SET status = 'delivered'", "tr_delivery_receipt_append_only"),
        ("DELETE FROM delivery_receipt", "tr_delivery_receipt_kept"),
    ],
)
def test_a_receipt_is_neither_changed_nor_deleted(empty_url: str, statement: str, rule: str) -> None:
    upgrade(empty_url)
    run(empty_url, *RECEIPT)
    with pytest.raises(sa.exc.DBAPIError, match=rule):
        run(empty_url, statement)


def test_a_notice_ends_in_no_other_way_than_those_known(empty_url: str) -> None:
    upgrade(empty_url)
    for table in ("message", "account_message"):
        with pytest.raises(sa.exc.DBAPIError):
            run(empty_url, f"INSERT INTO {table} (id, outcome) VALUES ('m', 'forgotten')")
