"""Published figures give nobody away: no small count, and none that subtraction would show."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from service.domain.statistics import ALL, FEWEST, Decided, Doors, published, suppressed

counts = st.dictionaries(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d"]),
        st.just("2026-01"),
        st.sampled_from(["refused.x", "refused.y", "refused.z"]),
    ),
    st.integers(1, 40),
    min_size=1,
)


def with_sums(parts: dict[tuple[str, str, str], int]) -> dict[tuple[str, str, str], int]:
    whole = dict(parts)
    for (place, month, _), count in parts.items():
        whole[place, month, "refused"] = whole.get((place, month, "refused"), 0) + count
    for (_, month, measure), count in list(whole.items()):
        whole[ALL, month, measure] = whole.get((ALL, month, measure), 0) + count
    return whole


@given(counts)
@settings(max_examples=200, deadline=None)
def test_no_held_back_count_is_left_alone_beside_its_published_sum(parts: dict[tuple[str, str, str], int]) -> None:
    whole = with_sums(parts)
    held = suppressed(whole)
    assert all(count >= FEWEST for key, count in whole.items() if key not in held)
    for place in {key[0] for key in whole}:
        row = [key for key in whole if key[0] == place and key[2] != "refused"]
        if (place, "2026-01", "refused") not in held:
            assert sum(key in held for key in row) != 1
    for measure in {key[2] for key in whole}:
        column = [key for key in whole if key[2] == measure and key[0] != ALL]
        if (ALL, "2026-01", measure) not in held:
            assert sum(key in held for key in column) != 1


def decided(number: int, **more: object) -> Decided:
    begins = datetime(2026, 1, 10, 4, tzinfo=UTC) + timedelta(hours=number)
    cells = {
        "institution": "a", "zone": "Asia/Almaty", "kind": "short", "state": "completed", "starts_at": begins,
        "requested_at": begins - timedelta(days=number), "ground": None, "exception": False,
    }  # fmt: skip
    return Decided(**{**cells, **more})  # type: ignore[arg-type]


def test_months_are_counted_when_they_are_over_and_in_local_time() -> None:
    late = decided(0, starts_at=datetime(2026, 1, 31, 20, tzinfo=UTC))  # already February in Almaty
    rows = published([*(decided(n) for n in range(6)), late], [], date(2026, 2, 10))
    told = {(one.institution, one.measure): one.value for one in rows}
    assert told["a", "used"] == 6
    assert {one.month for one in rows} == {"2026-01"}
    assert told["a", "waiting_days"] == 2
    assert published([decided(0)], [], date(2026, 1, 31)) == []


def test_refusals_are_counted_by_ground_and_doors_as_they_were_matched() -> None:
    refused = [decided(n, state="refused", ground="ground-x" if n < 6 else "ground-y") for n in range(12)]
    rows = published(refused, [Doors("a", date(2026, 1, 5), 40, 38)], date(2026, 3, 1))
    told = {one.measure: one.value for one in rows if one.institution == "a"}
    assert told == {"refused": 12, "refused.ground-x": 6, "refused.ground-y": 6, "doors": 40, "doors.matched": 38}


def test_a_single_visit_is_not_published_and_neither_is_what_shows_it() -> None:
    rows = published([*(decided(n) for n in range(9)), decided(1, kind="long")], [], date(2026, 2, 10))
    told = {one.measure: one.value for one in rows if one.institution == "a"}
    assert told["used.long"] is None
    assert (told["used"], told["used.short"]) in ((10, None), (None, 9))
