"""Canonical bytes against the rfc8785 package, and every other spelling refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from service.record.canonical import MAX_ENTRY_BYTES, MAX_INTEGER, canonical, canonical_entry, parse_canonical
from service.record.refusals import RecordRefused

keys = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=8)
texts = st.text(st.characters(exclude_categories=("Cs",)))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-MAX_INTEGER, MAX_INTEGER) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=12,
)


@given(values)
def test_the_bytes_are_those_of_a_second_implementation(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


@given(values)
def test_reading_gives_the_value_back(value: Any) -> None:
    read = parse_canonical(canonical(value))
    assert read == value
    assert json.dumps(read, sort_keys=True) == json.dumps(value, sort_keys=True)  # and True stays no 1


@given(values, st.data())
def test_another_spelling_of_the_same_value_is_refused(value: Any, data: st.DataObject) -> None:
    spelling = data.draw(
        st.sampled_from([{"indent": 1}, {"separators": (", ", ": ")}, {"ensure_ascii": True}, {"sort_keys": False}])
    )
    other = json.dumps(value, **{"ensure_ascii": False, "separators": (",", ":")} | spelling).encode()
    if other != canonical(value):
        with pytest.raises(RecordRefused, match=r"canonical\.form"):
            parse_canonical(other)


@given(values.filter(lambda value: value not in ("", None)), st.data())
def test_no_byte_can_be_put_in_without_changing_the_value(value: Any, data: st.DataObject) -> None:
    encoded = canonical(value)
    place = data.draw(st.integers(0, len(encoded)))
    longer = encoded[:place] + data.draw(st.binary(min_size=1, max_size=1)) + encoded[place:]
    try:
        read = parse_canonical(longer)
    except RecordRefused:
        return
    assert canonical(read) == longer != encoded


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (1.0, "canonical.type"),
        (float("nan"), "canonical.type"),
        (b"bytes", "canonical.type"),
        ((1, 2), "canonical.type"),
        ({"at": {1}}, "canonical.type"),
        (2**53, "canonical.integer"),
        (-(2**53), "canonical.integer"),
        ("\ud800", "canonical.text"),
        (["\udfff"], "canonical.text"),
        ({1: "a"}, "canonical.key"),
        ({"күні": "a"}, "canonical.key"),
        ({"a\n": "a"}, "canonical.key"),
    ],
)
def test_what_an_event_may_not_hold_is_refused(value: object, code: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        canonical(value)
    assert refused.value.code == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "canonical.json"),
        (b"{", "canonical.json"),
        (b"\xff", "canonical.json"),
        (b"\xef\xbb\xbf{}", "canonical.json"),
        (b"9" * 5000, "canonical.json"),
        (b"[" * 100_000, "canonical.json"),
        (b"[" * 40 + b"]" * 40, "canonical.depth"),
        (b'{"a":1,"a":2}', "canonical.duplicate"),
        (b'{"a":1,"a":1}', "canonical.duplicate"),
        (b"NaN", "canonical.type"),
        (b"-Infinity", "canonical.type"),
        (b"1.0", "canonical.type"),
        (b"1e3", "canonical.type"),
        (b"-0", "canonical.form"),
        (b"9007199254740992", "canonical.integer"),
        (b'"\\ud800"', "canonical.text"),
        (b'"\\u0041"', "canonical.form"),
        (b'"\\/"', "canonical.form"),
        (b'"\\u001F"', "canonical.form"),
        (b'{"b":1,"a":2}', "canonical.form"),
        (b"{} ", "canonical.form"),
    ],
)
def test_bytes_that_are_not_canonical_are_refused(data: bytes, code: str) -> None:
    with pytest.raises(RecordRefused) as refused:
        parse_canonical(data)
    assert refused.value.code == code


def test_an_entry_fits_the_two_bytes_of_its_length() -> None:
    filler = "қ" * ((MAX_ENTRY_BYTES - len(b'{"text":""}')) // 2)
    assert len(canonical_entry({"text": filler})) == MAX_ENTRY_BYTES
    with pytest.raises(RecordRefused, match=r"canonical\.size"):
        canonical_entry({"text": filler + "a"})
