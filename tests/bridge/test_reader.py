"""A reader puts each code to the gate once while it is in view, and one code at a time."""

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.codecs.codes import Dropped, Scan, Why
from firmware_bridge.reader import Busy, Event, Muted, Presented, ReaderSession


class Reader(ReaderSession):
    """A session that is told its codes as letters."""

    def feed(self, codes: str, now: float) -> list[Event]:
        return [self.heard(Scan(code), now) for code in codes]


def session() -> Reader:
    return Reader()


def test_the_same_code_twice_within_three_seconds_is_asked_once() -> None:
    reader = session()
    assert reader.feed("A", 0.0) == [Presented("A")]
    reader.settled()
    assert reader.feed("A", 2.9) == [Muted("A")]


def test_a_code_held_before_the_reader_stays_muted_until_it_was_gone_for_three_seconds() -> None:
    reader = session()
    reader.feed("A", 0.0)
    reader.settled()
    assert [reader.feed("A", second) for second in (2.0, 4.0, 6.0)] == [[Muted("A")]] * 3
    assert reader.feed("A", 9.0) == [Presented("A")]


def test_two_codes_in_view_are_each_asked_once() -> None:
    reader = session()
    asked = []
    for n in range(20):
        for event in reader.feed("A" if n % 2 else "B", n * 0.5):
            if isinstance(event, Presented):
                asked.append(event.text)
                reader.settled()
    assert asked == ["B", "A"]


def test_another_code_waits_for_the_answer_and_is_not_used_up() -> None:
    reader = session()
    assert reader.feed("AB", 0.0) == [Presented("A"), Busy("B")]
    reader.settled()
    assert reader.feed("B", 0.5) == [Presented("B")]


def test_an_answer_that_never_comes_does_not_hold_the_reader() -> None:
    reader = session()
    reader.feed("A", 0.0)
    assert reader.feed("B", 4.9) == [Busy("B")]
    assert reader.feed("C", 5.0) == [Presented("C")]


def test_what_was_dropped_is_passed_on() -> None:
    assert session().heard(Dropped(Why.NOISE, 9), 0.0) == Dropped(Why.NOISE, 9)


@given(
    st.lists(st.tuples(st.sampled_from("ABC"), st.floats(0, 4), st.booleans()), max_size=60),
)
def test_no_code_is_asked_twice_within_three_seconds_and_never_two_at_once(
    scans: list[tuple[str, float, bool]],
) -> None:
    reader, now = session(), 0.0
    asked: dict[str, float] = {}
    open_until = -1.0
    for text, pause, answered in scans:
        now += pause
        for event in reader.feed(text, now):
            if isinstance(event, Presented):
                assert now - asked.get(text, -9.0) >= 3.0
                assert now >= open_until
                asked[text], open_until = now, now + 5.0
        if answered:
            reader.settled()
            open_until = -1.0
