"""Every notice reaches its person once, whoever dies on the way."""

import multiprocessing
import os
import signal
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

import sqlalchemy as sa

from service.app.notice_send import CLAIM, PAUSES, claim_notice, due_notices
from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms, NotSent, Sent
from service.jobs.delivering import ALMATY, Suppliers, deliver_notices
from service.store.columns import of
from service.store.tables import Message
from service.store.vault import Vault
from service.store.verify.run import verify
from tests.builders import make_environment
from tests.cast import World


def local(world: World, folder: Path) -> Suppliers:
    return Suppliers(LocalSms(folder / "sms", world.clock), LocalMail(folder / "mail", world.clock))


def waiting(world: World) -> list[str]:
    with world.environment.database.reading() as session:
        return [one.message for one in due_notices(session, world.clock(), ALMATY, limit=1000)]


def to_deliver(world: World) -> set[str]:
    row = of(Message)
    with world.environment.database.reading() as session:
        return set(session.scalars(sa.select(row.id).where(row.channel.in_(("sms", "email")))))


def unsent(world: World) -> set[str]:
    row = of(Message)
    with world.environment.database.reading() as session:
        return set(session.scalars(sa.select(row.id).where(row.channel.in_(("sms", "email")), row.sent_at.is_(None))))


def test_every_notice_goes_out_by_its_way_and_is_told_as_sent(world: World, tmp_path: Path) -> None:
    suppliers, expected = local(world, tmp_path), to_deliver(world)
    while deliver_notices(world.environment, suppliers):
        pass
    assert isinstance(suppliers.sms, LocalSms)
    assert isinstance(suppliers.mail, LocalMail)
    texts, letters = suppliers.sms.received(), suppliers.mail.received()
    assert {one.reference for one in (*texts, *letters)} == expected
    assert {one.to for one in letters} == {"aigul@example.kz"}
    assert unsent(world) == set()
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    keys = world.environment.keys
    assert verify(url, Vault(keys, os.urandom)).findings == []


def test_what_is_delivered_is_not_delivered_again(world: World, tmp_path: Path) -> None:
    suppliers = local(world, tmp_path)
    while deliver_notices(world.environment, suppliers):
        pass
    before = (tmp_path / "sms").read_bytes()
    world.clock.tick(days=2)
    assert deliver_notices(world.environment, suppliers) == 0
    assert (tmp_path / "sms").read_bytes() == before


def test_a_claim_is_one_workers_until_it_runs_out(world: World) -> None:
    message = waiting(world)[0]
    assert claim_notice(world.environment, message)
    assert not claim_notice(world.environment, message)
    assert message not in waiting(world)
    world.clock.set(world.clock.now + CLAIM)
    assert claim_notice(world.environment, message)


@dataclass
class Unwilling:
    """A supplier that takes nothing until told otherwise."""

    willing: bool = False
    took: list[str] = field(default_factory=list)

    def send(self, *, to: str, text: str, reference: str) -> Sent:
        if not self.willing:
            raise NotSent("busy", again=True)
        self.took.append(reference)
        return Sent(f"theirs-{reference}")

    def find(self, *, to: str, text: str, reference: str, since: datetime) -> list[Sent]:
        return []


def test_a_supplier_that_does_not_take_it_is_asked_again_later_and_later(world: World, tmp_path: Path) -> None:
    supplier = Unwilling()
    suppliers = Suppliers(supplier, LocalMail(tmp_path / "mail", world.clock))
    deliver_notices(world.environment, suppliers)
    left = unsent(world)
    assert left
    world.clock.set(world.clock.now + PAUSES[0] - timedelta(seconds=1))
    assert waiting(world) == []
    world.clock.tick(seconds=1)
    assert set(waiting(world)) == left
    deliver_notices(world.environment, suppliers)
    world.clock.set(world.clock.now + PAUSES[0])
    assert waiting(world) == []
    world.clock.set(world.clock.now + PAUSES[1])
    supplier.willing = True
    deliver_notices(world.environment, suppliers)
    assert set(supplier.took) == left
    assert unsent(world) == set()


def _deliver_until_killed(url: str, keys: Path, clock: Callable[[], object], folder: Path, after: int) -> None:
    """Kills this process amid every so many new texts: handed over, and not told."""

    class Deadly(LocalSms):
        def send(self, *, to: str, text: str, reference: str) -> Sent:
            known = {one.reference for one in self.received()}
            sent = super().send(to=to, text=text, reference=reference)
            if reference not in known and len(known) % after == 1:
                os.kill(os.getpid(), signal.SIGKILL)
            return sent

    environment = make_environment(url, keys, clock)  # type: ignore[arg-type]
    suppliers = Suppliers(Deadly(folder / "sms", clock), LocalMail(folder / "mail", clock))  # type: ignore[arg-type]
    deliver_notices(environment, suppliers)
    environment.database.close()


def test_workers_killed_between_handing_over_and_telling_lose_and_double_nothing(world: World, tmp_path: Path) -> None:
    expected, url = to_deliver(world), world.environment.database.engine.url.render_as_string(hide_password=False)
    context, killed = multiprocessing.get_context("spawn"), 0
    for _ in range(len(expected)):
        worker = context.Process(
            target=_deliver_until_killed, args=(url, world.environment.keys.path, world.clock, tmp_path, 6)
        )
        worker.start()
        worker.join()
        killed += worker.exitcode == -signal.SIGKILL
        if not unsent(world):
            break
        world.clock.set(world.clock.now + CLAIM)
    assert killed >= 2
    assert unsent(world) == set()
    inbox = (*LocalSms(tmp_path / "sms", world.clock).received(), *LocalMail(tmp_path / "mail", world.clock).received())
    assert Counter(one.reference for one in inbox) == Counter(expected)
