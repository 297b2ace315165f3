"""What our witness signs and what it is asked, read by golang.org/x/mod: it accepts and refuses the same."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from service.record.tree import consistency_proof
from service.record.witness.request import encode_request
from tests.record.parties import log, ombudsman, prosecutor
from tests.record.test_go import Logcheck, logcheck
from tests.witness.house import Book, House

__all__ = ["logcheck"]

HONEST = Book()


def cosigned(folder: Path, *sizes: int) -> Path:
    """The newest head that a real witness cosigned on its way through these sizes."""
    witness, old = House(folder / "state").open(), 0
    for size in sizes:
        assert witness.add_checkpoint(HONEST.request(old, size)).status == 200
        old = size
    note = witness.state.note(log().name)
    witness.state.close()
    assert note is not None
    file = folder / "head"
    file.write_bytes(note.encode())
    return file


def test_go_verifies_what_our_witness_signed(tmp_path: Path, logcheck: Logcheck) -> None:
    head = cosigned(tmp_path, 0, 1, 256, 300)
    passed = logcheck("checkpoint", head, log().vkey, prosecutor().vkey)
    assert (passed.returncode, passed.stdout) == (0, "head of 300 entries verified, 1 witnesses\n")
    assert logcheck("checkpoint", head, log().vkey, ombudsman().vkey).returncode == 1


def test_go_refuses_a_cosigned_head_with_one_byte_flipped(tmp_path: Path, logcheck: Logcheck) -> None:
    head = cosigned(tmp_path, 5)
    sound, dice = head.read_bytes(), random.Random(4)
    for place in dice.sample(range(len(sound)), 40):
        flipped = bytearray(sound)
        flipped[place] ^= 1 << dice.randrange(8)
        head.write_bytes(flipped)
        assert logcheck("checkpoint", head, log().vkey, prosecutor().vkey).returncode == 1, place


@pytest.mark.parametrize(("old", "new"), [(1, 1), (1, 2), (7, 8), (70, 200), (255, 257), (256, 512)])
def test_go_and_our_witness_agree_on_what_extends_a_head(
    tmp_path: Path, logcheck: Logcheck, old: int, new: int
) -> None:
    held = cosigned(tmp_path, old)
    proof = consistency_proof(old, new, HONEST.tree(new))
    rewritten = Book(rewritten=old - 1)
    cases = {
        HONEST.request(old, new): 200,
        rewritten.request(old, new): 422,
        encode_request(old, [*proof, bytes(32)], HONEST.head(new)): 422,
        encode_request(old, proof[:-1], HONEST.head(new)): 422 if proof else 200,
        encode_request(old, proof, rewritten.head(new)): 422,
    }
    for body, status in cases.items():
        witness = House(tmp_path / "state").open()
        assert witness.add_checkpoint(body).status == status
        witness.state.close()
        (tmp_path / "state").unlink()
        cosigned(tmp_path, old)
        (tmp_path / "request").write_bytes(body)
        theirs = logcheck("request", tmp_path / "request", log().vkey, held)
        assert (theirs.returncode == 0) is (status == 200), theirs.stderr
