"""Cells of events: what is committed to, what is read of it, and what a fold says changed."""

from __future__ import annotations

import pytest

from service.record.canonical import canonical, parse_canonical
from service.record.commitment import commit
from service.record.fold import UNREAD, Change, Contradiction, Fold, Rows, Shown
from service.record.leaf import parsed, read_leaf
from service.record.refusals import RecordRefused
from tests.record.test_fold import AT, changed
from tests.record.test_receipt import ENTRY, WRITTEN

SHORTEST = {"v": 1, "t": "log.opened", "log": "la-155-8", "n": 0, "at": AT, "by": {"as": "system"}, "after": [0, ""]}


def test_an_event_that_says_only_what_every_event_says_is_one() -> None:
    leaf = read_leaf(canonical(SHORTEST))
    assert (leaf.type, leaf.by, leaf.after) == ("log.opened", {"as": "system"}, (0, ""))
    assert (leaf.new, leaf.set, leaf.beside, leaf.facts, leaf.commitments()) == ({}, {}, (), {}, {})


@pytest.mark.parametrize("name", SHORTEST)
def test_an_event_that_leaves_out_what_every_event_says_is_none(name: str) -> None:
    with pytest.raises(RecordRefused) as no:
        read_leaf(canonical({key: value for key, value in SHORTEST.items() if key != name}))
    assert str(no.value) == "event.form (part=fields)"


def test_the_commitments_of_an_event_are_those_of_what_opens_them() -> None:
    told = {path: opening for openings in WRITTEN.openings.values() for path, opening in openings.items()}
    assert read_leaf(ENTRY).commitments() == {path: commit(*opening) for path, opening in told.items()}
    assert told.keys() == {"by/person", "person/p1/surname", "convict/c1/person"}


@pytest.mark.parametrize(
    ("part", "spoilt"),
    [
        ("with", {}),
        ("with", None),
        ("with", ["national"]),
        ("with", [["national", -1]]),
        ("with", [["national", 1, 1]]),
        ("new", {"room": []}),
        ("new", {"room": {"1": []}}),
        ("new", {"room": {"1": {"name": {"c": "A" * 42}}}}),
        ("set", {"room": {"1": {"name": []}}}),
        ("set", {"room": {"1": {"name": {}}}}),
        ("facts", None),
        ("by", {"as": "officer", "person": {"c": 1}}),
        ("after", [0, "", 0]),
        ("after", [-1, ""]),
    ],
)
def test_the_part_that_is_spoilt_is_named(part: str, spoilt: object) -> None:
    with pytest.raises(RecordRefused) as no:
        read_leaf(changed(**{part: spoilt}))
    assert str(no.value) == f"event.form (part={part})"


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        (r'{"a\n":1}', "canonical.key"),
        (r'{"a\u001f":1}', "canonical.key"),
        ('{"a\x7f":1}', "canonical.key"),
        ('{"ж":1}', "canonical.key"),
        (r'{"a":"\ud800"}', "canonical.text"),
        (r'{"a":"\/"}', "canonical.form"),
        ('{"a":', "canonical.json"),
        ('{"a":1.5}', "canonical.type (type=number 1.5)"),
        ('{"a":[1,-2E3]}', "canonical.type (type=number -2E3)"),
        ('{"a":1,"a":1}', "canonical.duplicate"),
        ('{"a":9007199254740992}', "canonical.integer (limit=9007199254740991)"),
        ('{"b":1,"a":1}', "canonical.form"),
    ],
)
def test_the_short_way_of_reading_refuses_on_the_grounds_of_the_long_one(text: str, ground: str) -> None:
    for read in (parsed, parse_canonical):
        with pytest.raises(RecordRefused) as no:
            read(text.encode())
        assert str(no.value) == ground


def test_a_change_says_where_it_is_told_and_of_which_row() -> None:
    made: list[str] = []

    def shelf(table: str) -> Rows:
        made.append(table)
        return {}

    fold = Fold(table=shelf)
    shown = {"person/p1/surname": Shown("relative", "Қасымова")}
    changes = list(fold.apply(read_leaf(ENTRY), shown))
    place = ("la-155-8", 1, "2026-03-10T05:12:09.000000Z", "relative.registered")
    assert changes == [
        Change(*place, "person", "p1", {}, {"surname": shown["person/p1/surname"], "country": "KZ"}, True),
        Change(*place, "convict", "c1", {}, {"person": UNREAD}, False),
    ]
    assert fold.contradictions == [Contradiction("event.row-none", 1, "convict", "c1")]
    assert made == ["person", "convict"]
    (again, _) = fold.apply(read_leaf(ENTRY), {})
    assert again.before == changes[0].after
    assert again.after == {"surname": UNREAD, "country": "KZ"}
    assert fold.contradictions[1:] == [Contradiction("event.row-twice", 1, "person", "p1")]
    assert made == ["person", "convict"]
