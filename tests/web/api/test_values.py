"""The small types against the standard library as their twin."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from service.web.api.problem import Refused
from service.web.api.reading import parse_json
from service.web.api.values import Day, Moment, text

days, moments, name = TypeAdapter(Day), TypeAdapter(Moment), TypeAdapter(text(40))
first, last = date(1900, 1, 1), date(2199, 12, 31)


def test_every_day_of_three_centuries_is_read_and_no_other_form():
    day = first
    while day <= last:
        assert days.validate_python(day.isoformat()) == day
        day += timedelta(days=1)
    for wrong in ("1900-02-29", "2100-02-29", "2026-04-31", "1899-12-31", "2200-01-01", "2026-W12-4"):
        with pytest.raises(ValidationError):
            days.validate_python(wrong)


@given(st.text(alphabet="0123456789-", min_size=9, max_size=11))
def test_a_day_is_read_only_as_the_calendar_reads_it(digits):
    try:
        expected = date.fromisoformat(digits) if len(digits) == 10 else None
    except ValueError:
        expected = None
    if expected is not None and not first <= expected <= last:
        expected = None
    try:
        assert days.validate_python(digits) == expected
    except ValidationError:
        assert expected is None


@given(
    st.datetimes(datetime(1900, 1, 2), datetime(2199, 12, 30)),  # noqa: DTZ001
    st.integers(min_value=-14 * 60, max_value=14 * 60),
)
def test_a_moment_survives_writing_and_reading(naive, offset):
    moment = naive.replace(tzinfo=timezone(timedelta(minutes=offset)))
    read = moments.validate_python(moment.isoformat())
    assert read == moment
    assert read.astimezone(UTC) == moment.astimezone(UTC)


@given(st.text(max_size=60))
def test_a_text_that_is_accepted_is_whole_short_trimmed_and_printable(written):
    try:
        kept = name.validate_python(written)
    except ValidationError:
        return
    assert 0 < len(kept) <= 40
    assert kept == kept.strip()
    assert kept == name.validate_python(kept)
    assert not any(ord(letter) < 32 or 0x7F <= ord(letter) < 0xA0 for letter in kept)
    kept.encode("utf-8")


json_values: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=12,
)


@given(json_values, st.booleans())
def test_all_json_is_read_as_the_standard_library_reads_it(value, ascii_only):
    written = json.dumps(value, ensure_ascii=ascii_only)
    assert parse_json(written.encode("utf-8")) == json.loads(written)


@given(st.binary(max_size=200))
def test_bytes_that_are_not_json_are_refused_and_never_a_fault(raw):
    kinds = set()
    with Flask("reading").app_context():
        try:
            parse_json(raw)
        except Refused as refused:
            kinds.add(refused.problem.status)
    assert kinds <= {400, 422}
