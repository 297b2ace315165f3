"""Notes, keys, checkpoints and cosignatures as C2SP publishes them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record import notes
from service.record.base64text import decode_base64, encode_base64
from service.record.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint
from service.record.cosignature import CosignatureVerifier, Cosigner, cosigned_at
from service.record.hashes import EMPTY_ROOT, leaf_hash
from service.record.keys import NoteSigner, NoteVerifier
from service.record.refusals import RecordRefused
from tests.record.parties import ORIGIN, log, ombudsman, private_key, prosecutor, signed_head

ROOT = leaf_hash(b"one")
NOON = datetime(2026, 3, 10, 12, tzinfo=timezone(timedelta(hours=5)))

GO_VKEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (Path(__file__).parent / "vectors" / "note-go.txt").read_text()


def test_a_note_made_by_go_verifies_and_encodes_to_itself() -> None:
    note = notes.parse(GO_NOTE.encode())
    [(verifier, _)] = notes.verify(note, [NoteVerifier.from_vkey(GO_VKEY)])
    assert verifier.name == "PeterNeumann"
    assert note.encode() == GO_NOTE.encode()
    assert NoteVerifier.from_vkey(GO_VKEY).vkey == GO_VKEY


def test_key_texts_round_trip() -> None:
    assert NoteSigner.from_skey(log().skey).vkey == log().vkey == NoteVerifier.from_vkey(log().vkey).vkey
    assert Cosigner.from_skey(NoteSigner("w.example", private_key("w")).skey).vkey.startswith("w.example+")
    assert CosignatureVerifier.from_vkey(prosecutor().vkey).key_id == prosecutor().verifier.key_id


def test_one_key_has_another_id_as_witness_than_as_log() -> None:
    key = private_key("both")
    assert NoteSigner("both.example", key).key_id != Cosigner("both.example", key).verifier.key_id


def test_a_secret_key_is_not_shown_by_accident() -> None:
    assert "private_key" not in repr(log()) + repr(prosecutor())
    with pytest.raises(RecordRefused) as refused:
        NoteSigner.from_skey(log().skey[:-1] + "x")
    assert log().skey[-20:-1] not in str(refused.value)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        GO_VKEY[:-1],
        GO_VKEY.replace("c74f20a3", "c74f20a4"),
        GO_VKEY.replace("c74f20a3", "C74F20A3"),
        GO_VKEY.replace("PeterNeumann", ""),
        GO_VKEY.replace("PeterNeumann", "Peter Neumann"),
        prosecutor().vkey,
    ],
)
def test_a_malformed_or_foreign_verifier_key_is_refused(vkey: str) -> None:
    with pytest.raises(RecordRefused):
        NoteVerifier.from_vkey(vkey)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\n", "a\u00a0b", "a\u2028b", "a\tb"])
def test_a_key_name_has_no_spaces_and_no_plus(name: str) -> None:
    with pytest.raises(RecordRefused, match=r"key\.name"):
        NoteSigner(name, private_key("any"))


@given(st.binary(max_size=40), st.data())
def test_base64_has_one_spelling(data: bytes, draw: st.DataObject) -> None:
    text = encode_base64(data)
    assert decode_base64(text) == data
    place = draw.draw(st.integers(0, len(text)))
    other = text[:place] + draw.draw(st.sampled_from("AB+/=-_ \nқ")) + text[place + draw.draw(st.integers(0, 1)) :]
    if other != text:
        assert decoded_or_none(other) != data


def decoded_or_none(text: str) -> bytes | None:
    try:
        return decode_base64(text)
    except RecordRefused:
        return None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        GO_NOTE[:-1].encode(),
        GO_NOTE.encode() + b"\n",
        GO_NOTE.replace("— ", "- ").encode(),
        GO_NOTE.replace("x08go", "x08\tgo").encode(),
        GO_NOTE.replace("think", "thi\rnk").encode(),
        GO_NOTE.replace("wJnAM=", "wJnAN=").encode(),
        GO_NOTE.encode("utf-16"),
        b"text\n\n" + "— name AAAA\n".encode(),
        b"text\n\n" + "— name AAAAAAA=\n".encode() * 101,
    ],
)
def test_what_is_no_note_is_refused(data: bytes) -> None:
    with pytest.raises(RecordRefused):
        notes.parse(data)


def test_a_note_signed_by_strangers_only_is_refused() -> None:
    with pytest.raises(RecordRefused, match=r"note\.unsigned"):
        notes.verify(notes.parse(GO_NOTE.encode()), [log().verifier])


def test_one_wrong_signature_of_a_known_key_refuses_the_note() -> None:
    stranger = NoteSigner(ORIGIN, private_key("stranger"))
    forged = notes.Signature(ORIGIN, log().key_id, stranger.sign(b"text\n"))
    note = notes.sign("text\n", [prosecutor_as_signer()]).with_signatures([forged])
    with pytest.raises(RecordRefused, match=r"note\.signature"):
        notes.verify(note, [prosecutor_as_signer().verifier, log().verifier])


def prosecutor_as_signer() -> NoteSigner:
    return NoteSigner(prosecutor().name, prosecutor().private_key)


def test_signing_again_replaces_the_earlier_signature() -> None:
    note = signed_head(1, ROOT)
    early, late = (prosecutor().cosign(note, NOON + timedelta(minutes=minutes)) for minutes in (0, 5))
    assert note.with_signatures([early]).with_signatures([late]) == note.with_signatures([late])


@given(st.integers(1, 2**63 - 1), st.binary(min_size=32, max_size=32))
def test_a_checkpoint_survives_signing_and_reading(size: int, root: bytes) -> None:
    opened = open_checkpoint(signed_head(size, root).encode(), log().verifier)
    assert opened.checkpoint == Checkpoint(ORIGIN, size, root)


def test_a_checkpoint_is_the_text_of_the_specification() -> None:
    text = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
    assert parse_checkpoint(text).text == text
    assert parse_checkpoint(text).size == 20852163


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"o\n01\n{encode_base64(ROOT)}\n",
        f"o\n+1\n{encode_base64(ROOT)}\n",
        f"o\n-1\n{encode_base64(ROOT)}\n",
        f"o\n١\n{encode_base64(ROOT)}\n",
        f"o\n{2**63}\n{encode_base64(ROOT)}\n",
        f"o\n{'9' * 5000}\n{encode_base64(ROOT)}\n",
        f"o\n1\n{encode_base64(ROOT[:31])}\n",
        f"o\n1\n{encode_base64(ROOT)}",
        f"o\n1\n{encode_base64(ROOT)}\nextension\n",
        f"o o\n1\n{encode_base64(ROOT)}\n",
        f"o\n0\n{encode_base64(ROOT)}\n",
    ],
)
def test_another_spelling_of_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(RecordRefused):
        parse_checkpoint(text)


def test_the_head_of_an_empty_log_is_the_root_of_nothing() -> None:
    assert open_checkpoint(signed_head(0, EMPTY_ROOT), log().verifier).checkpoint.size == 0


def test_a_log_speaks_only_of_itself() -> None:
    note = notes.sign(Checkpoint("other.example/log", 1, ROOT).text, [log()])
    with pytest.raises(RecordRefused, match=r"checkpoint\.origin"):
        open_checkpoint(note, log().verifier)


def test_a_cosignature_carries_its_time_and_verifies() -> None:
    note = signed_head(1, ROOT)
    cosigned = note.with_signatures([prosecutor().cosign(note, NOON)])
    [(_, line)] = notes.verify(notes.parse(cosigned.encode()), [prosecutor().verifier])
    assert cosigned_at(line) == NOON
    assert cosigned_at(line).tzinfo is UTC


def test_a_cosignature_of_another_time_or_head_is_refused() -> None:
    note, other = signed_head(1, ROOT), signed_head(2, ROOT)
    line = prosecutor().cosign(note, NOON)
    later = notes.Signature(line.name, line.key_id, b"\0" * 7 + b"\1" + line.signature[8:])
    short = notes.Signature(line.name, line.key_id, line.signature[8:])
    for forged in (
        note.with_signatures([later]),
        note.with_signatures([short]),
        other.with_signatures([line]),
    ):
        with pytest.raises(RecordRefused, match=r"note\.signature"):
            notes.verify(forged, [prosecutor().verifier])


def test_a_cosignature_is_no_signature_of_the_log_and_the_other_way_round() -> None:
    twin = Cosigner(ORIGIN, log().private_key)
    note = signed_head(1, ROOT)
    cosigned_only = notes.Note(note.text, (twin.cosign(note, NOON),))
    with pytest.raises(RecordRefused, match=r"note\.unsigned"):
        open_checkpoint(cosigned_only, log().verifier)
    with pytest.raises(RecordRefused, match=r"note\.unsigned"):
        notes.verify(note, [twin.verifier, ombudsman().verifier])


@pytest.mark.parametrize("at", [datetime(2026, 3, 10, 12), datetime(1970, 1, 1, tzinfo=UTC)])  # noqa: DTZ001
def test_a_cosignature_needs_an_aware_time_after_the_epoch(at: datetime) -> None:
    with pytest.raises(RecordRefused, match=r"cosignature\.time"):
        prosecutor().cosign(signed_head(1, ROOT), at)
