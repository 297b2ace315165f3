"""A witness cosigns a head that extends the one it cosigned before, and nothing else (C2SP tlog-witness)."""

from __future__ import annotations

import random
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record import notes
from service.record.checkpoint import Checkpoint, sign_checkpoint
from service.record.cosignature import CosignatureVerifier, cosigned_at
from service.record.hashes import EMPTY_ROOT, HASH_SIZE
from service.record.keys import NoteSigner
from service.record.notes import Note
from service.record.tree import consistency_proof
from service.record.witness.request import encode_request, read_request
from service.record.witness.witness import Answer, Witness
from tests.record.parties import ORIGIN, log, ombudsman, private_key
from tests.witness.house import Book, Clock, House

HONEST = Book()
LARGE, SMALL = 70, 41


def lines(answer: Answer, note: Note) -> list[notes.Signature]:
    """The cosignatures of an answer, read as a client reads them: behind the checkpoint they belong to."""
    return list(notes.parse(note.encode() + answer.body).signatures[len(note.signatures) :])


def cosigned(witness: Witness, book: Book, old: int, size: int) -> Answer:
    answer = witness.add_checkpoint(book.request(old, size))
    assert answer.status == 200, answer
    ((key, _),) = notes.verify(book.head(size).with_signatures(lines(answer, book.head(size))), [verifier(witness)])
    assert key == verifier(witness)
    return answer


def verifier(witness: Witness) -> CosignatureVerifier:
    return witness.cosigner.verifier


# The requests of an insider who holds the log's key, and what the field's witnesses answer to them.
MATRIX = {
    "wrong old size": (HONEST.request(SMALL - 1, LARGE), 409),
    "an old size of nothing": (HONEST.request(0, LARGE), 409),
    "rewritten, same size": (Book(rewritten=30).request(SMALL, SMALL), 422),
    "rewritten, larger": (Book(rewritten=30).request(SMALL, LARGE), 422),
    "truncated": (HONEST.request(SMALL, SMALL - 5), 400),
    "rolled back": (HONEST.request(SMALL - 10, SMALL - 5), 409),
    "signed by another key": (Book(NoteSigner(ORIGIN, private_key("other"))).request(SMALL, LARGE), 403),
    "not signed at all": (encode_request(SMALL, [], Note(HONEST.head(SMALL).text, ())), 400),
    "another log": (Book(log("kezdesu.example/unknown")).request(SMALL, LARGE), 404),
    "a proof too short": (encode_request(SMALL, [], HONEST.head(LARGE)), 422),
    "a proof too long": (
        encode_request(SMALL, [*consistency_proof(SMALL, LARGE, HONEST.tree(LARGE)), bytes(32)], HONEST.head(LARGE)),
        422,
    ),
    "a proof where none is due": (encode_request(SMALL, [bytes(32)], HONEST.head(SMALL)), 422),
    "not a request": (b"good morning", 400),
    "nothing": (b"", 400),
}  # fmt: skip


@pytest.mark.parametrize("case", MATRIX)
def test_what_does_not_follow_is_refused_and_changes_nothing(witness: Witness, case: str) -> None:
    cosigned(witness, HONEST, 0, SMALL)
    held = witness.state.note(ORIGIN)
    body, status = MATRIX[case]
    answer = witness.add_checkpoint(body)
    assert answer.status == status
    assert not answer.body.startswith("—".encode())
    assert witness.state.note(ORIGIN) == held
    cosigned(witness, HONEST, SMALL, LARGE)


def test_a_conflict_tells_the_size_to_begin_from(witness: Witness) -> None:
    assert witness.add_checkpoint(HONEST.request(3, SMALL)) == Answer(409, b"0\n", "text/x.tlog.size")
    cosigned(witness, HONEST, 0, SMALL)
    assert witness.add_checkpoint(HONEST.request(0, LARGE)) == Answer(409, b"41\n", "text/x.tlog.size")


def test_a_log_that_only_grows_is_cosigned_at_every_step(witness: Witness) -> None:
    old = 0
    for size in (0, 1, 2, 2, 7, 8, 255, 256, 257):
        cosigned(witness, HONEST, old, size)
        old = size


@given(st.lists(st.integers(0, 90), min_size=1, max_size=6), st.integers(0, 40))
def test_no_order_of_requests_makes_it_cosign_two_histories(
    tmp_path_factory: pytest.TempPathFactory, sizes: list[int], rewritten: int
) -> None:
    """Whatever an insider sends, from an honest log and a rewritten one, what was cosigned is one history."""
    books = (HONEST, Book(rewritten=rewritten))
    witness = House(tmp_path_factory.mktemp("witness") / "state", sync=lambda _: None).open()
    roots: dict[int, set[bytes]] = {}
    for size in sizes:
        for book in books:
            for old in {0, witness.state.head(ORIGIN).size if witness.state.head(ORIGIN) else 0}:
                if witness.add_checkpoint(book.request(old, size)).status == 200:
                    roots.setdefault(size, set()).add(read_request(book.request(0, size)).head.root)
    held = witness.state.head(ORIGIN)
    assert held is not None
    assert all(len(found) == 1 for found in roots.values())
    assert any(
        all({read_request(book.request(0, size)).head.root} == found for size, found in roots.items()) for book in books
    ), "everything cosigned belongs to one and the same log"
    witness.state.close()


def test_the_empty_log_has_one_root(witness: Witness) -> None:
    made_up = f"{ORIGIN}\n0\n{'A' * 43}=\n"
    assert witness.add_checkpoint(encode_request(0, [], notes.sign(made_up, [log()]))).status == 422
    empty = sign_checkpoint(Checkpoint(ORIGIN, 0, EMPTY_ROOT), [log()])
    assert witness.add_checkpoint(encode_request(0, [], empty)).status == 200


def test_the_same_head_again_gets_a_new_time_and_no_new_line(witness: Witness, house: House) -> None:
    first = lines(cosigned(witness, HONEST, 0, SMALL), HONEST.head(SMALL))[0]
    written = house.file.stat().st_size
    house.clock.passes(minutes=10)
    again = lines(cosigned(witness, HONEST, SMALL, SMALL), HONEST.head(SMALL))[0]
    assert cosigned_at(again) - cosigned_at(first) == timedelta(minutes=10)
    assert house.file.stat().st_size == written


def test_a_head_with_other_peoples_signatures_is_cosigned_and_they_are_not_passed_on(witness: Witness) -> None:
    foreign = ombudsman().cosign(HONEST.head(SMALL), Clock()())
    body = encode_request(0, [], HONEST.head(SMALL).with_signatures([foreign]))
    assert witness.add_checkpoint(body).status == 200
    note = witness.checkpoint(sha256(ORIGIN.encode()).hexdigest())
    assert note is not None
    assert [line.name for line in notes.parse(note).signatures] == [ORIGIN, witness.cosigner.name]


def test_heads_of_other_peoples_logs_may_have_more_lines(witness: Witness) -> None:
    """C2SP allows extension lines; the witness signs the text as the log signed it."""
    text = HONEST.head(SMALL).text + "an extension\n"
    note = notes.sign(text, [log()])
    answer = witness.add_checkpoint(encode_request(0, [], note))
    assert answer.status == 200
    notes.verify(note.with_signatures(lines(answer, note)), [verifier(witness)])


def test_a_log_may_have_two_keys_while_one_takes_over_from_the_other(house: House) -> None:
    old, new = log(), NoteSigner(ORIGIN, private_key("the next key"))
    witness = house.open(old, new)
    cosigned(witness, Book(old), 0, SMALL)
    cosigned(witness, Book(new), SMALL, LARGE)
    witness.state.close()


def test_logs_are_watched_apart(house: House) -> None:
    other = log("elsewhere.example/log")
    witness = house.open(log(), other)
    cosigned(witness, HONEST, 0, LARGE)
    cosigned(witness, Book(other, rewritten=3), 0, SMALL)
    cosigned(witness, HONEST, LARGE, LARGE + 1)
    assert witness.state.refused() == []
    witness.state.close()


@pytest.mark.parametrize(
    "body",
    [
        HONEST.request(0, SMALL).replace(b"old 0", b"old 00"),
        HONEST.request(0, SMALL).replace(b"old 0", b"old -1"),
        HONEST.request(0, SMALL).replace(b"old 0", b"old  0"),
        HONEST.request(0, SMALL).replace(b"old 0", b"old 9223372036854775808"),
        HONEST.request(0, SMALL).replace(b"old 0", b"new 0"),
        HONEST.request(0, SMALL).replace(b"old 0\n", b"old 0\r\n"),
        HONEST.request(SMALL, LARGE).replace(b"=\n", b"\n", 1),
        encode_request(0, [bytes(HASH_SIZE)] * 64, HONEST.head(SMALL)),
        encode_request(0, [bytes(31)], HONEST.head(SMALL)),
        HONEST.request(0, SMALL)[:-1],
        HONEST.request(0, SMALL).replace(b"\n41\n", b"\n041\n"),
        HONEST.request(0, SMALL) + b"x" * (1 << 16),
    ],
)
def test_a_request_has_one_spelling(witness: Witness, body: bytes) -> None:
    assert witness.add_checkpoint(body).status in (400, 403)
    assert witness.state.head(ORIGIN) is None


def test_garbled_requests_are_never_cosigned(witness: Witness) -> None:
    dice = random.Random(8)
    cosigned(witness, HONEST, 0, SMALL)
    sound = HONEST.request(SMALL, LARGE)
    for _ in range(300):
        body = bytearray(sound)
        place = dice.randrange(len(body))
        body[place] ^= 1 << dice.randrange(8)
        assert witness.add_checkpoint(bytes(body)).status in (400, 403, 404, 409, 422)
    assert witness.state.head(ORIGIN).size == SMALL  # type: ignore[union-attr]
