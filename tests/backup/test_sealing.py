"""A sealed file opens whole and unchanged with its own secret, and in no other case."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.backup import sealing
from service.backup.refused import NotDone
from service.backup.sealing import BY_KEY_FILE, BY_PASSPHRASE, HEADER, TAG, Sealer, Secret, unsealed
from tests.backup.place import Place, secret

KEY = Secret(BY_KEY_FILE, bytes(range(32)))
SMALL = 64


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "CHUNK", SMALL)


def sealed(data: bytes, key: Secret = KEY, piece: int = 50) -> bytes:
    file = io.BytesIO()
    sealer = Sealer(file, key, lambda count: bytes(range(count)))
    for start in range(0, len(data), piece):
        sealer.write(data[start : start + piece])
    sealer.finish()
    return file.getvalue()


def opened(data: bytes, key: Secret = KEY) -> bytes:
    return b"".join(unsealed(io.BytesIO(data), key))


@pytest.mark.parametrize("length", [0, 1, SMALL - 1, SMALL, SMALL + 1, 3 * SMALL, 1000])
def test_what_was_sealed_is_what_opens(length: int) -> None:
    data = bytes(number % 251 for number in range(length))
    chunks = max(1, -(-length // SMALL))
    assert len(sealed(data)) == HEADER + length + chunks * TAG
    assert opened(sealed(data)) == data
    assert opened(sealed(data, piece=7)) == data


def test_each_single_change_of_an_octet_is_noticed() -> None:
    whole = sealed(bytes(200))
    for place in range(len(whole)):
        changed = bytearray(whole)
        changed[place] ^= 1
        with pytest.raises(NotDone):
            opened(bytes(changed))


def test_each_shorter_file_is_noticed_and_so_is_a_longer_one() -> None:
    whole = sealed(bytes(200))
    for length in range(len(whole)):
        with pytest.raises(NotDone):
            opened(whole[:length])
    with pytest.raises(NotDone):
        opened(whole + b"x")


@given(st.permutations(range(4)))
def test_chunks_in_another_order_are_noticed(order: list[int]) -> None:
    data = bytes(range(4)) * SMALL
    whole = sealed(data)
    step = SMALL + TAG
    chunks = [whole[HEADER + number * step : HEADER + (number + 1) * step] for number in order]
    moved = whole[:HEADER] + b"".join(chunks)
    if order == sorted(order):
        assert opened(moved) == data
        return
    with pytest.raises(NotDone, match="changed or cut short"):
        opened(moved)


def test_a_wrong_key_and_a_wrong_kind_of_key_are_told_apart_from_damage() -> None:
    whole = sealed(b"data")
    with pytest.raises(NotDone, match="this key does not open"):
        opened(whole, Secret(BY_KEY_FILE, bytes(32)))
    with pytest.raises(NotDone, match="sealed with a key file"):
        opened(whole, Secret(BY_PASSPHRASE, bytes(32)))
    with pytest.raises(NotDone, match="no sealed backup"):
        opened(b"SQLite format 3\0" * 10)


def test_a_passphrase_opens_what_it_sealed() -> None:
    key = Secret(BY_PASSPHRASE, b"a lantern over nine quiet stairs")
    assert opened(sealed(b"data", key), key) == b"data"
    with pytest.raises(NotDone, match="this key does not open"):
        opened(sealed(b"data", key), Secret(BY_PASSPHRASE, b"a lantern over nine quiet chairs"))


def test_a_damaged_backup_is_refused_in_words_and_leaves_nothing(place: Place) -> None:
    assert place.back_up().exit_code == 0
    whole = (place.folder / "backup").read_bytes()
    flipped = bytearray(whole)
    flipped[len(whole) * 2 // 3] ^= 0x10
    (place.folder / "flipped").write_bytes(flipped)
    (place.folder / "cut").write_bytes(whole[:-100])
    other = secret(place.folder / "other", bytes(range(1, 33)).hex())
    for name, more, told in (
        ("flipped", (), "was changed or cut short"),
        ("cut", (), "was changed or cut short"),
        ("backup", ("--key-file", other), "this key does not open"),
        ("key", (), "no sealed backup"),
    ):
        back = place.restore(name, *more)
        assert (back.exit_code, told in back.stderr, back.stdout) == (2, True, ""), back.output
    assert not list(Path(place.folder / "new").glob("kezdesu.db*"))
    assert place.restore().exit_code == 0, "the place is as empty as it was"
