"""The photograph by which the gate knows a relative: whose it is, who sees it, what becomes of it."""

import io

import pytest
import sqlalchemy as sa
from PIL import Image
from sqlalchemy.exc import DBAPIError

from service.app.person_erase import ask_erasure, decide_erasure
from service.app.photo_keep import add_photo, end_photo
from service.app.photo_show import has_photo, photos_of, show_photo
from service.app.relationship_end import withdraw_relationship
from service.domain.refusal import Refusal
from service.store.tables import Event, Photo
from tests.app.photos import SVG, face, written
from tests.app.refusals import refused
from tests.cast import MAXIMUM, MEDIUM, World

WHO = "Айгүл"
JPEG = written(face(), "JPEG")


def add(world: World, octets: bytes = JPEG, who: str = WHO) -> str:
    return world.run(world.as_relative(who), lambda unit: add_photo(unit, person=world.people[who], octets=octets))


def test_a_photograph_is_sealed_and_its_putting_in_is_an_event(world: World) -> None:
    photo = add(world)
    shown = show_photo(world.environment, world.as_relative(WHO), person=world.people[WHO])
    assert Image.open(io.BytesIO(shown)).size == (480, 600)
    with world.environment.database.reading() as session:
        row = session.get_one(Photo, photo)
        assert shown[:20] not in row.image
        assert b"/9j/" not in row.image
        assert session.scalars(sa.select(Event.type).where(Event.type.like("photo.%"))).all() == ["photo.added"]
        (leaf,) = session.scalars(sa.select(Event.leaf).where(Event.type == "photo.added")).all()
    assert len(leaf) < 1500


def test_a_new_one_takes_the_place_of_the_old_and_no_row_is_ever_edited(world: World) -> None:
    first, second = add(world), add(world, written(face(size=(600, 700)), "PNG"))
    with world.environment.database.reading() as session:
        assert session.get_one(Photo, first).ended_reason == "replaced"
        assert session.get_one(Photo, second).ended_at is None
    for statement in (
        "UPDATE photo SET image = (SELECT image FROM photo WHERE ended_at IS NOT NULL) WHERE ended_at IS NULL",
        "UPDATE photo SET ended_at = NULL, ended_reason = NULL WHERE ended_at IS NOT NULL",
        "DELETE FROM photo",
    ):
        with pytest.raises(DBAPIError), world.environment.database.writes() as session:
            session.execute(sa.text(statement))


def test_the_gate_gets_those_of_the_people_it_expects_with_one_statement(world: World) -> None:
    add(world)
    add(world, who="Гульзат")
    with world.environment.database.reading() as session:
        found = photos_of(world.environment, session, [world.people[name] for name in (WHO, "Гульзат", "Динара")])
    assert set(found) == {world.people[WHO], world.people["Гульзат"]}
    assert all(one.startswith(b"\xff\xd8\xff") for one in found.values())


def test_the_relative_the_registry_and_the_gate_of_their_institution_see_it_and_nobody_else(world: World) -> None:
    add(world)
    person = world.people[WHO]
    for role in ("registry_officer", "second_registry_officer", "gate_officer"):
        assert show_photo(world.environment, world.as_officer(role), person=person)
        with refused():
            show_photo(world.environment, world.as_officer(role, MAXIMUM), person=person)
    others = [world.as_officer(role) for role in ("head", "duty_officer", "account_administrator", "call_supervisor")]
    for actor in (*others, world.as_relative("Гульзат"), world.at_kiosk("Ерлан"), world.bridge(MEDIUM)):
        with pytest.raises(Refusal):
            show_photo(world.environment, actor, person=person)
        with pytest.raises(Refusal):
            world.run(actor, lambda unit: add_photo(unit, person=person, octets=JPEG))


def test_the_desk_takes_one_and_the_record_says_who_did(world: World) -> None:
    registry = world.as_officer("registry_officer")
    photo = world.run(registry, lambda unit: add_photo(unit, person=world.people[WHO], octets=JPEG))
    with world.environment.database.reading() as session:
        assert session.get_one(Photo, photo).added_by == registry.id
    world.run(registry, lambda unit: end_photo(unit, person=world.people[WHO], reason="not-alike"))
    assert not has_photo(world.environment, person=world.people[WHO])
    with refused():
        world.run(registry, lambda unit: end_photo(unit, person=world.people[WHO], reason="not-alike"))
    with refused():
        show_photo(world.environment, registry, person=world.people[WHO])


def test_a_forged_file_changes_nothing(world: World) -> None:
    photo = add(world)
    with refused("photo-unreadable"):
        add(world, SVG)
    with world.environment.database.reading() as session:
        assert session.get_one(Photo, photo).ended_at is None


def test_it_is_erased_with_the_person(world: World) -> None:
    add(world)
    person, mother = world.people[WHO], world.as_relative(WHO)
    for tie in [one for (who, _), one in world.relations.items() if who in (WHO, "Аружан")]:
        try:
            world.run(mother, lambda unit, tie=tie: withdraw_relationship(unit, relationship=tie))
        except Refusal:
            continue
    request = world.run(mother, lambda unit: ask_erasure(unit, person=person))
    world.run(world.as_officer("head"), lambda unit: decide_erasure(unit, request=request, erase=True))
    with world.environment.database.reading() as session:
        assert photos_of(world.environment, session, [person]) == {}
        assert session.scalars(sa.select(Photo)).one().ended_reason == "erased"
