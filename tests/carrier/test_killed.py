"""Workers killed fifty times under load, a carrier that drops, delays and repeats: each notice arrives exactly once."""

import multiprocessing
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa

from service.app.notices import Notice, notify_all
from service.app.transact import transact
from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms
from service.gateways.twilio import TwilioReceipts
from service.jobs.delivering import Suppliers, deliver_notices
from service.store.columns import of
from service.store.tables import DeliveryReceipt, Message
from service.store.unit_of_work import UnitOfWork
from service.store.vault import Vault
from service.store.verify.run import verify
from service.web.api.app import create_app
from tests.browser.faces import SETTINGS
from tests.browser.serving import served
from tests.builders import CONSOLE
from tests.carrier.carrier import TOKEN
from tests.carrier.gateway import PUBLIC
from tests.carrier.process import FastClock, carry, control, work
from tests.cast import MEDIUM, World

KILLS, WORKERS, NOTICES = 50, 2, 150
SPEED = 10
PATIENCE = 300
"""Seconds for what must come about in the end."""
TIMEOUT = 1.0
BEHAVIOUR = {
    "chances": {
        "drop-before": 0.06,
        "drop-after": 0.08,
        "late": 0.05,
        "busy": 0.05,
        "fault-after": 0.05,
        "lost-receipts": 0.4,
    },
    "lateness": 1.5 * TIMEOUT,
}


@pytest.fixture
def processes() -> Iterator[multiprocessing.context.ForkServerContext]:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.carrier.process"])
    yield context
    for one in multiprocessing.active_children():
        one.kill()
        one.join()


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.2)


def write_notices(world: World, clock: FastClock, count: int, stopped: threading.Event) -> None:
    """The load: notices to three people, every one with words of its own."""
    people = [world.people[name] for name in ("Айгүл", "Болат", "Гульзат")]

    def one(unit: UnitOfWork, number: int) -> None:
        moment = clock.start + timedelta(days=9, minutes=number)
        told = Notice(people[number % len(people)], "appointment-granted", {"starts_at": moment.isoformat()})
        notify_all(unit, [told], institution=MEDIUM)
        unit.tell("notice.tried", MEDIUM)

    for number in range(count):
        if stopped.is_set():
            return
        transact(world.environment.at(clock), CONSOLE, lambda unit, number=number: one(unit, number))
        time.sleep(0.1)


def test_workers_killed_fifty_times_and_a_bad_carrier_lose_and_double_nothing(
    world: World, tmp_path: Path, processes: multiprocessing.context.ForkServerContext
) -> None:
    sent_before = deliver_all(world, tmp_path)
    clock = FastClock(world.clock.now, SPEED)
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    app = create_app(
        world.environment.at(clock), SETTINGS, send_code=lambda _: None, receipts=TwilioReceipts(PUBLIC, TOKEN)
    )
    ours, theirs = processes.Pipe()
    stopped, dice, kills = threading.Event(), random.Random(7), 0
    with served(app) as receipts_to:
        processes.Process(target=carry, args=(clock, 7, {**BEHAVIOUR, "receipts_to": receipts_to}, theirs)).start()
        carrier = f"http://127.0.0.1:{ours.recv()}"

        def worker() -> multiprocessing.context.ForkServerProcess:
            started = processes.Process(
                target=work, args=(url, world.environment.keys.path, clock, carrier, tmp_path / "mail", TIMEOUT)
            )
            started.start()
            return started

        load = threading.Thread(target=write_notices, args=(world, clock, NOTICES, stopped))
        load.start()
        workers = [worker() for _ in range(WORKERS)]
        try:
            while kills < KILLS:
                time.sleep(dice.uniform(0.2, 0.8))
                workers[kills % WORKERS].kill()
                workers[kills % WORKERS].join()
                workers[kills % WORKERS] = worker()
                kills += 1
            load.join()
            until(lambda: all(reference for reference, _ in texts(world, sent_before).values()))
            until(lambda: len(told_receipts(world)) == 3 * len(heard_of(carrier)))
        finally:
            stopped.set()
            load.join()
            for one in workers:
                one.kill()
                one.join()
        seen = control(carrier)
    notices = texts(world, sent_before)
    reached = Counter(uuid.UUID(urlsplit(one["callback"]).path.rsplit("/", 1)[1]).hex for one in seen["taken"])
    assert reached == Counter(dict.fromkeys(notices, 1))
    assert {one["sid"] for one in seen["taken"]} == {reference for reference, _ in notices.values()}
    heard = {
        uuid.UUID(urlsplit(one["callback"]).path.rsplit("/", 1)[1]).hex for one in seen["taken"] if not one["lost"]
    }
    assert {message for message, (_, outcome) in notices.items() if outcome == "delivered"} == heard
    assert 0 < len(heard) < len(notices)
    assert Counter(told_receipts(world)) == Counter(
        (message, status) for message in heard for status in ("queued", "sent", "delivered")
    )
    assert seen["faults"] == [], "every request and answer is one that Twilio's description knows"
    assert set(seen["receipts"]) == {204}
    assert seen["searches"] > 0, "nobody was in doubt: the test tried nothing"
    assert verify(url, Vault(world.environment.keys, lambda count: b"0" * count)).findings == []


def deliver_all(world: World, folder: Path) -> set[str]:
    """Sends what waits already, in which two texts to one person may have the same words; answers what was sent.

    Of two such texts nobody can tell which one a carrier took, and the person gets both all the same.
    """
    suppliers = Suppliers(LocalSms(folder / "sms", world.clock), LocalMail(folder / "before", world.clock))
    while deliver_notices(world.environment, suppliers):
        pass
    before = texts(world, set())
    assert all(reference for reference, _ in before.values())
    return set(before)


def texts(world: World, without: Collection[str]) -> dict[str, tuple[str | None, str | None]]:
    row = of(Message)
    with world.environment.database.reading() as session:
        found = session.execute(sa.select(row.id, row.supplier_reference, row.outcome).where(row.channel == "sms"))
        return {one.id: (one.supplier_reference, one.outcome) for one in found if one.id not in without}


def heard_of(carrier: str) -> list[str]:
    """The texts whose receipts are not lost."""
    return [one["sid"] for one in control(carrier)["taken"] if not one["lost"]]


def told_receipts(world: World) -> list[tuple[str, str]]:
    row = of(DeliveryReceipt)
    with world.environment.database.reading() as session:
        return [(one.message_id, one.status) for one in session.execute(sa.select(row.message_id, row.status))]
