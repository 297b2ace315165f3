"""Erasing a person takes two, leaves the record whole, and nothing that can be read."""

from service.app.account_close import close_account
from service.app.account_sign_in import ask_code
from service.app.person_erase import ask_erasure, decide_erasure
from service.app.relationship_end import withdraw_relationship
from service.domain.access import NOBODY, Actor
from service.store.tables import Account, ErasureRequest, OneTimeCode, Person
from service.store.verify.run import verify
from tests.app.refusals import refused
from tests.app.rows import last_event, row, rows
from tests.cast import MAXIMUM, MEDIUM, World


def freed(world: World) -> str:
    """Сергей, who has withdrawn everything."""
    world.run(
        world.as_relative("Сергей"),
        lambda unit: withdraw_relationship(unit, relationship=world.relations["Сергей", "Ерлан"]),
    )
    return world.people["Сергей"]


def ask(world: World, person: str, by: Actor | None = None) -> str:
    return world.run(by or world.as_relative("Сергей"), lambda unit: ask_erasure(unit, person=person))


def test_an_erased_person_cannot_be_read_found_or_written_to_and_the_record_verifies(world: World) -> None:
    person = freed(world)
    request = ask(world, person)
    world.run(NOBODY, lambda unit: ask_code(unit, phone=world.phones["Сергей"], browser="b", language="ru"))
    world.run(world.as_officer("head"), lambda unit: decide_erasure(unit, request=request, erase=True))
    found = row(world, Person, person)
    assert (found.wrapped_key, found.iin_index, found.document_index) == (None, None, None)
    account = row(world, Account, world.accounts["Сергей"].account)
    assert (account.phone_index, account.closed_reason) == ("", "erased")
    assert rows(world, OneTimeCode, phone_index=world.environment.vault.index("account.phone", "+77015550104")) == []
    assert last_event(world, "national")["t"] == "person.erased"
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    assert [str(one) for one in verify(url, world.environment.vault).findings] == []


def test_nobody_is_erased_while_something_is_bound_to_them(world: World) -> None:
    for bound, by in (
        ("Айгүл", world.as_relative("Айгүл")),
        ("Динара", world.as_relative("Динара")),
        ("Ерлан", world.as_officer("registry_officer")),
    ):
        with refused("still-bound"):
            ask(world, world.people[bound], by)
    with refused("still-bound"):
        ask(world, world.as_officer("gate_officer").person or "", world.as_officer("registry_officer"))


def test_the_person_or_the_registry_asks_and_nobody_else(world: World) -> None:
    person = freed(world)
    with refused():
        ask(world, person, world.as_relative("Болат"))
    with refused("another-role-needed"):
        ask(world, person, world.as_officer("gate_officer"))
    ask(world, person, world.as_officer("registry_officer"))
    with refused("already-there"):
        ask(world, person)


def test_an_erasure_takes_two_people(world: World) -> None:
    person = freed(world)
    head = world.as_officer("head")
    both = Actor("officer", head.id, head.person, MEDIUM, frozenset({"head", "registry_officer"}))
    request = ask(world, person, both)
    with refused("second-officer-needed"):
        world.run(both, lambda unit: decide_erasure(unit, request=request, erase=True))
    himself = Actor("officer", "another", person, MEDIUM, frozenset({"head"}))
    with refused("state-does-not-allow"):
        world.run(himself, lambda unit: decide_erasure(unit, request=request, erase=True))


def test_a_refused_erasure_changes_nothing_and_may_be_asked_again(world: World) -> None:
    person = freed(world)
    request = ask(world, person)
    world.run(world.as_officer("head"), lambda unit: decide_erasure(unit, request=request, erase=False))
    assert row(world, ErasureRequest, request).state == "refused"
    assert row(world, Person, person).wrapped_key is not None
    with refused("state-does-not-allow"):
        world.run(world.as_officer("head"), lambda unit: decide_erasure(unit, request=request, erase=True))
    ask(world, person)


def test_what_is_bound_between_asking_and_deciding_stops_the_erasure(world: World) -> None:
    person = freed(world)
    request = ask(world, person)
    world.claim("Сергей", "Иван", "other")
    with refused("still-bound"):
        world.run(world.as_officer("head"), lambda unit: decide_erasure(unit, request=request, erase=True))


def test_an_account_closed_before_is_erased_too(world: World) -> None:
    person = freed(world)
    request = ask(world, person)
    account = world.accounts["Сергей"].account
    world.run(world.as_relative("Сергей"), lambda unit: close_account(unit, account=account))
    world.run(world.as_officer("head"), lambda unit: decide_erasure(unit, request=request, erase=True))
    found = row(world, Account, account)
    assert (found.phone_index, found.closed_reason) == ("", "asked")


def test_a_head_decides_only_about_people_who_were_tied_to_somebody_there(world: World) -> None:
    request = ask(world, freed(world))
    for erase in (True, False):
        with refused():
            world.run(
                world.as_officer("head", MAXIMUM),
                lambda unit, erase=erase: decide_erasure(unit, request=request, erase=erase),  # type: ignore[misc]
            )
    world.run(world.as_officer("head"), lambda unit: decide_erasure(unit, request=request, erase=True))
