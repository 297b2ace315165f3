"""A reader puts each code to the gate once while it is in view, and one code at a time."""

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.codecs.line import Dropped, LineCodec, Why
from firmware_bridge.reader import Busy, Muted, Presented, ReaderSession


def session() -> ReaderSession:
    return ReaderSession(LineCodec())


def test_the_same_code_twice_within_three_seconds_is_asked_once() -> None:
    reader = session()
    assert reader.feed(b"A\r", 0.0) == [Presented("A")]
    reader.settled()
    assert reader.feed(b"A\r", 2.9) == [Muted("A")]


def test_a_code_held_before_the_reader_stays_muted_until_it_was_gone_for_three_seconds() -> None:
    reader = session()
    reader.feed(b"A\r", 0.0)
    reader.settled()
    assert [reader.feed(b"A\r", second) for second in (2.0, 4.0, 6.0)] == [[Muted("A")]] * 3
    assert reader.feed(b"A\r", 9.0) == [Presented("A")]


def test_two_codes_in_view_are_each_asked_once() -> None:
    reader = session()
    asked = []
    for n in range(20):
        for event in reader.feed(b"A\r" if n % 2 else b"B\r", n * 0.5):
            if isinstance(event, Presented):
                asked.append(event.text)
                reader.settled()
    assert asked == ["B", "A"]


def test_another_code_waits_for_the_answer_and_is_not_used_up() -> None:
    reader = session()
    assert reader.feed(b"A\rB\r", 0.0) == [Presented("A"), Busy("B")]
    reader.settled()
    assert reader.feed(b"B\r", 0.5) == [Presented("B")]


def test_an_answer_that_never_comes_does_not_hold_the_reader() -> None:
    reader = session()
    reader.feed(b"A\r", 0.0)
    assert reader.feed(b"B\r", 4.9) == [Busy("B")]
    assert reader.feed(b"C\r", 5.0) == [Presented("C")]


def test_a_cut_drops_the_half_code_and_keeps_the_mute() -> None:
    reader = session()
    reader.feed(b"A\rKZP1:HALF", 0.0)
    reader.settled()
    assert reader.lost() == [Dropped(Why.HALF_LINE, 9)]
    assert reader.feed(b"A\r", 1.0) == [Muted("A")]


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
        for event in reader.feed(text.encode() + b"\r", now):
            if isinstance(event, Presented):
                assert now - asked.get(text, -9.0) >= 3.0
                assert now >= open_until
                asked[text], open_until = now, now + 5.0
        if answered:
            reader.settled()
            open_until = -1.0
