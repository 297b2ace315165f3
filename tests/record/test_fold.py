"""Reading events back: what is written is read, nothing else is, and rows are the sum of what events say of them."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record.canonical import canonical, parse_canonical
from service.record.events import Draft, Hidden, Plain, RowImage, write
from service.record.fold import UNREAD, Fold, Shown, Value
from service.record.leaf import parsed, read_leaf
from service.record.refusals import RecordRefused

AT = "2026-03-10T05:12:09.000000Z"

names = st.from_regex(r"[a-z_]{1,8}", fullmatch=True)
plain = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(codec="utf-8"))
cells = st.dictionaries(names, plain | st.builds(Hidden, st.just("mother"), plain), max_size=4)


def leaf(rows: list[RowImage], *, number: int = 0, facts: dict[str, object] | None = None) -> bytes:
    return write(
        Draft("visit.granted", {"as": "officer", "id": "7", "person": Hidden("mother", "mother")}, rows, facts or {}),
        log="la-155-8",
        number=number,
        at=AT,
        after=(3, "00ff"),
        beside=[("national", 12)],
        random_bytes=lambda size: b"\x05" * size,
    ).leaf


@given(st.lists(st.builds(RowImage, names, names, cells, st.booleans()), max_size=5, unique_by=lambda row: row.key))
def test_an_event_is_read_as_it_was_written(rows: list[RowImage]) -> None:
    data = leaf(rows, facts={"ground": ["a", 1]})
    read = read_leaf(data)
    assert (read.type, read.log, read.number, read.at, read.after) == ("visit.granted", "la-155-8", 0, AT, (3, "00ff"))
    assert read.beside == (("national", 12),)
    assert read.facts == {"ground": ["a", 1]}
    for row in rows:
        images = read.new if row.new else read.set
        shown = images[row.table][row.key]
        assert {name for name, cell in shown.items() if isinstance(cell, dict)} == {
            name for name, cell in row.cells.items() if isinstance(cell, Hidden)
        }
    hidden = {
        f"{row.table}/{row.key}/{name}" for row in rows for name, cell in row.cells.items() if isinstance(cell, Hidden)
    }
    assert read.commitments().keys() == hidden | {"by/person"}


def changed(**fields: Any) -> bytes:
    event = json.loads(leaf([RowImage("room", "1", {"name": "зал"}, new=True)]))
    event.update(fields)
    return canonical({name: value for name, value in event.items() if value is not ...})


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"{}",
        leaf([]) + b"\n",
        leaf([]).replace(b'"v":1', b'"v": 1'),
        changed(v=2),
        changed(v=True),
        changed(t=7),
        changed(n=-1),
        changed(n=False),
        changed(n="0"),
        changed(log=None),
        changed(at="2026-03-10T05:12:09Z"),
        changed(at="2026-03-10T05:12:09.000000+00:00"),
        changed(after=[3]),
        changed(after=["00ff", 3]),
        changed(by={}),
        changed(by={"as": {"c": "short"}}),
        changed(by=...),
        changed(more=1),
        changed(facts=[]),
        changed(new=[]),
        changed(new={"room": []}),
        changed(new={"room": {"1": []}}),
        changed(new={"room": {"1": {"name": ["зал"]}}}),
        changed(new={"room": {"1": {"name": {"c": "A" * 42}}}}),
        changed(new={"room": {"1": {"name": {"c": "A" * 43, "d": 1}}}}),
        changed(set={"room": {"1": {"name": {"v": "зал"}}}}),
        changed(**{"with": {}}),
        changed(**{"with": [["national"]]}),
        changed(**{"with": [["national", "12"]]}),
        changed(**{"with": ["national"]}),
    ],
)
def test_what_is_no_event_is_refused(data: bytes) -> None:
    with pytest.raises(RecordRefused):
        read_leaf(data)


def test_the_changed_events_above_are_refused_for_what_was_changed() -> None:
    assert read_leaf(changed()).number == 0


json_texts = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text('aZ0 "\\\x7f\x01ж', max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab\x7fж", max_size=2), inner, max_size=3),
    max_leaves=6,
).map(lambda value: json.dumps(value, separators=(",", ":")).encode())


def outcome(read: Callable[[bytes], object], data: bytes) -> object:
    try:
        return repr(read(data))
    except RecordRefused:
        return "refused"


@given(st.one_of(json_texts, st.binary(max_size=8), st.builds(leaf, st.just([]))), st.data())
def test_the_short_way_of_reading_json_refuses_what_the_long_way_refuses(data: bytes, draw: st.DataObject) -> None:
    if data and draw.draw(st.booleans()):
        place = draw.draw(st.integers(0, len(data) - 1))
        data = data[:place] + bytes([draw.draw(st.integers(0, 255))]) + data[place + 1 :]
    assert outcome(parsed, data) == outcome(parse_canonical, data)


@pytest.mark.parametrize(
    "data", [b"[1,2]", b"[9007199254740992]", b"[1e3]", b"[1.0]", b"NaN", b'{"a":1,"a":1}', b"[" * 9000]
)
def test_both_ways_agree_on_what_json_readers_disagree_on(data: bytes) -> None:
    assert outcome(parsed, data) == outcome(parse_canonical, data)


@pytest.mark.parametrize(
    "text", ['{"a":1.5}', '{"a":[1,2.0]}', '{"a":[-1e3]}', '{"a":-0}', '{"a":9007199254740992}', '{"b":1,"a":2}']
)
def test_what_only_looks_like_an_event_goes_the_long_way_and_is_refused(text: str) -> None:
    with pytest.raises(RecordRefused):
        parsed(text.encode())


def test_an_ordinary_event_with_its_moment_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    long: list[bytes] = []
    monkeypatch.setattr("service.record.leaf.parse_canonical", long.append)
    data = changed(at="2026-03-10T05:12:09.000000Z", new={}, facts={"paper": "5-12", "size": 17})
    assert read_leaf(data).facts == {"paper": "5-12", "size": 17}
    assert long == []


rows_of_logs = st.lists(
    st.tuples(st.sampled_from(["room", "gate"]), st.sampled_from("abc"), st.dictionaries(names, plain, max_size=3)),
    max_size=12,
)


@given(rows_of_logs)
def test_rows_are_the_sum_of_what_events_say_of_them(told: list[tuple[str, str, dict[str, Plain]]]) -> None:
    fold, wanted = Fold(), {}
    for number, (table, key, said) in enumerate(told):
        before = dict(wanted.get((table, key), {}))
        wanted[table, key] = {**before, **said}
        new = not before and (table, key) not in {(t, k) for t, k, _ in told[:number]}
        event = read_leaf(leaf([RowImage(table, key, said, new)], number=number))
        (change,) = fold.apply(event, {})
        assert (change.before, change.after, change.new, change.number) == (before, wanted[table, key], new, number)
    assert {(table, key): row for table, rows in fold.rows.items() for key, row in rows.items()} == wanted
    assert fold.contradictions == []


def read(shown: dict[str, Shown]) -> dict[str, Value]:
    fold = Fold()
    event = read_leaf(leaf([RowImage("tie", "1", {"person": Hidden("mother", "mother"), "kind": "parent"}, new=True)]))
    list(fold.apply(event, shown))
    return fold.rows["tie"]["1"]


def test_a_committed_cell_is_what_its_opening_shows() -> None:
    shown = Shown("mother", "mother")
    assert read({"tie/1/person": shown}) == {"person": shown, "kind": "parent"}


def test_a_committed_cell_without_an_opening_is_unread_and_not_empty() -> None:
    assert read({}) == {"person": UNREAD, "kind": "parent"}


@pytest.mark.parametrize(("numbers", "code"), [([True, True], "event.row-twice"), ([False], "event.row-none")])
def test_an_event_that_contradicts_an_earlier_one_is_named(numbers: list[bool], code: str) -> None:
    fold = Fold()
    for number, new in enumerate(numbers):
        list(fold.apply(read_leaf(leaf([RowImage("room", "1", {"name": "зал"}, new)], number=number)), {}))
    assert [(one.code, one.number, one.key) for one in fold.contradictions] == [(code, len(numbers) - 1, "1")]


def test_reading_names_the_part_that_is_not_as_it_should_be() -> None:
    parts: dict[str, Callable[[], bytes]] = {"after": lambda: changed(after=3), "new": lambda: changed(new=3)}
    for part, data in parts.items():
        with pytest.raises(RecordRefused) as refused:
            read_leaf(data())
        assert refused.value.arguments == {"part": part}
