"""The convict's file: what is entered follows the law, what moves goes along, nothing is lost."""

from datetime import date

import pytest

from service.app.convict_admit import Arrival, admit_convict
from service.app.convict_enter import enter_file, leave_quarantine, lift_entry, set_condition, set_degree
from service.app.convict_transfer import release_convict, transfer_convict
from service.domain.access import Actor
from service.domain.identity import Identity
from service.store.facts import convict_file
from service.store.tables import Convict, FileEntry, Placement
from tests.app.refusals import refused
from tests.app.rows import events, last_event, row, rows
from tests.cast import MAXIMUM, MEDIUM, REMAND, World, person

TODAY = date(2026, 3, 2)
BORN = date(1990, 1, 1)


def admit(
    world: World,
    identity: Identity | None = None,
    file_number: str = "8/2026-0001",
    arrival: Arrival | None = None,
    by: Actor | None = None,
    quarantine_left_on: date | None = None,
) -> str:
    return world.run(
        by or world.as_officer("registry_officer"),
        lambda unit: admit_convict(
            unit,
            identity=identity or person("Жаңаев", "Жаңа", BORN, 800),
            file_number=file_number,
            arrival=arrival or Arrival(MEDIUM, date(2026, 2, 20), "приговор № 1", "regular"),
            quarantine_left_on=quarantine_left_on,
        ),
    )


def enter(world: World, kind: str, value: str, by: str = "head", convict: str = "Ерлан", **more: object) -> str:
    given: dict[str, object] = {"since": date(2026, 2, 1), "paper": "№ 5", **more}
    return world.run(
        world.as_officer(by),
        lambda unit: enter_file(unit, convict=world.people[convict], kind=kind, value=value, **given),  # type: ignore[arg-type]
    )


def condition(world: World, value: str, since: date = TODAY, convict: str = "Ерлан") -> str:
    return world.run(
        world.as_officer("commission_secretary"),
        lambda unit: set_condition(
            unit, convict=world.people[convict], condition=value, since=since, paper="протокол № 2"
        ),
    )


def transfer(world: World, arrival: Arrival, convict: str = "Ерлан") -> str:
    return world.run(
        world.as_officer("registry_officer"),
        lambda unit: transfer_convict(unit, convict=world.people[convict], arrival=arrival),
    )


def periods(world: World, convict: str, kind: str) -> list[tuple[str, date, date | None, str]]:
    found = rows(world, FileEntry, convict_id=world.people[convict], kind=kind)
    return sorted(
        ((one.value, one.since, one.until, one.institution_id) for one in found),
        key=lambda one: (one[1], one[2] is None),
    )


def test_an_admission_stands_in_two_logs_that_name_each_other(world: World) -> None:
    convict = admit(world, quarantine_left_on=date(2026, 2, 28))
    national, local = last_event(world, "national"), last_event(world, MEDIUM)
    assert (national["t"], local["t"]) == ("convict.registered", "convict.admitted")
    assert national["with"] == [[MEDIUM, local["n"]]]
    assert convict not in str(local)
    with world.environment.database.reading() as session:
        facts = convict_file(session, session.get_one(Convict, convict)).facts
    assert [one.institution_type for one in facts.placements] == ["medium"]
    assert facts.quarantine_left_on == date(2026, 2, 28)


def test_whoever_serves_is_not_admitted_a_second_time(world: World) -> None:
    admit(world)
    with refused("already-there"):
        admit(world, file_number="8/2026-0002")
    with refused("already-there"):
        admit(world, person("Другой", "Кто", BORN, 810), " 8/2026- 0001")


def test_a_convict_without_any_papers_can_be_admitted(world: World) -> None:
    convict = admit(world, Identity("Неизвестный", "Иван", date(1980, 1, 1)))
    assert row(world, Convict, convict).released_on is None


def test_a_relative_who_is_sentenced_stays_the_same_person(world: World) -> None:
    assert admit(world, world.identities["Болат"]) == world.people["Болат"]


@pytest.mark.parametrize(
    ("arrival", "code"),
    [
        (Arrival(MEDIUM, date(2026, 3, 3), "№ 1", "regular"), "date-impossible"),
        (Arrival(MEDIUM, date(1900, 1, 1), "№ 1", "regular"), "date-impossible"),
        (Arrival(MEDIUM, TODAY, "№ 1", "luxurious"), "choice-unknown"),
        (Arrival(MEDIUM, TODAY, "", "regular"), "text-missing"),
        (Arrival(MEDIUM, TODAY, "№" * 200, "regular"), "text-too-long"),
        (Arrival(MEDIUM, TODAY, "№ 1", "regular", kind="castle"), "choice-unknown"),
        (Arrival(MEDIUM, TODAY, "№ 1", "regular", basis="holiday"), "choice-unknown"),  # type: ignore[arg-type]
        (Arrival(MEDIUM, TODAY, "№ 1", "regular", kind="mixed"), "text-missing"),
        (Arrival(MAXIMUM, TODAY, "№ 1", "regular"), "not-your-institution"),
    ],
)
def test_an_arrival_that_cannot_be_is_refused_and_leaves_nothing(world: World, arrival: Arrival, code: str) -> None:
    before = len(events(world, "national"))
    with refused(code):
        admit(world, arrival=arrival)
    assert len(events(world, "national")) == before


def test_in_remand_no_condition_is_recorded(world: World) -> None:
    assert periods(world, "Пётр", "condition") == []


def test_a_new_condition_ends_the_one_before_on_its_first_day(world: World) -> None:
    condition(world, "light", date(2026, 2, 1))
    assert periods(world, "Ерлан", "condition") == [
        ("regular", date(2025, 5, 10), date(2026, 2, 1), MEDIUM),
        ("light", date(2026, 2, 1), None, MEDIUM),
    ]


def test_a_condition_is_one_the_law_has_is_new_and_not_before_the_last(world: World) -> None:
    with refused("choice-unknown"):
        condition(world, "paradise")
    with refused("already-there"):
        condition(world, "regular")
    with refused("date-impossible"):
        condition(world, "light", date(2025, 5, 9))
    with refused("date-impossible"):
        condition(world, "light", date(2026, 3, 3))
    with refused("another-role-needed"):
        world.run(
            world.as_officer("head"),
            lambda unit: set_condition(
                unit, convict=world.people["Ерлан"], condition="light", since=TODAY, paper="№ 1"
            ),
        )


def test_the_head_sets_the_degree_between_minus_three_and_three(world: World) -> None:
    def degree(value: int, by: str = "head") -> str:
        return world.run(
            world.as_officer(by),
            lambda unit: set_degree(unit, convict=world.people["Олег"], degree=value, since=TODAY, paper="№ 9"),
        )

    degree(-3)
    assert periods(world, "Олег", "degree") == [
        ("1", date(2025, 9, 1), TODAY, MEDIUM),
        ("-3", TODAY, None, MEDIUM),
    ]
    with refused("choice-unknown"):
        degree(4)
    with refused("another-role-needed"):
        degree(2, "commission_secretary")


@pytest.mark.parametrize(
    ("kind", "value", "more", "code"),
    [
        ("suspension", "bad-mood", {}, "choice-unknown"),
        ("suspension", "isolator", {"until": date(2026, 2, 17)}, "date-impossible"),
        ("suspension", "isolator", {"until": date(2026, 2, 1)}, "date-impossible"),
        ("incentive", "gratitude", {"until": date(2026, 2, 17)}, "date-impossible"),
        ("incentive", "a-car", {}, "choice-unknown"),
        ("credit", "short", {}, "choice-unknown"),
        ("credit", "call:incentive", {}, "choice-unknown"),
        ("first_visit", "call", {}, "choice-unknown"),
        ("condition", "light", {}, "choice-unknown"),
        ("ban", "tuberculosis", {"since": date(2026, 3, 3)}, "date-impossible"),
        ("permission", "investigator", {"paper": "\x00"}, "text-not-plain"),
        ("nonsense", "x", {}, "choice-unknown"),
    ],
)
def test_an_entry_that_the_law_does_not_know_is_refused(
    world: World, kind: str, value: str, more: dict[str, object], code: str
) -> None:
    with refused(code):
        enter(world, kind, value, **more)


def test_fifteen_days_of_isolator_are_lawful_and_stand_in_the_facts(world: World) -> None:
    entry = enter(world, "suspension", "isolator", until=date(2026, 2, 16))
    with world.environment.database.reading() as session:
        facts = convict_file(session, session.get_one(Convict, world.people["Ерлан"])).facts
    assert [(one.id, one.ground, one.until) for one in facts.suspensions] == [(entry, "isolator", date(2026, 2, 16))]


def test_orders_are_the_heads_alone_and_the_rest_is_the_registrys_too(world: World) -> None:
    for kind, value in (("penalty", "reprimand"), ("credit", "short:restored"), ("suspension", "head-order")):
        with refused("another-role-needed"):
            enter(world, kind, value, by="registry_officer")
    enter(world, "illness", "tuberculosis", by="registry_officer")
    enter(world, "first_visit", "long", by="registry_officer")


def test_the_fifth_incentive_visit_of_a_year_is_refused_with_the_article(world: World) -> None:
    for _ in range(4):
        enter(world, "credit", "short:incentive")
    with refused("credit-over-limit"):
        enter(world, "credit", "short:incentive")
    enter(world, "credit", "short:restored")


def test_a_negative_degree_earns_no_incentive_visit(world: World) -> None:
    world.run(
        world.as_officer("head"),
        lambda unit: set_degree(unit, convict=world.people["Олег"], degree=-1, since=date(2026, 1, 1), paper="№ 9"),
    )
    with refused("incentive-negative-degree"):
        enter(world, "credit", "short:incentive", convict="Олег")


def lift(world: World, entry: str, until: date, by: str = "head") -> None:
    world.run(world.as_officer(by), lambda unit: lift_entry(unit, entry=entry, until=until, paper="№ 6"))


def test_a_suspension_is_lifted_early_and_never_made_longer(world: World) -> None:
    entry = enter(world, "suspension", "isolator", until=date(2026, 2, 16))
    with refused("state-does-not-allow"):
        lift(world, entry, date(2026, 2, 20))
    with refused("date-impossible"):
        lift(world, entry, date(2026, 1, 31))
    with refused("another-role-needed"):
        lift(world, entry, date(2026, 2, 3), "registry_officer")
    lift(world, entry, date(2026, 2, 3))
    assert row(world, FileEntry, entry).until == date(2026, 2, 3)


def test_quarantine_is_left_once_and_ends_its_suspension(world: World) -> None:
    convict = admit(world)
    world.people["Жаңа"] = convict
    entry = enter(world, "suspension", "quarantine", convict="Жаңа", since=date(2026, 2, 20))
    registry = world.as_officer("registry_officer")
    with refused("date-impossible"):
        world.run(registry, lambda unit: leave_quarantine(unit, convict=convict, on=date(2026, 2, 19)))
    world.run(registry, lambda unit: leave_quarantine(unit, convict=convict, on=date(2026, 3, 1)))
    assert row(world, FileEntry, entry).until == date(2026, 3, 1)
    with refused("state-does-not-allow"):
        world.run(registry, lambda unit: leave_quarantine(unit, convict=convict, on=date(2026, 3, 2)))


def test_a_transfer_takes_condition_and_degree_along_into_the_other_log(world: World) -> None:
    transfer(world, Arrival(MAXIMUM, TODAY, "наряд № 5"), "Олег")
    assert periods(world, "Олег", "condition") == [
        ("light", date(2023, 8, 1), TODAY, MEDIUM),
        ("light", TODAY, None, MAXIMUM),
    ]
    assert periods(world, "Олег", "degree") == [("1", date(2025, 9, 1), TODAY, MEDIUM), ("1", TODAY, None, MAXIMUM)]
    places = rows(world, Placement, convict_id=world.people["Олег"])
    assert {(one.institution_id, one.until) for one in places} == {(MEDIUM, TODAY), (MAXIMUM, None)}
    sent, received = last_event(world, MEDIUM), last_event(world, MAXIMUM)
    assert (sent["t"], received["t"]) == ("convict.sent", "convict.received")
    assert sent["with"] == [[MAXIMUM, received["n"]]]


def test_a_transfer_keeps_credits_bars_and_relationships(world: World) -> None:
    enter(world, "credit", "short:restored", convict="Олег")
    enter(world, "ban", "smuggling", convict="Олег")
    transfer(world, Arrival(MAXIMUM, TODAY, "наряд № 5"), "Олег")
    with world.environment.database.reading() as session:
        facts = convict_file(session, session.get_one(Convict, world.people["Олег"])).facts
    assert [one.kind for one in facts.credits] == ["short"]
    assert [one.ground for one in facts.bans] == ["smuggling"]


def test_a_condition_that_the_new_type_does_not_have_must_be_named_anew(world: World) -> None:
    condition(world, "preferential", date(2026, 1, 1), "Олег")
    with refused("choice-unknown"):
        transfer(world, Arrival(MAXIMUM, TODAY, "наряд № 5", kind="extreme"), "Олег")
    transfer(world, Arrival(MAXIMUM, TODAY, "наряд № 5", "regular", kind="extreme"), "Олег")
    assert periods(world, "Олег", "condition")[-1] == ("regular", TODAY, None, MAXIMUM)


def test_nobody_is_transferred_to_where_they_are_or_before_they_came(world: World) -> None:
    with refused("already-there"):
        transfer(world, Arrival(MEDIUM, TODAY, "наряд № 5"))
    with refused("date-impossible"):
        transfer(world, Arrival(MAXIMUM, date(2025, 5, 9), "наряд № 5"))
    with refused():
        transfer(world, Arrival("nowhere", TODAY, "наряд № 5"))
    with refused("not-your-institution"):
        transfer(world, Arrival(MEDIUM, TODAY, "наряд № 5", "regular"), "Пётр")


def test_from_remand_a_convict_arrives_with_his_first_condition(world: World) -> None:
    world.run(
        world.as_officer("registry_officer", REMAND),
        lambda unit: transfer_convict(
            unit, convict=world.people["Пётр"], arrival=Arrival(MEDIUM, TODAY, "наряд № 8", "regular")
        ),
    )
    assert periods(world, "Пётр", "condition") == [("regular", TODAY, None, MEDIUM)]


def test_into_remand_the_condition_ends_and_the_degree_goes_along(world: World) -> None:
    transfer(world, Arrival(REMAND, TODAY, "наряд № 9"), "Олег")
    assert periods(world, "Олег", "condition") == [("light", date(2023, 8, 1), TODAY, MEDIUM)]
    assert periods(world, "Олег", "degree")[-1] == ("1", TODAY, None, REMAND)


def test_release_ends_the_placement_and_what_goes_with_it(world: World) -> None:
    convict = world.people["Олег"]
    registry = world.as_officer("registry_officer")
    world.run(registry, lambda unit: release_convict(unit, convict=convict, on=TODAY))
    assert row(world, Convict, convict).released_on == TODAY
    assert all(one.until == TODAY for one in rows(world, Placement, convict_id=convict))
    assert all(one[2] is not None for one in periods(world, "Олег", "condition"))
    with refused():
        world.run(registry, lambda unit: release_convict(unit, convict=convict, on=TODAY))
