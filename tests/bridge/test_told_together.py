"""What a gate did while it was alone is kept and labelled the same, told in one request or scan by scan."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
import sqlalchemy as sa

from service.app.scan_take import Reading, take_scan
from service.app.scans_tell import tell_scans
from service.store.columns import of
from service.store.tables import Admission, Scan
from tests.app.booking import granted, token
from tests.cast import MEDIUM, World

MORNING = datetime(2026, 3, 14, 4, 30, tzinfo=UTC)
STEPS = (("entry", "admit"), ("exit", "leave"), ("entry", "refuse"), ("exit", "refuse"))
LONG = 26
FIRST = {"together": 1, "alone": 1001}


def day(world: World, text: str, first: int, seed: int) -> list[Reading]:
    """What a gate may have done with a pass, and with codes that are none, in any order."""
    chance = Random(seed)
    made = []
    for number in range(LONG):
        direction, verdict = chance.choice(STEPS)
        shown = chance.choices([text, text[:-1] + ("0" if text[-1] != "0" else "1"), "NO PASS AT ALL"], [8, 1, 1])[0]
        at = MORNING + timedelta(minutes=number)
        made.append(Reading(world.gates[MEDIUM], first + number, shown, direction, at, verdict))
    return made


def labels(world: World, first: int) -> list[tuple[str, str | None, str | None, bool]]:
    row = of(Scan)
    with world.environment.database.reading() as session:
        found = session.scalars(
            sa.select(Scan).where(row.sequence.between(first, first + LONG)).order_by(row.sequence)
        ).all()
        return [(one.verdict, one.offline_verdict, one.refusal, one.pass_id is not None) for one in found]


def stays(world: World, first: int) -> list[tuple[int, int | None, datetime, datetime | None]]:
    """Each admission by the numbers of its scans, counted from the first, and its times."""
    with world.environment.database.reading() as session:
        numbers = {one.id: one.sequence for one in session.scalars(sa.select(Scan)).all()}
        return sorted(
            (
                numbers[one.entry_scan_id] - first,
                None if one.exit_scan_id is None else numbers[one.exit_scan_id] - first,
                one.admitted_at,
                one.left_at,
            )
            for one in session.scalars(sa.select(Admission)).all()
            if first <= numbers[one.entry_scan_id] < first + LONG
        )


@pytest.mark.parametrize("seed", range(2))
def test_together_they_are_labelled_as_alone(world: World, seed: int) -> None:
    visit = granted(world, others=("Динара",))
    together, alone = (
        day(world, token(world, visit, number), FIRST[how], seed) for number, how in enumerate(("together", "alone"))
    )
    world.clock.set(MORNING + timedelta(hours=6))
    bridge = world.bridge(MEDIUM)
    # The second request goes on where the first one ended: somebody may be inside already.
    told = [
        verdict
        for part in (together[: LONG // 2], together[LONG // 2 :])
        for verdict in tell_scans(world.environment, bridge, part)
    ]
    one_by_one = [world.run(bridge, lambda unit, one=one: take_scan(unit, one)) for one in alone]
    assert [one and (one.verdict, one.refusal) for one in told] == [(one.verdict, one.refusal) for one in one_by_one]
    assert labels(world, FIRST["together"]) == labels(world, FIRST["alone"])
    assert stays(world, FIRST["together"]) == stays(world, FIRST["alone"])
    assert stays(world, FIRST["together"]), "nobody went in: this shows nothing"
    again = tell_scans(world.environment, bridge, together)
    assert [one and one.scan for one in again] == [one and one.scan for one in told], "told again it changes nothing"
