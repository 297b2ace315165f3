"""Three witnesses outside, their policy, and a world that publishes heads for them."""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app.checkpoint_publish import publish_checkpoint
from service.app.date_block import block_dates
from service.app.witnessed_show import Witnessed, show_witnessed
from service.gateways.witness import LocalWitnesses, NotReached, Reply
from service.jobs.witnessing import FEEDER, feed_witness
from service.record.cosignature import Cosigner
from service.record.keys import NoteVerifier
from service.record.leaf import read_leaf
from service.record.policy import Policy
from service.record.policy_text import read_policy
from service.record.witness.state import State
from service.record.witness.witness import Witness
from service.store.columns import of
from service.store.cosignatures import known_line
from service.store.tables import Cosignature, Event, Log, WitnessLine
from tests.cast import MEDIUM, World

OUTSIDE = ("prosecutor", "ombudsman", "ngo")


class Field:
    """A world, three witnesses outside with a quorum of two, and the lines to them."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        with world.environment.database.reading() as session:
            self.keys = [NoteVerifier.from_vkey(key) for key in session.scalars(sa.select(of(Log).verifier_key))]
        self.cosigners = {name: Cosigner(f"{name}.example/w", Ed25519PrivateKey.generate()) for name in OUTSIDE}
        lines = [f"witness {name} {one.vkey} http://{name}.example" for name, one in self.cosigners.items()]
        logs = [f"log {key.vkey}" for key in self.keys]
        text = "\n".join([*logs, *lines, f"group outside 2 {' '.join(OUTSIDE)}", "quorum outside", ""])
        self.policy: Policy = read_policy(text.encode())
        self.witnesses = {
            f"http://{name}.example": Witness(one, self.keys, self.state(folder, name), world.environment.clock)
            for name, one in self.cosigners.items()
        }
        self.silent: set[str] = set()
        self.asked: list[tuple[str, int]] = []

    def state(self, folder: Path, name: str) -> State:
        return State(folder / f"{name}.state", self.cosigners[name].name, lambda _: None)

    def submit(self, url: str, body: bytes) -> Reply:
        self.asked.append((url, int(body.split(b"\n")[0][4:])))
        if url in self.silent:
            raise NotReached(url)
        return LocalWitnesses(self.witnesses).submit(url, body)

    def happens(self) -> None:
        day = self.world.environment.clock().date() + timedelta(days=90)
        self.world.run(
            self.world.as_officer("head"),
            lambda unit: block_dates(unit, institution=MEDIUM, first=day, last=day, ground="жөндеу"),
        )

    def publish(self) -> None:
        for log in (MEDIUM, "national"):
            self.world.run(FEEDER, partial(publish_checkpoint, log=log))

    def feed(self, *names: str) -> int:
        return sum(
            feed_witness(self.world.environment, self.policy, self.policy.witnesses[name], self)
            for name in names or OUTSIDE
        )

    def passes(self, **time: float) -> None:
        self.world.clock.now += timedelta(**time)

    def shown(self, policy: Policy | None = None) -> Witnessed:
        with self.world.environment.database.reading() as session:
            return show_witnessed(session, policy or self.policy, self.world.environment.clock(), MEDIUM)

    def line(self, name: str, log: str = MEDIUM) -> WitnessLine:
        with self.world.environment.database.reading() as session:
            found = known_line(session, log, self.policy.witnesses[name].id)
        assert found is not None
        return found

    def events(self, type_: str) -> list[dict[str, object]]:
        with self.world.environment.database.reading() as session:
            rows = session.scalars(sa.select(of(Event).leaf).where(of(Event).type == type_).order_by(of(Event).number))
            return [read_leaf(bytes(leaf)).facts for leaf in rows]

    def count(self) -> int:
        with self.world.environment.database.reading() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Cosignature)) or 0


@pytest.fixture
def field(world: World, tmp_path: Path) -> Field:
    return Field(world, tmp_path)
