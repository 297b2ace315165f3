"""The pass as a property: what was signed is what is read, and nothing else is read at all."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.exceptions import InvalidSignature
from hypothesis import example, given, settings
from hypothesis import strategies as st

from firmware_bridge import passes as bridge
from service.domain.passes import (
    TEXT_CHARACTERS,
    MalformedPass,
    Pass,
    PassKey,
    PassKeys,
    PassRefusal,
    base45_decode,
    base45_encode,
    decode,
    encode,
    verify,
    visitor_tag,
)

from .vectors import VALID_FROM, VALID_UNTIL, VISIT, signer, written

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
MIDDAY = datetime(2026, 3, 14, 7, tzinfo=UTC)

seconds = st.integers(0, 0xFFFFFFFF)
passes = st.builds(
    lambda key, id_, institution, zone, window, children, tag: Pass(
        key,
        id_,
        institution,
        zone,
        datetime.fromtimestamp(min(window), UTC),
        datetime.fromtimestamp(max(window), UTC),
        children,
        tag,
    ),
    st.integers(1, 0xFFFF),
    st.binary(min_size=16, max_size=16),
    st.integers(1, 0xFFFF),
    st.integers(1, 0xFF),
    st.sets(seconds, min_size=2, max_size=2),
    st.integers(0, 0xFF),
    st.binary(min_size=4, max_size=4),
)


def known(octets: bytes, signature: bytes) -> bool:
    try:
        signer(1).public_key().verify(signature, octets)
    except InvalidSignature:
        return False
    return True


KEYS = PassKeys({1: PassKey(known, VALID_FROM, VALID_UNTIL)})


def opens(text: str) -> bool:
    """Does the text open the visit's gate at midday?"""
    try:
        signed = decode(text)
    except MalformedPass:
        return False
    return verify(signed, KEYS, institution=17, gate_zone=3, at=MIDDAY) is None


@given(passes)
def test_a_pass_is_read_back_as_it_was_written(pass_: Pass) -> None:
    text = encode(pass_, signer(1).sign)
    assert len(text) == TEXT_CHARACTERS
    assert set(text) <= set(ALPHABET)
    assert decode(text).pass_ == pass_


@given(st.binary(max_size=200))
def test_base45_is_read_back(octets: bytes) -> None:
    assert base45_decode(base45_encode(octets)) == octets == bridge.unpack45(base45_encode(octets))


@given(st.text(ALPHABET, max_size=40) | st.text(max_size=40))
@example("\ud800")
def test_octets_have_one_spelling(text: str) -> None:
    try:
        octets = base45_decode(text)
    except MalformedPass:
        with pytest.raises(bridge.BadPass):
            bridge.unpack45(text)
    else:
        assert base45_encode(octets) == text
        assert bridge.unpack45(text) == octets


@given(st.text(st.sampled_from(ALPHABET), min_size=149, max_size=149) | st.text(max_size=300))
def test_both_readers_agree_on_any_text(body: str) -> None:
    text = "KZP1:" + body
    try:
        pass_ = decode(text).pass_
    except MalformedPass:
        with pytest.raises(bridge.BadPass):
            bridge.read(text)
    else:
        assert bridge.read(text).pass_id == pass_.pass_id


def test_the_untouched_pass_opens_its_gate() -> None:
    assert opens(written(VISIT))


def test_no_single_flipped_bit_of_the_octets_opens_the_gate() -> None:
    octets = base45_decode(written(VISIT)[5:])
    flipped = [
        "KZP1:" + base45_encode((int.from_bytes(octets, "big") ^ (1 << bit)).to_bytes(99, "big"))
        for bit in range(99 * 8)
    ]
    assert not any(map(opens, flipped))


def test_no_single_changed_character_opens_the_gate() -> None:
    text = written(VISIT)
    changed = [
        text[:place] + letter + text[place + 1 :]
        for place in range(len(text))
        for letter in ALPHABET + "ab_\r\n"
        if letter != text[place]
    ]
    assert len(changed) > 7_000
    assert not any(map(opens, changed))


@given(st.lists(st.tuples(st.integers(0, 153), st.sampled_from(ALPHABET)), min_size=1, max_size=6))
def test_no_damage_opens_the_gate(damage: list[tuple[int, str]]) -> None:
    text = written(VISIT)
    damaged = list(text)
    for place, letter in damage:
        damaged[place] = letter
    assert opens("".join(damaged)) == ("".join(damaged) == text)


@given(st.integers(0, len(written(VISIT))))
def test_a_cut_pass_opens_nothing(length: int) -> None:
    assert opens(written(VISIT)[:length]) == (length == TEXT_CHARACTERS)


@settings(max_examples=200)
@given(st.timedeltas(min_value=timedelta(days=-3), max_value=timedelta(days=3)), st.integers(-12, 14))
def test_the_window_is_the_same_in_every_time_zone(shift: timedelta, offset: int) -> None:
    at = (VISIT.not_before + shift).astimezone(timezone(timedelta(hours=offset)))
    refusal = verify(decode(written(VISIT)), KEYS, institution=17, gate_zone=3, at=at)
    if at < VISIT.not_before:
        assert refusal is PassRefusal.TOO_EARLY
    elif at > VISIT.not_after:
        assert refusal is PassRefusal.TOO_LATE
    else:
        assert refusal is None


def test_revocation_is_asked_by_pass_id() -> None:
    for listed, refusal in ((VISIT.pass_id, PassRefusal.REVOKED), (bytes(16), None)):
        revoked = {listed}.__contains__
        signed = decode(written(VISIT))
        assert verify(signed, KEYS, institution=17, gate_zone=3, at=MIDDAY, revoked=revoked) is refusal


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("key_id", 0),
        ("key_id", 65_536),
        ("institution", 0),
        ("gate_zone", 256),
        ("children", -1),
        ("pass_id", b"short"),
        ("visitor_tag", b"12345"),
        ("not_before", datetime(2026, 3, 14, 8, 30)),  # noqa: DTZ001
        ("not_after", datetime(2026, 3, 16, 5, 0, 0, 1, UTC)),
        ("not_after", datetime(2106, 2, 7, 6, 28, 16, tzinfo=UTC)),
        ("not_before", datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("not_after", VISIT.not_before),
    ],
)
def test_what_does_not_fit_the_octets_is_no_pass(field: str, value: object) -> None:
    fields = {name: getattr(VISIT, name) for name in Pass.__slots__}
    with pytest.raises(ValueError, match=field):
        Pass(**{**fields, field: value})


def test_a_signature_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="63 octets"):
        encode(VISIT, lambda _: bytes(63))


def test_a_visitors_tags_do_not_show_that_two_passes_are_his() -> None:
    tags = {visitor_tag(b"secret", bytes([n]) * 16, b"visitor") for n in range(32)}
    assert len(tags) == 32
    assert {len(tag) for tag in tags} == {4}
    assert visitor_tag(b"secret", b"p" * 16, b"a") != visitor_tag(b"other", b"p" * 16, b"a")
