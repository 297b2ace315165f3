"""At night nobody is woken by what can wait; in the morning it goes out in its order. And reminders."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.app.notice_remind import BEFORE, due_reminders
from service.app.notices import Contact, Notice, notify_account, notify_all
from service.domain.quiet_hours import is_quiet
from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms
from service.jobs import tasks
from service.jobs.delivering import Deliverer, Suppliers
from service.store.tables import NATIONAL, AccountMessage, Appointment, Message
from service.store.unit_of_work import UnitOfWork
from service.store.vault import Vault
from service.store.verify.run import verify
from tests.app.booking import granted
from tests.app.rows import rows
from tests.builders import CONSOLE
from tests.cast import MEDIUM, World

ALMATY = ZoneInfo("Asia/Almaty")
EVENING = datetime(2026, 3, 2, 22, 30, tzinfo=ALMATY)
MORNING = datetime(2026, 3, 3, 8, 0, tzinfo=ALMATY)


@pytest.mark.parametrize(
    ("wall", "quiet"),
    [("07:59", True), ("08:00", False), ("20:59", False), ("21:00", True), ("00:00", True), ("12:00", False)],
)
def test_night_is_from_nine_to_eight_on_the_wall_of_the_institution(wall: str, quiet: bool) -> None:
    moment = datetime.fromisoformat(f"2026-03-02T{wall}").replace(tzinfo=ALMATY)
    assert is_quiet(moment, ALMATY) is quiet


@given(st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC)))
def test_a_night_ends_within_eleven_hours(moment: datetime) -> None:
    assert not all(is_quiet(moment + timedelta(hours=hours), ALMATY) for hours in range(12))


@pytest.fixture
def inbox(world: World, tmp_path: Path) -> tuple[Deliverer, LocalSms]:
    texts = LocalSms(tmp_path / "sms", world.clock)
    deliverer = Deliverer(Suppliers(texts, LocalMail(tmp_path / "mail", world.clock)))
    while deliverer.turn(world.environment):  # what the cast was told until now
        pass
    texts.file.unlink(missing_ok=True)
    return deliverer, texts


def tell(world: World, *notices: Notice) -> None:
    def act(unit: UnitOfWork) -> None:
        notify_all(unit, notices, institution=MEDIUM)
        unit.tell("notice.tried", MEDIUM)

    world.run(CONSOLE, act)


def test_what_can_wait_waits_for_the_morning_and_keeps_its_order(
    world: World, inbox: tuple[Deliverer, LocalSms]
) -> None:
    deliverer, texts = inbox
    world.clock.set(EVENING)
    tomorrow, later = (EVENING + timedelta(days=days) for days in (0.5, 9))
    told = [
        Notice(world.people["Болат"], "appointment-granted", {"starts_at": later.isoformat()}),
        Notice(world.people["Гульзат"], "relationship-accepted"),
        Notice(world.people["Болат"], "appointment-cancelled", {"starts_at": tomorrow.isoformat()}),
        Notice(world.people["Болат"], "appointment-cancelled", {"starts_at": later.isoformat()}),
        Notice(world.people["Гульзат"], "appointment-moved", {"starts_at": later.isoformat(),
                                                             "before": tomorrow.isoformat()}),
    ]  # fmt: skip
    for one in told:
        tell(world, one)
        world.clock.tick(minutes=1)
    assert deliverer.turn(world.environment) == 2, "a visit of tomorrow that is off, or moved away, cannot wait"
    assert [one.urgent(EVENING) for one in told] == [False, False, True, False, True]
    world.clock.set(MORNING - timedelta(seconds=1))
    assert deliverer.turn(world.environment) == 0
    world.clock.set(MORNING)
    assert deliverer.turn(world.environment) == 3
    written = {one.id: one.created_at for one in rows(world, Message)}
    in_the_morning = [written[one.reference] for one in reversed(texts.received()) if one.at == MORNING]
    assert in_the_morning == sorted(in_the_morning)
    assert len(in_the_morning) == 3


def test_both_numbers_hear_of_a_change_at_any_hour(world: World, inbox: tuple[Deliverer, LocalSms]) -> None:
    deliverer, texts = inbox
    world.clock.set(EVENING)
    old, new = "+77015550111", "+77015550222"

    def act(unit: UnitOfWork) -> int:
        told = {"effective_at": (EVENING + timedelta(hours=72)).isoformat()}
        person = world.people["Болат"]
        count = notify_account(
            unit,
            *(Notice(person, "phone-changing", told, Contact("sms", number)) for number in (old, new)),
        )
        unit.tell("phone.tried", NATIONAL)
        return count

    assert world.run(CONSOLE, act) == 2
    assert deliverer.turn(world.environment) == 2
    assert {one.to for one in texts.received()} == {old, new}
    assert all(old.encode() not in (one.contact or b"") for one in rows(world, AccountMessage))
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    left = verify(url, Vault(world.environment.keys, lambda count: b"0" * count)).findings
    assert [one for one in left if not one.code.startswith("shape.")] == []


def reminders(world: World) -> list[Message]:
    return rows(world, Message, template="appointment-reminder")


def test_a_visit_is_reminded_of_once_a_day_before(world: World) -> None:
    appointment = granted(world).appointment
    (row,) = rows(world, Appointment, id=appointment)
    world.clock.set(row.starts_at - BEFORE - timedelta(seconds=1))
    assert tasks.remind(world.environment) == 0
    world.clock.tick(seconds=1)
    assert tasks.remind(world.environment) == 1
    assert tasks.remind(world.environment) == 0
    told = {(one.person_id, one.channel) for one in reminders(world)}
    assert (world.people["Ерлан"], "kiosk") in told
    assert (world.people["Айгүл"], "sms") in told
    world.clock.set(row.starts_at)
    with world.environment.database.reading() as session:
        assert due_reminders(session, world.clock()) == []


def test_a_reminder_of_a_visit_that_has_begun_is_not_sent_any_more(
    world: World, inbox: tuple[Deliverer, LocalSms]
) -> None:
    deliverer, texts = inbox
    past = world.clock.now - timedelta(minutes=5)
    tell(world, Notice(world.people["Болат"], "appointment-reminder", {"starts_at": past.isoformat()}))
    assert deliverer.turn(world.environment) == 0
    assert texts.received() == []
    assert [(one.outcome, one.outcome_code) for one in reminders(world)] == [("given-up", "too-late")]
