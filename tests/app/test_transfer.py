"""A transfer in the middle of an interval: nothing falls due earlier or later, and each log names the other."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.app.contact_name import name_contact
from service.app.convict_admit import Arrival
from service.app.convict_transfer import end_stay
from service.app.reading import Reading
from service.app.register_import import import_register
from service.app.rehearse import review_now
from service.domain.entitlement import entitlement
from service.domain.facts import AppointmentRequest, ConvictFacts
from service.domain.facts_reading import read
from service.store.facts import convict_file
from service.store.tables import CarriedHistory, Convict, FileEntry, Message, ReviewFlag
from service.store.verify.run import verify
from tests.app.booking import granted
from tests.app.refusals import refused
from tests.app.registers import as_csv, line
from tests.app.rows import last_event, row, rows
from tests.app.test_convict import TODAY, transfer
from tests.cast import MAXIMUM, MEDIUM, World

OTHER = "la-155-12"
"""Another institution of medium security: its quotas are those of the first."""


def facts_of(world: World, convict: str) -> ConvictFacts:
    with world.environment.database.reading() as session:
        return convict_file(session, session.get_one(Convict, convict)).facts


def carried(world: World, convict: str) -> ConvictFacts:
    (history,) = rows(world, CarriedHistory, convict_id=convict)
    with Reading(world.environment, world.as_officer("head")) as reading:
        return read(ConvictFacts, json.loads(reading.open(history, "history") or ""))


def due(world: World, facts: ConvictFacts, kind: str, on: date) -> tuple[bool, date | None]:
    found = entitlement(world.environment.law, facts, AppointmentRequest(kind, on))  # type: ignore[arg-type]
    return found.allowed, found.due


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_whoever_is_moved_and_the_twin_who_stays_have_the_same_due_days(world: World, data: st.DataObject) -> None:
    if not hasattr(world, "pairs"):
        world.institution(OTHER, 12, "medium", "ЛА-155/12", "ЛА-155/12", "LA-155/12")
        world.pairs = 0  # type: ignore[attr-defined]
    world.pairs += 1  # type: ignore[attr-defined]
    number = 2 * world.pairs  # type: ignore[attr-defined]
    last = data.draw(st.dates(date(2025, 8, 1), TODAY - timedelta(days=1)), "last short visit")
    degree = data.draw(st.sampled_from(("", "+1", "+3")), "degree")
    condition = data.draw(st.sampled_from(("обычные", "облегчённые", "строгие")), "condition")
    moved_on = data.draw(st.dates(last, TODAY), "moved on")
    said = {"Последнее краткосрочное свидание": f"{last:%d.%m.%Y}", "Степень поведения": degree,
            "Условия отбывания": condition}  # fmt: skip
    twins = [line(number, **said), line(number + 1, **said)]
    import_register(world.environment, world.as_officer("registry_officer"), MEDIUM, as_csv(twins))
    index = [world.environment.vault.index("convict.file_number", f"9/2024-{one:05}") for one in (number, number + 1)]
    moved, stays = (rows(world, Convict, file_number_index=one)[0].id for one in index)
    world.people["moved"] = moved
    transfer(world, Arrival(OTHER, moved_on, "наряд № 5"), "moved")
    for kind in ("short", "long"):
        for ahead in (0, 30, 61, 120, 200):
            on = TODAY + timedelta(days=ahead)
            same = due(world, facts_of(world, stays), kind, on)
            assert due(world, facts_of(world, moved), kind, on) == same, (kind, on)
            assert due(world, carried(world, moved), kind, on) == same, "the history that went along says the same"


def test_old_and_new_log_name_each_others_event_and_both_verify(world: World) -> None:
    transfer(world, Arrival(MAXIMUM, TODAY, "наряд № 5"))
    sent, received = last_event(world, MEDIUM), last_event(world, MAXIMUM)
    assert (sent["t"], received["t"]) == ("convict.sent", "convict.received")
    assert [MAXIMUM, received["n"]] in [list(one) for one in sent["with"]]
    assert [MEDIUM, sent["n"]] in [list(one) for one in received["with"]]
    (history,) = rows(world, CarriedHistory)
    assert history.id in received["new"]["carried_history"]
    assert "Ахметов" not in json.dumps(received, ensure_ascii=False)
    url = world.environment.database.engine.url.render_as_string(hide_password=False).replace("+psycopg", "")
    assert verify(url, world.environment.vault).findings == []


def test_the_history_that_goes_along_is_what_the_old_house_knew(world: World) -> None:
    granted(world)
    transfer(world, Arrival(MAXIMUM, TODAY, "наряд № 5"))
    known, now = carried(world, world.people["Ерлан"]), facts_of(world, world.people["Ерлан"])
    assert (known.visits, known.credits, known.placements) == (now.visits, now.credits, now.placements)


def told(world: World, template: str) -> set[str]:
    return {one.person_id for one in rows(world, Message, template=template)}


def test_the_contact_person_is_told_of_a_transfer_and_without_one_the_whole_family(world: World) -> None:
    transfer(world, Arrival(MAXIMUM, TODAY, "наряд № 6"), "Олег")
    assert told(world, "convict-transferred") == {world.people["Гульзат"]}
    wife = world.relations["Динара", "Ерлан"]
    convict = world.people["Ерлан"]
    world.run(world.at_kiosk("Ерлан"), lambda unit: name_contact(unit, convict=convict, relationship=wife))
    transfer(world, Arrival(MAXIMUM, TODAY, "наряд № 7"))
    assert told(world, "convict-transferred") == {world.people["Гульзат"], world.people["Динара"]}


def test_only_somebody_confirmed_is_named_and_the_next_one_takes_the_place(world: World) -> None:
    convict = world.people["Ерлан"]
    clerk = world.as_officer("registry_officer")

    def name(who: str, paper: str | None = "заявление № 1") -> str:
        return world.run(
            clerk,
            lambda unit: name_contact(unit, convict=convict, relationship=world.relations[who, "Ерлан"], paper=paper),
        )

    with refused("not-confirmed"):
        name("Болат")
    with refused("text-missing"):
        name("Айгүл", None)
    name("Айгүл")
    name("Динара")
    with refused("already-there"):
        name("Динара")


def test_a_release_flags_what_is_booked_and_a_death_is_never_told_by_message(world: World) -> None:
    booked = granted(world)
    clerk = world.as_officer("registry_officer")
    convict = world.people["Ерлан"]
    world.run(clerk, lambda unit: end_stay(unit, convict=convict, on=TODAY, how="died", paper="справка № 9"))
    review_now(world.environment, [booked.appointment])
    assert [one.code for one in rows(world, ReviewFlag)] == ["not-placed"]
    assert told(world, "convict-released") == set()
    assert {world.people["Айгүл"], world.people["Динара"]} <= told(world, "institution-will-call")
    assert [(one.value, one.paper) for one in rows(world, FileEntry, kind="end")] == [("died", "справка № 9")]
    assert row(world, Convict, convict).released_on == TODAY
