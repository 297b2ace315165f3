"""The record as an auditor's tool fetches it: every file that a signed head promises, and none beyond it."""

from service.app.checkpoint_publish import publish_checkpoint
from service.app.transact import transact
from service.domain.access import Actor
from service.record.checkpoint import open_checkpoint
from service.record.keys import NoteVerifier
from service.record.tiles import decode_bundle, tile_path
from service.record.tree import leaf_hash, root
from tests.builders import CONSOLE
from tests.cast import MEDIUM
from tests.web.api.v1.callers import Caller, Face


def grow(face: Face, events: int) -> None:
    """Events that change no row."""
    for _ in range(events):
        transact(face.world.environment, CONSOLE, lambda unit: unit.tell("test.told", MEDIUM))


def fetch(auditor: Caller, path: str) -> bytes:
    answer = auditor.get(f"/logs/{MEDIUM}/{path}")
    assert answer.status_code == 200, (path, answer.json)
    return answer.data


def test_what_the_head_promises_is_there_to_the_last_entry(face: Face) -> None:
    grow(face, 300)
    face.world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))
    grow(face, 3)
    auditor = face.auditor()
    shown = next(one for one in auditor.get("/logs").json["logs"] if one["id"] == MEDIUM)
    verifier = NoteVerifier.from_vkey(shown["verifier_key"])
    head = open_checkpoint(fetch(auditor, "checkpoint"), verifier).checkpoint
    assert 256 < head.size < 512
    assert shown["size"] > shown["head_size"] == head.size
    rest = head.size - 256
    full, partial = tile_path("entries", 0), tile_path("entries", 1, rest)
    entries = decode_bundle(fetch(auditor, full)) + decode_bundle(fetch(auditor, partial))
    hashes = [leaf_hash(entry) for entry in entries]
    assert root(hashes) == head.root
    assert fetch(auditor, tile_path(0, 0)) + fetch(auditor, tile_path(0, 1, rest)) == b"".join(hashes)
    assert fetch(auditor, tile_path(1, 0, 1)) == root(hashes[:256])
    assert fetch(auditor, tile_path(0, 0, 17)) == b"".join(hashes[:17]), "a full tile is served in part too"
    for beyond in (tile_path(0, 1, rest + 1), tile_path(0, 1), tile_path(1, 0), tile_path("entries", 1, rest + 1)):
        assert auditor.get(f"/logs/{MEDIUM}/{beyond}").status_code == 404, beyond


def test_no_entry_served_to_an_auditor_holds_a_name_or_a_number_of_a_person(face: Face) -> None:
    face.granted()
    face.world.run(Actor("system", "publish"), lambda unit: publish_checkpoint(unit, log=MEDIUM))
    auditor = face.auditor()
    shown = next(one for one in auditor.get("/logs").json["logs"] if one["id"] == MEDIUM)
    data = fetch(auditor, tile_path("entries", 0, shown["head_size"]))
    for identity in face.world.identities.values():
        assert identity.family_name.encode() not in data
        assert identity.iin is None or identity.iin.encode() not in data
