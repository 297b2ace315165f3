"""The record by itself: proofs at a million leaves, and what writing an event costs."""

import os
import time

from service.record.events import Draft, Hidden, RowImage, write
from service.record.hashes import leaf_hash
from service.record.tree import Appender, inclusion_proof
from service.store.verify.run import verify
from tests.bench.figures import Figure, cpu_ms, figure
from tests.bench.national import population

LEAVES = 1_000_000
PROOFS = 200


class Kept:
    """Tiles in memory, as the table `tile` keeps them."""

    def __init__(self) -> None:
        self.tiles: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, index: int, width: int) -> bytes:
        return self.tiles[level, index][: width * 32]


def figures() -> list[Figure]:
    """record.proof_ms at 10^6 leaves, and the bare cost of one event of the size of a booking."""
    kept = Kept()
    appender = Appender()
    for start in range(0, LEAVES, 256):
        hashes = [leaf_hash(number.to_bytes(8, "big")) for number in range(start, min(start + 256, LEAVES))]
        for tile in appender.append(hashes):
            kept.tiles[tile.level, tile.index] = tile.hashes
    step = LEAVES // PROOFS
    took = []
    for index in range(0, LEAVES, step):
        began = time.perf_counter()
        inclusion_proof(index, LEAVES, kept)
        took.append((time.perf_counter() - began) * 1000)
    return [
        figure("record.proof_ms", took, "ms"),
        figure("record.event_cpu_ms", [cpu_ms(_hundred_events) / 100 for _ in range(20)], "ms"),
        *_verified(),
    ]


def _verified() -> list[Figure]:
    """Events a second of a whole verification; and of one without the keys of people."""
    world = population("one")
    url = str(world.database.engine.url)
    world.database.close()
    found = []
    for name, vault in (("record.verify_events_per_s", world.vault), ("record.verify_without_keys_events_per_s", None)):
        began = time.process_time()
        report = verify(url, vault)
        took = time.process_time() - began
        if vault is not None and not report.clean:
            raise AssertionError(f"{len(report.findings)} findings in a sound population")
        found.append(figure(name, [report.events / took], "events/s of processor time"))
    return found


def _hundred_events() -> None:
    cells: dict[str, object] = {f"column_{n}": "2026-03-19T05:00:00.000000Z" for n in range(18)}
    person = "0" * 32
    rows = [
        RowImage("appointment", "a" * 32, {**cells, "convict_id": Hidden(person, person)}, new=True),  # type: ignore[dict-item]
        RowImage("appointment_visitor", "b" * 32, {"person_id": Hidden(person, person)}, new=True),
    ]
    draft = Draft("appointment.held", {"as": "relative", "person": Hidden(person, person)}, rows)
    for number in range(100):
        written = write(
            draft,
            log="la-155-8",
            number=number,
            at="2026-03-19T05:00:00.000000Z",
            after=(0, ""),
            beside=(),
            random_bytes=os.urandom,
        )
        leaf_hash(written.leaf)
