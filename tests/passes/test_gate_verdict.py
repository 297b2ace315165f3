"""The verdict at the gate: what the officer sees for a pass, at each limit, and what the two lists are asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.exceptions import InvalidSignature

from firmware_bridge import passes as bridge
from firmware_bridge.decide import Direction, GateRules, Offline, Verdict, offline
from firmware_bridge.passes import Refusal
from service.domain import passes as service

from .vectors import VALID_FROM, VALID_UNTIL, VISIT, signer, written

TEXT = written(VISIT)
OPENS, SHUTS = VISIT.not_before, VISIT.not_after
MIDDAY = datetime(2026, 3, 14, 7, tzinfo=UTC)
SECOND = timedelta(seconds=1)
KEYS = {1: bridge.PublicKey(signer(1).public_key(), VALID_FROM, VALID_UNTIL)}
GATE = GateRules(institution=17, gate_zone=3, keys=KEYS)
FOUND = bridge.read(TEXT)


def made_by(octets: bytes, signature: bytes) -> bool:
    try:
        signer(1).public_key().verify(signature, octets)
    except InvalidSignature:
        return False
    return True


def of_the_service(
    direction: Direction, at: datetime, zone: int = 3, institution: int = 17, text: str = TEXT
) -> object:
    keys = service.PassKeys({1: service.PassKey(made_by, VALID_FROM, VALID_UNTIL)})
    there = service.Direction(direction.value)
    found = service.verify(service.decode(text), keys, institution=institution, gate_zone=zone, at=at, direction=there)
    return found and found.value


def test_a_good_pass_is_admitted_and_shows_who_travels_on_it() -> None:
    assert offline(TEXT, GATE, Direction.ENTRY, MIDDAY) == Offline(Verdict.ADMIT, None, FOUND)


def test_whoever_is_inside_may_leave() -> None:
    inside = {VISIT.pass_id}.__contains__
    assert offline(TEXT, GATE, Direction.EXIT, SHUTS + timedelta(days=400), inside) == Offline(
        Verdict.LEAVE, None, FOUND
    )


def test_what_is_no_pass_is_refused_and_shows_nobody() -> None:
    for direction in Direction:
        assert offline(TEXT[:-1], GATE, direction, MIDDAY) == Offline(Verdict.REFUSE, Refusal.MALFORMED, None)


def test_a_refused_pass_still_shows_whose_it_is() -> None:
    late = offline(TEXT, GATE, Direction.ENTRY, SHUTS + SECOND)
    assert late == Offline(Verdict.REFUSE, Refusal.TOO_LATE, FOUND)


@pytest.mark.parametrize(
    ("at", "refusal"),
    [(OPENS - SECOND, "too-early"), (OPENS, None), (SHUTS, None), (SHUTS + SECOND, "too-late")],
)
def test_both_seconds_of_the_window_are_inside_it(at: datetime, refusal: str | None) -> None:
    assert offline(TEXT, GATE, Direction.ENTRY, at).refusal == refusal == of_the_service(Direction.ENTRY, at)


@pytest.mark.parametrize("direction", Direction)
def test_another_institution_lets_nobody_in_or_out_with_it(direction: Direction) -> None:
    assert offline(TEXT, replace(GATE, institution=18), direction, MIDDAY).refusal is Refusal.WRONG_INSTITUTION
    assert of_the_service(direction, MIDDAY, institution=18) == "wrong-institution"


def test_a_key_is_taken_from_its_first_second_until_just_before_its_last() -> None:
    for at, refusal in (
        (VALID_FROM - SECOND, Refusal.KEY_NOT_VALID),
        (VALID_FROM, None),
        (VALID_UNTIL - SECOND, None),
        (VALID_UNTIL, Refusal.KEY_NOT_VALID),
    ):
        assert bridge.signature_refusal(FOUND, KEYS, at) is refusal
        keys = service.PassKeys({1: service.PassKey(made_by, VALID_FROM, VALID_UNTIL)})
        found = keys.refusal(service.decode(TEXT), at)
        assert (found and found.value) == refusal


def test_a_key_past_its_time_keeps_nobody_in_but_lets_nobody_in() -> None:
    gone = GateRules(17, 3, {1: bridge.PublicKey(signer(1).public_key(), VALID_FROM, OPENS)})
    assert offline(TEXT, gone, Direction.ENTRY, MIDDAY).refusal is Refusal.KEY_NOT_VALID
    assert offline(TEXT, gone, Direction.EXIT, MIDDAY).verdict is Verdict.LEAVE
    keys = service.PassKeys({1: service.PassKey(made_by, VALID_FROM, OPENS)})
    for direction, refusal in (
        (service.Direction.ENTRY, service.PassRefusal.KEY_NOT_VALID),
        (service.Direction.EXIT, None),
    ):
        found = service.verify(service.decode(TEXT), keys, institution=17, gate_zone=3, at=MIDDAY, direction=direction)
        assert found is refusal


@pytest.mark.parametrize("direction", Direction)
def test_an_unknown_key_and_a_forged_signature_open_no_gate_either_way(direction: Direction) -> None:
    assert offline(TEXT, replace(GATE, keys={}), direction, MIDDAY).refusal is Refusal.UNKNOWN_KEY
    other = {1: bridge.PublicKey(signer(2).public_key(), VALID_FROM, VALID_UNTIL)}
    forged = offline(TEXT, replace(GATE, keys=other), direction, MIDDAY)
    assert (forged.verdict, forged.refusal) == (Verdict.REFUSE, Refusal.BAD_SIGNATURE)


def test_the_lists_are_asked_for_this_pass_and_no_other() -> None:
    asked: list[bytes] = []
    listening = replace(GATE, revoked=lambda pass_id: bool(asked.append(pass_id)))
    offline(TEXT, listening, Direction.ENTRY, MIDDAY, lambda pass_id: bool(asked.append(pass_id)))
    assert asked == [VISIT.pass_id, VISIT.pass_id]


def test_a_pass_that_is_inside_does_not_come_in_again() -> None:
    inside = {VISIT.pass_id}.__contains__
    assert offline(TEXT, GATE, Direction.ENTRY, MIDDAY, inside).refusal is Refusal.ALREADY_INSIDE


def test_a_revoked_pass_says_so_before_it_says_that_the_gate_is_another() -> None:
    revoked = replace(GATE, gate_zone=4, revoked={VISIT.pass_id}.__contains__)
    assert offline(TEXT, revoked, Direction.ENTRY, MIDDAY).refusal is Refusal.REVOKED
    assert (
        offline(TEXT, replace(revoked, revoked=lambda _: False), Direction.ENTRY, MIDDAY).refusal is Refusal.WRONG_GATE
    )
    assert of_the_service(Direction.ENTRY, MIDDAY, zone=4) == "wrong-gate"
    assert of_the_service(Direction.EXIT, MIDDAY, zone=4) is None


def test_a_gate_with_no_lists_takes_a_pass_as_neither_revoked_nor_inside() -> None:
    assert GateRules(17, 3).revoked(VISIT.pass_id) is False
    assert offline(TEXT, GATE, Direction.ENTRY, MIDDAY).refusal is None


def test_the_smallest_and_largest_numbers_are_passes_and_one_beyond_is_none() -> None:
    for name, low, high in (
        ("key_id", 1, 0xFFFF),
        ("institution", 1, 0xFFFF),
        ("gate_zone", 1, 0xFF),
        ("children", 0, 0xFF),
    ):
        for fits in (low, high):
            text = written(replace(VISIT, **{name: fits}))
            assert getattr(service.decode(text).pass_, name) == getattr(bridge.read(text), name) == fits
        for beyond in (low - 1, high + 1):
            with pytest.raises(ValueError, match=name):
                replace(VISIT, **{name: beyond})


@pytest.mark.parametrize(
    ("name", "value"),
    [("pass_id", bytes(15)), ("pass_id", bytes(17)), ("visitor_tag", bytes(3)), ("visitor_tag", bytes(5))],
)
def test_ids_have_their_length_and_no_other(name: str, value: bytes) -> None:
    with pytest.raises(ValueError, match=name):
        replace(VISIT, **{name: value})


def test_a_window_of_one_second_is_one_and_of_none_is_none() -> None:
    text = written(replace(VISIT, not_after=OPENS + SECOND))
    assert bridge.read(text).not_after - bridge.read(text).not_before == 1
    with pytest.raises(ValueError, match="not_before"):
        replace(VISIT, not_after=OPENS)


def test_a_visitors_tag_is_the_published_one() -> None:
    """HMAC-SHA-256 over the context, the pass and the visitor, its first four octets (docs/pass.md)."""
    assert (
        service.visitor_tag(b"secret", bytes(16), b"visitor").hex() == "da336897"
    )  # openssl dgst -sha256 -hmac secret


def test_the_last_second_of_the_window_is_told_in_utc() -> None:
    assert FOUND.valid_until == SHUTS
    assert FOUND.valid_until.utcoffset() == timedelta(0)
