"""What a call costs: whole tiyn, once, by the tariff of its day; a call that nobody talked in costs nothing."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.app.call_cost import balance_of, cost_of, pay_for_calls, price_call
from service.app.call_supervise import end_call
from service.app.reading import Reading
from service.domain.call_cost import Cost, price
from service.domain.refusal import Refusal
from service.jobs.call_costs import cost_jobs, price_calls
from service.store.tables import CallPayment
from tests.app.calling import Calling
from tests.app.rows import rows
from tests.cast import MAXIMUM, World

TARIFFS = {"call": 4500}


@given(st.integers(0, 86400), st.integers(0, 10**6))
def test_a_begun_minute_is_a_whole_one_and_by_the_second_nobody_pays_a_part_of_a_tiyn(
    seconds: int, tariff: int
) -> None:
    exact = Fraction(seconds * tariff, 60)
    assert 0 <= exact - price(seconds, tariff, "second").amount < 1
    begun = price(seconds, tariff, "minute").amount
    assert begun % max(tariff, 1) == 0
    assert exact <= begun < exact + max(tariff, 1)


@pytest.fixture
def calling(world: World) -> Calling:
    made = Calling(world)
    made.go_live()
    return made


def priced(calling: Calling, **more: object) -> int:
    given: dict[str, object] = {"tariffs": TARIFFS, "rounding": "minute", **more}
    return price_calls(calling.world.environment, **given)  # type: ignore[arg-type]


def cost(calling: Calling) -> Cost | None:
    with calling.world.environment.database.reading() as session:
        return cost_of(session, calling.call)


def balance(calling: Calling) -> int:
    with calling.world.environment.database.reading() as session:
        return balance_of(session, calling.world.people["Ерлан"])


def test_a_call_is_priced_once_after_its_end_and_leaves_a_balance(calling: Calling) -> None:
    assert priced(calling) == 0, "it goes on"
    calling.tick(minutes=3, seconds=1)
    calling.do(calling.officer, end_call, code="completed")
    assert [priced(calling), priced(calling)] == [1, 0]
    assert cost(calling) == Cost(181, 4500, "minute", 18000)
    assert calling.told("call.priced") == ["call.priced"]
    assert balance(calling) == -18000

    convict = calling.world.people["Ерлан"]
    left = calling.world.run(
        calling.head, lambda unit: pay_for_calls(unit, convict=convict, amount=50000, paper="квитанция № 8")
    )
    assert left == balance(calling) == 32000
    (row,) = rows(calling.world, CallPayment)
    with Reading(calling.world.environment, calling.head) as reading:
        assert reading.open(row, "paper") == "квитанция № 8"
    assert row.entered_by == calling.head.id
    for amount, actor in ((0, calling.head), (-5, calling.head), (5, calling.mother), (5, calling.officer)):
        with pytest.raises(Refusal):
            calling.world.run(
                actor, lambda unit, amount=amount: pay_for_calls(unit, convict=convict, amount=amount, paper="№ 1")
            )
    with pytest.raises(Refusal):
        calling.world.run(
            calling.world.as_officer("head", MAXIMUM),
            lambda unit: pay_for_calls(unit, convict=convict, amount=5, paper="№ 1"),
        )
    with pytest.raises(Refusal):
        calling.world.run(
            calling.watch.actor,
            lambda unit: price_call(unit, call=calling.call, tariffs=TARIFFS, rounding="minute"),
        )


def test_nobody_pays_for_a_cut_that_came_late_nor_for_a_kind_without_a_tariff(calling: Calling) -> None:
    calling.world.clock.tick(minutes=16)
    calling.tick()
    assert calling.row.ended_code == "time-limit"
    assert priced(calling, tariffs={"video_call": 10}) == 0
    assert priced(calling) == 1
    assert cost(calling) == Cost(900, 4500, "minute", 15 * 4500)


def test_a_tariff_prices_no_call_of_long_ago_and_none_means_no_job(calling: Calling) -> None:
    calling.do(calling.officer, end_call, code="completed")
    calling.world.clock.tick(hours=25)
    assert priced(calling) == 0
    assert cost_jobs({}, "minute") == ()
    assert [one.name for one in cost_jobs(TARIFFS, "second")] == ["call-costs"]
