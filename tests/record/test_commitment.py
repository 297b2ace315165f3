"""A commitment fits one opening, and shows nothing without it."""

from __future__ import annotations

import base64
import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record.canonical import canonical
from service.record.commitment import commit, matches, new_salt
from service.record.refusals import RecordRefused

salts = st.binary(min_size=32, max_size=32)
fields = st.text(max_size=40) | st.integers(0, 10**12) | st.none() | st.lists(st.text(max_size=5), max_size=3)


def by_definition(salt: bytes, message: bytes) -> bytes:
    """HMAC of RFC 2104 written out, with nothing of the standard library's hmac."""
    key = salt.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in key) + message).digest()
    return hashlib.sha256(bytes(byte ^ 0x5C for byte in key) + inner).digest()


@given(salts, fields)
def test_it_is_the_hmac_of_the_canonical_value(salt: bytes, value: object) -> None:
    commitment = commit(salt, value)
    assert len(commitment) == 43
    assert base64.urlsafe_b64decode(commitment + "=") == by_definition(salt, canonical(value))


@given(salts, salts, fields, fields)
def test_only_its_own_opening_matches(salt: bytes, other_salt: bytes, value: object, other: object) -> None:
    commitment = commit(salt, value)
    assert matches(commitment, salt, value)
    if other_salt != salt:
        assert not matches(commitment, other_salt, value)
    if canonical(other) != canonical(value):
        assert not matches(commitment, salt, other)


@given(salts, fields, st.integers(0, 42), st.characters(exclude_categories=("Cs",)))
def test_a_commitment_with_one_character_changed_matches_nothing(
    salt: bytes, value: object, place: int, letter: str
) -> None:
    commitment = commit(salt, value)
    changed = commitment[:place] + letter + commitment[place + 1 :]
    assert matches(changed, salt, value) == (changed == commitment)


@pytest.mark.parametrize("length", [0, 31, 33, 64])
def test_a_salt_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(RecordRefused, match=r"commitment\.salt"):
        commit(b"\x01" * length, "value")
    with pytest.raises(RecordRefused, match=r"commitment\.salt"):
        new_salt(lambda _: b"\x01" * length)


def test_a_zero_appended_to_the_salt_is_no_second_opening() -> None:
    salt = b"\x01" * 32
    assert by_definition(salt, b"1") == by_definition(salt + b"\0", b"1")
    with pytest.raises(RecordRefused, match=r"commitment\.salt"):
        matches(commit(salt, 1), salt + b"\0", 1)


def test_a_new_salt_comes_from_the_source_given() -> None:
    assert new_salt(lambda count: bytes(range(count))) == bytes(range(32))
