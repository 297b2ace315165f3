"""What he sees of his degree, condition and penalties, and of the way on, is what the desk reads from the same file."""

from datetime import date

import pytest

from service.app.convict_enter import enter_file
from service.app.convict_show import show_convict
from service.store.tables import ContactPerson
from tests.app.rows import rows
from tests.cast import World
from tests.kiosk.standing import Person, Standing
from tests.web.api.v1.callers import uid

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)


def entered(world: World, kind: str, value: str, since: date) -> None:
    world.run(
        world.as_officer("head"),
        lambda unit: enter_file(
            unit, convict=world.people["Ерлан"], kind=kind, value=value, since=since, until=None, paper="№ 1"
        ),
    )


def way_of(standing: Standing) -> dict[str, object]:
    him = Person(standing)
    him.sign_in()
    return dict(standing.kiosk.service.get("way", standing.kiosk.seat._sitting.session))  # type: ignore[union-attr,arg-type]


def test_the_steps_are_the_desks_own_with_what_is_lacking(standing: Standing) -> None:
    world = standing.world
    entered(world, "incentive", "gratitude", date(2026, 1, 15))
    at_desk = show_convict(world.environment, world.as_officer("head"), world.people["Ерлан"])
    shown = way_of(standing)
    assert {(one["what"], one["proposed"], one["not_before"]) for one in shown["steps"]} == {  # type: ignore[attr-defined]
        (one.what, one.proposed, None if one.not_before is None else one.not_before.isoformat())
        for one in at_desk.proposals
    }
    assert shown["steps"]
    him = Person(standing)
    him.sign_in()
    page = him.get("/way")
    assert "Степень поведения: нет, затем +1" in page
    assert "возможно с 15 апреля 2026 года" in page
    assert "Действующих взысканий нет." in page


def test_a_penalty_is_named_with_the_day_on_which_it_counts_no_more(standing: Standing) -> None:
    entered(standing.world, "penalty", "remark", date(2026, 2, 10))
    him = Person(standing)
    him.sign_in()
    page = him.get("/way")
    assert "замечание (10 февраля 2026 года)" in page
    assert "Они погашаются с 10 августа 2026 года" in page


def test_he_names_who_is_told_and_names_another_later(standing: Standing) -> None:
    tie = standing.world.relations["Айгүл", "Ерлан"]
    him = Person(standing)
    him.sign_in()
    him.get("/contact")
    assert "Ваш выбор записан" in him.send("/contact", tie=uid(tie))
    assert [(one.relationship_id, one.how) for one in rows(standing.world, ContactPerson)] == [(tie, "kiosk")]
    assert "button chosen" in him.get("/contact")
