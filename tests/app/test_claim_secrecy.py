"""Nobody learns by a claim whether somebody is in prison."""

from dataclasses import replace
from datetime import date

import pytest

from service.app.convict_transfer import release_convict
from service.app.relationship_claim import CLAIMS_A_DAY, Sought, claim_relationship
from service.app.relationship_end import withdraw_relationship
from service.app.relationship_see import relationships_of, relationships_to
from tests.app.counting import statements
from tests.app.refusals import refused
from tests.app.rows import events
from tests.cast import MEDIUM, World


def right(world: World, convict: str = "Иван") -> Sought:
    identity = world.identities[convict]
    return Sought(world.file_numbers[convict], identity.family_name, identity.birth_date)


def claim(world: World, sought: Sought, relative: str = "Сергей", kind: str = "other") -> None:
    answer = world.run(world.as_relative(relative), lambda unit: claim_relationship(unit, sought=sought, kind=kind))
    assert answer is None


def wrong(world: World) -> dict[str, Sought]:
    sought = right(world)
    return {
        "another number": replace(sought, file_number="8/2025-9999"),
        "another name": replace(sought, family_name="Одиноких"),
        "another birth date": replace(sought, birth_date=date(1970, 7, 8)),
        "somebody else's number": replace(sought, file_number=world.file_numbers["Олег"]),
    }


def made(world: World, convict: str = "Иван") -> int:
    with world.environment.database.reading() as session:
        return len(relationships_to(session, world.people[convict]))


def test_only_all_three_right_make_a_claim(world: World) -> None:
    for sought in wrong(world).values():
        claim(world, sought)
        assert made(world) == 0
    claim(world, right(world))
    assert made(world) == 1


def test_number_and_name_may_be_written_in_other_ways(world: World) -> None:
    claim(world, Sought(" 8 / 2025-0500 ", "ОДИНОКОВ", date(1970, 7, 7)))
    assert made(world) == 1


@pytest.mark.parametrize("miss", ["another number", "another name", "another birth date", "somebody else's number"])
def test_a_claim_that_matches_nobody_is_the_same_work(world: World, miss: str) -> None:
    with statements(world.environment.database) as without:
        claim(world, wrong(world)[miss])
    with statements(world.environment.database) as with_him:
        claim(world, right(world))
    assert len(without) == len(with_him)
    assert made(world) == 1


def test_the_claimant_sees_the_same_afterwards(world: World) -> None:
    with world.environment.database.reading() as session:
        before = [one.id for one in relationships_of(session, world.people["Сергей"])]
    claim(world, right(world))
    claim(world, wrong(world)["another name"])
    with world.environment.database.reading() as session:
        assert [one.id for one in relationships_of(session, world.people["Сергей"])] == before


def test_claiming_twice_is_answered_alike_and_makes_nothing_new(world: World) -> None:
    claim(world, right(world))
    claim(world, right(world))
    assert made(world) == 1


def test_a_released_convict_is_not_to_be_found(world: World) -> None:
    world.run(
        world.as_officer("registry_officer"),
        lambda unit: release_convict(unit, convict=world.people["Иван"], on=date(2026, 3, 2)),
    )
    claim(world, right(world))
    assert made(world) == 0


def test_ten_claims_a_day_and_no_more(world: World) -> None:
    for _ in range(CLAIMS_A_DAY):
        claim(world, wrong(world)["another number"])
    with refused("too-many-tries"):
        claim(world, right(world))
    claim(world, right(world), "Болат")
    world.clock.tick(hours=25)
    claim(world, right(world))


def test_what_is_wrong_in_itself_is_refused_before_anybody_is_looked_for(world: World) -> None:
    with refused("choice-unknown"):
        claim(world, right(world), kind="best-friend")
    with refused("text-too-long"):
        claim(world, replace(right(world), file_number="8" * 65536))
    with refused("name-not-a-name"):
        claim(world, replace(right(world), family_name="😀"))
    with refused("date-impossible"):
        claim(world, replace(right(world), birth_date=date(2099, 1, 1)))


def test_the_record_of_an_unmatched_claim_stands_in_no_institutions_log(world: World) -> None:
    before = len(events(world, MEDIUM))
    claim(world, wrong(world)["another name"])
    assert len(events(world, MEDIUM)) == before
    last = events(world, "national")[-1]
    assert last["t"] == "relationship.claim_unmatched"
    assert "new" not in last


def test_a_claim_not_yet_answered_cannot_be_withdrawn_any_more_than_one_that_is_not_there(world: World) -> None:
    for relationship in (world.relations["Болат", "Ерлан"], "0" * 32):
        with refused():
            world.run(
                world.as_relative("Болат"),
                lambda unit, one=relationship: withdraw_relationship(unit, relationship=one),  # type: ignore[misc]
            )
