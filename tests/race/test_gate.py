"""A pass lets in once, whoever else reads it, repeats it or takes it back in the same moment."""

from collections import Counter
from collections.abc import Callable
from functools import partial

import sqlalchemy as sa

from service.app.identity_match import match_identity
from service.domain.refusal import Refusal
from service.record.leaf import read_leaf
from service.store.columns import of
from service.store.tables import Admission, Appointment, Event, Scan
from tests.race.families import HOUSE
from tests.race.racing import Hand, all_at_once

Hands = Callable[..., Hand]
READERS = 12


def test_a_pass_read_by_many_readers_at_once_lets_in_once(hand: Hands) -> None:
    at = hand(families=1, bridges=READERS)
    _, token = at.granted_soon(at.scene.families[0])
    answers = all_at_once([partial(at.scan, token, 1, bridge=one) for one in range(READERS)])
    assert Counter((one.verdict, one.refusal) for one in answers) == {
        ("admit", None): 1,
        ("refuse", "already-inside"): READERS - 1,
    }
    assert _count(at, Admission) == 1
    assert _count(at, Scan) == READERS, "what a reader read is kept, whatever it was answered"


def test_a_scan_uploaded_many_times_at_once_is_one_scan_with_one_answer(hand: Hands) -> None:
    at = hand(families=1)
    _, token = at.granted_soon(at.scene.families[0])
    answers = all_at_once([partial(at.scan, token, 1) for _ in range(READERS)])
    assert {(one.scan, one.verdict) for one in answers} == {(answers[0].scan, "admit")}
    assert _count(at, Scan) == 1
    assert _count(at, Admission) == 1


def test_whoever_leaves_through_many_readers_at_once_leaves_once(hand: Hands) -> None:
    at = hand(families=1, bridges=READERS)
    _, token = at.granted_soon(at.scene.families[0])
    assert at.scan(token, 1).verdict == "admit"
    answers = all_at_once([partial(at.scan, token, 2, "exit", bridge=one) for one in range(READERS)])
    assert Counter((one.verdict, one.refusal) for one in answers) == {
        ("leave", None): 1,
        ("refuse", "not-inside"): READERS - 1,
    }


def test_a_pass_of_a_cancelled_appointment_admits_nobody_after_the_cancellation(
    hand: Hands, rounds: Callable[[int, int], int]
) -> None:
    many = rounds(12, 100)
    at = hand(families=many)
    for number, family in enumerate(at.scene.families):
        appointment, token = at.granted_soon(family)
        tasks = [partial(at.cancel, family, appointment), partial(at.scan, token, number)]
        cancelled, verdict = all_at_once(tasks if number % 2 else tasks[::-1])[:: 1 if number % 2 else -1]
        assert cancelled == "cancelled"
        assert (verdict.verdict, verdict.refusal) in (("admit", None), ("refuse", "revoked"))
        order = _order(at)
        entered_first = order.index("gate.scanned") < order.index("appointment.cancelled")
        assert (verdict.verdict == "admit") == entered_first


def test_a_match_and_a_cancellation_at_once_leave_one_of_the_two(
    hand: Hands, rounds: Callable[[int, int], int]
) -> None:
    many = rounds(12, 100)
    at = hand(families=many)
    officer = at.scene.officer("gate")
    for number, family in enumerate(at.scene.families):
        appointment, token = at.granted_soon(family)
        admission = at.scan(token, number).admission
        match = partial(at.act, officer, partial(match_identity, admission=admission, matched=True))
        cancel = partial(at.cancel, family, appointment)
        matched, cancelled = all_at_once([match, cancel])
        with at.world.database.reading() as session:
            row = session.get(Appointment, appointment)
            assert row is not None
            state = row.state
        if state == "underway":
            assert isinstance(cancelled, Refusal)
            assert matched == "underway"
        else:
            assert (state, cancelled) == ("cancelled", "cancelled")
            assert isinstance(matched, Refusal)


def _count(at: Hand, table: type[Admission | Scan]) -> int:
    with at.world.database.reading() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def _order(at: Hand) -> list[str]:
    """The types of the last two events."""
    row = of(Event)
    with at.world.database.reading() as session:
        leaves = session.scalars(sa.select(row.leaf).where(row.log_id == HOUSE).order_by(row.number.desc()).limit(2))
        return [read_leaf(leaf).type for leaf in leaves][::-1]
