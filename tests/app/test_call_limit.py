"""Janus is given as many calls for one time as its machine was measured for, whoever arranges them."""

from typing import Any

import pytest
import sqlalchemy as sa

from service.app.call_arrange import Arranged, LiveLimit, arrange_call
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.tables import Call, ConvictRequest
from tests.app.calling import DAY, Calling
from tests.cast import MAXIMUM, MEDIUM, World
from tests.race.racing import all_at_once, codes

ONE: dict[str, Any] = {"provider": "janus", "limit": LiveLimit(1)}


@pytest.fixture
def calling(world: World) -> Calling:
    return Calling(world)


def ask_of_oleg(calling: Calling, **more: Any) -> str:
    """Олег asks for a call with his wife."""
    with_her = calling.world.relations["Гульзат", "Олег"]
    return calling.ask(convict="Олег", sequence=2, **{"relationship": with_her, **more})


def test_one_more_call_at_that_time_is_refused_and_another_time_is_not(calling: Calling) -> None:
    calling.arrange(calling.ask(), **ONE)
    request = ask_of_oleg(calling)
    with pytest.raises(Refusal) as refusal:
        calling.arrange(request, **ONE)
    assert (refusal.value.sort, codes(refusal.value)) == ("conflict", {"calls-full"})
    with calling.world.environment.database.reading() as session:
        asked = session.get(ConvictRequest, request)
        assert asked is not None
        assert asked.state == "asked"
    calling.arrange(request, "call-later", **ONE)
    assert calling.row.state == "scheduled"


def test_a_call_for_legal_help_is_given_all_the_same(calling: Calling) -> None:
    calling.arrange(calling.ask(), **ONE)
    request = ask_of_oleg(calling, purpose="legal", relationship=None)
    calling.arrange(request, called="адвокат Нурова, +7 701 555 09 09", **ONE)
    assert calling.row.state == "scheduled"


def test_what_another_supplier_carries_takes_nobody_s_place(calling: Calling) -> None:
    calling.arrange(calling.ask(), provider="twilio-video")
    calling.arrange(ask_of_oleg(calling), **ONE)
    assert calling.row.provider == "janus"


def test_a_kind_that_goes_another_way_is_not_counted(calling: Calling) -> None:
    pictures: dict[str, Any] = {"provider": "janus", "limit": LiveLimit(1, ("video_call",))}
    calling.arrange(calling.ask(), **pictures)
    calling.arrange(ask_of_oleg(calling, kind="video_call"), **pictures)
    assert calling.row.kind == "video_call"


def test_of_two_institutions_that_arrange_at_once_one_gets_the_last_place(calling: Calling) -> None:
    world, here = calling.world, calling.ask()
    father = world.relations["Қайрат", "Іңкәр"]
    there = calling.ask(convict="Іңкәр", sequence=2, relationship=father)

    def arrange(institution: str, request: str) -> Arranged:
        slot, head = world.templates[institution, "call"], world.as_officer("head", institution)
        return world.run(head, lambda unit: arrange_call(unit, request=request, template=slot, day=DAY, **ONE))

    answers = all_at_once([lambda: arrange(MEDIUM, here), lambda: arrange(MAXIMUM, there)])
    (refusal,) = [one for one in answers if isinstance(one, Refusal)]
    assert codes(refusal) == {"calls-full"}
    with world.environment.database.reading() as session:
        assert session.scalar(sa.select(sa.func.count(of(Call).id))) == 1
