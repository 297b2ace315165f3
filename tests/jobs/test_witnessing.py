"""The worker's way to witnesses over real lines: one that is silent keeps no other waiting."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.app.checkpoint_publish import publish_checkpoint
from service.gateways.witness import HttpWitnesses
from service.jobs.runner import witness_jobs
from service.jobs.witnessing import FEEDER
from service.record.cosignature import Cosigner
from service.record.keys import NoteVerifier
from service.record.policy_text import read_policy
from service.record.witness.server import WitnessServer
from service.record.witness.state import State
from service.record.witness.witness import Witness
from service.store.columns import of
from service.store.cosignatures import cosigned_head, known_line
from service.store.tables import Log
from tests.cast import MEDIUM, World


@contextmanager
def serving(witness: Witness) -> Iterator[str]:
    server = WitnessServer(("127.0.0.1", 0), witness)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_each_witness_with_an_address_is_a_job_and_signs_what_was_published(world: World, tmp_path: Path) -> None:
    with world.environment.database.reading() as session:
        logs = [NoteVerifier.from_vkey(key) for key in session.scalars(sa.select(of(Log).verifier_key))]
    offices = {name: Cosigner(f"{name}.example/w", Ed25519PrivateKey.generate()) for name in ("ngo", "asleep", "far")}
    ngo = Witness(offices["ngo"], logs, State(tmp_path / "state", "ngo"), world.environment.clock)
    world.run(FEEDER, lambda unit: publish_checkpoint(unit, log=MEDIUM))
    with serving(ngo) as url:
        urls = {"ngo": url, "asleep": "http://127.0.0.1:9", "far": ""}
        lines = [f"witness {name} {one.vkey} {urls[name]}" for name, one in offices.items()]
        policy = read_policy("\n".join([*lines, "group outside any ngo asleep far", "quorum outside", ""]).encode())
        gateway = HttpWitnesses(20)
        jobs = {job.name: job for job in witness_jobs(policy, gateway)}
        assert set(jobs) == {"witness ngo", "witness asleep"}
        assert jobs["witness asleep"].task(world.environment) == 0
        assert jobs["witness ngo"].task(world.environment) == 1
        assert jobs["witness ngo"].task(world.environment) == 0
        for line in gateway._lines.values():
            line.close()
    ngo.state.close()
    with world.environment.database.reading() as session:
        line = known_line(session, MEDIUM, policy.witnesses["ngo"].id)
        assert line is not None
        head = cosigned_head(session, MEDIUM, line.cosigned_size or 0)
        asleep = known_line(session, MEDIUM, policy.witnesses["asleep"].id)
    assert head is not None
    assert set(policy.seen(head)) == {"ngo"}
    assert (asleep.fault, asleep.failures) == ("not-reached", 1)  # type: ignore[union-attr]


def test_without_a_policy_nobody_is_fed() -> None:
    assert witness_jobs(None, HttpWitnesses()) == ()
