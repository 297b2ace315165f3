"""From a claim to a confirmed relationship: the convict and two officers, and everybody is told."""

import json
from datetime import date

import pytest

from service.app.convict_admit import Arrival
from service.app.convict_transfer import transfer_convict
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_claim import Sought, claim_relationship
from service.app.relationship_decide import (
    confirm_relationship,
    list_relationship,
    permit_relationship,
    refuse_relationship,
    verify_relationship,
)
from service.app.relationship_end import revoke_relationship, withdraw_relationship
from service.app.relationship_see import relationships_at, relationships_of
from service.app.visitor_ban import ban_visitor
from service.domain.access import Actor
from service.domain.identity import Identity
from service.store.tables import Message, Person, Relationship, VisitorBan
from tests.app.refusals import refused
from tests.app.rows import events, last_event, row, rows
from tests.builders import iin
from tests.cast import MAXIMUM, MEDIUM, World, person


def state(world: World, relationship: str) -> str:
    return row(world, Relationship, relationship).state


def accept(world: World, relationship: str, convict: str = "Ерлан") -> None:
    world.run(world.at_kiosk(convict), lambda unit: accept_relationship(unit, relationship=relationship))


def verify(world: World, relationship: str, by: Actor | None = None) -> None:
    world.run(
        by or world.as_officer("registry_officer"),
        lambda unit: verify_relationship(unit, relationship=relationship, basis="Неке куәлігі № 1"),
    )


def confirm(world: World, relationship: str, by: Actor | None = None) -> None:
    world.run(
        by or world.as_officer("second_registry_officer"),
        lambda unit: confirm_relationship(unit, relationship=relationship),
    )


def told(world: World, name: str) -> list[str]:
    return [one.template for one in rows(world, Message, person_id=world.people[name])]


def test_the_brother_becomes_confirmed_by_the_convict_and_two_officers(world: World) -> None:
    claim = world.relations["Болат", "Ерлан"]
    accept(world, claim)
    verify(world, claim)
    confirm(world, claim)
    found = row(world, Relationship, claim)
    assert found.state == "confirmed"
    assert found.since == date(2026, 3, 2)
    assert found.verified_by != found.confirmed_by
    assert told(world, "Болат") == ["relationship-accepted", "relationship-verified", "relationship-confirmed"]


def test_the_leaf_names_neither_the_relative_nor_the_convict(world: World) -> None:
    claim = world.relations["Болат", "Ерлан"]
    accept(world, claim)
    verify(world, claim)
    written = json.dumps(events(world, MEDIUM)[-2:])
    for hidden in (world.people["Болат"], world.people["Ерлан"], "куәлігі", "Ахметов"):
        assert hidden not in written
    assert {"relationship.accepted", "relationship.verified"} <= {one["t"] for one in events(world, MEDIUM)}


@pytest.mark.parametrize("act", [verify, confirm])
def test_no_step_is_left_out(world: World, act: object) -> None:
    with refused("state-does-not-allow"):
        act(world, world.relations["Болат", "Ерлан"])  # type: ignore[operator]


def test_one_officer_never_does_both_halves(world: World) -> None:
    claim = world.relations["Болат", "Ерлан"]
    accept(world, claim)
    both = Actor("officer", world.as_officer("head").id, "p", MEDIUM, frozenset({"registry_officer", "head"}))
    verify(world, claim, both)
    with refused("second-officer-needed"):
        confirm(world, claim, both)
    assert state(world, claim) == "verified"


def test_officers_do_not_judge_their_own_ties(world: World) -> None:
    claim = world.relations["Болат", "Ерлан"]
    accept(world, claim)
    officer = world.as_officer("registry_officer")
    himself = Actor("officer", officer.id, world.people["Болат"], MEDIUM, officer.roles)
    with refused("second-officer-needed"):
        verify(world, claim, himself)


def test_officers_of_another_institution_have_no_say(world: World) -> None:
    friend = world.relations["Сергей", "Ерлан"]
    with refused("not-your-institution"):
        confirm(world, friend, world.as_officer("second_registry_officer", MAXIMUM))
    with refused("another-role-needed"):
        confirm(world, friend, world.as_officer("gate_officer"))


def test_another_convict_cannot_answer_and_learns_nothing(world: World) -> None:
    claim = world.relations["Болат", "Ерлан"]
    with refused():
        accept(world, claim, "Олег")
    with refused():
        accept(world, "0" * 32, "Олег")


def test_a_declined_claim_is_told_and_may_be_made_again(world: World) -> None:
    claim = world.relations["Болат", "Ерлан"]
    world.run(world.at_kiosk("Ерлан"), lambda unit: decline_relationship(unit, relationship=claim))
    assert (state(world, claim), told(world, "Болат")) == ("declined", ["relationship-declined"])
    again = world.claim("Болат", "Ерлан", "full-sibling")
    assert again != claim


def test_a_signed_paper_is_as_good_as_the_kiosk_and_is_named_in_the_record(world: World) -> None:
    claim = world.relations["Болат", "Ерлан"]
    registry = world.as_officer("registry_officer")
    with refused("text-missing"):
        world.run(registry, lambda unit: accept_relationship(unit, relationship=claim))
    world.run(registry, lambda unit: accept_relationship(unit, relationship=claim, paper="өтініш № 14"))
    assert row(world, Relationship, claim).accepted_how == "paper"
    assert last_event(world, MEDIUM)["facts"] == {"paper": "өтініш № 14"}


def test_a_refusal_carries_its_ground_to_the_relative(world: World) -> None:
    friend = world.relations["Сергей", "Ерлан"]
    head = world.as_officer("head")
    with refused("choice-unknown"):
        world.run(head, lambda unit: refuse_relationship(unit, relationship=friend, ground="because"))
    world.run(head, lambda unit: refuse_relationship(unit, relationship=friend, ground="ground-no-document"))
    message = rows(world, Message, person_id=world.people["Сергей"], template="relationship-refused")[0]
    with world.environment.database.reading() as session:
        key = world.environment.vault.unwrap(
            world.people["Сергей"], session.get_one(Person, world.people["Сергей"]).wrapped_key or b""
        )
    assert json.loads(key.open(f"message/arguments/{message.id}", message.arguments)) == {
        "ground": "ground-no-document"
    }
    assert (message.language, message.channel) == ("ru", "sms")


def test_the_convict_revokes_from_today_and_the_wife_hears_of_it_by_text_and_letter(world: World) -> None:
    mother = world.relations["Айгүл", "Ерлан"]
    kiosk = world.at_kiosk("Ерлан")
    with refused("choice-unknown"):
        world.run(kiosk, lambda unit: revoke_relationship(unit, relationship=mother, ground="ground-no-document"))
    world.run(kiosk, lambda unit: revoke_relationship(unit, relationship=mother, ground="ground-convict-refuses"))
    found = row(world, Relationship, mother)
    assert (found.state, found.until) == ("revoked", date(2026, 3, 2))
    channels = {
        one.channel for one in rows(world, Message, template="relationship-revoked", person_id=world.people["Айгүл"])
    }
    assert channels == {"sms", "email"}


def test_a_relative_withdraws_and_a_stranger_does_not(world: World) -> None:
    mother = world.relations["Айгүл", "Ерлан"]
    with refused():
        world.run(world.as_relative("Болат"), lambda unit: withdraw_relationship(unit, relationship=mother))
    world.run(world.as_relative("Айгүл"), lambda unit: withdraw_relationship(unit, relationship=mother))
    assert state(world, mother) == "withdrawn"
    with refused("state-does-not-allow"):
        world.run(world.as_relative("Айгүл"), lambda unit: withdraw_relationship(unit, relationship=mother))


def test_a_mother_withdraws_for_her_child(world: World) -> None:
    child = world.relations["Аружан", "Ерлан"]
    assert row(world, Relationship, child).represented_by == world.people["Динара"]
    world.run(world.as_relative("Динара"), lambda unit: withdraw_relationship(unit, relationship=child))
    assert told(world, "Динара")[-1] == "relationship-withdrawn"


def test_the_heads_permission_is_given_once_and_kept(world: World) -> None:
    friend = world.relations["Сергей", "Ерлан"]
    confirm(world, friend)
    head = world.as_officer("head")
    with refused("another-role-needed"):
        world.run(world.as_officer("registry_officer"), lambda unit: permit_relationship(unit, relationship=friend))
    world.run(head, lambda unit: permit_relationship(unit, relationship=friend))
    assert row(world, Relationship, friend).permitted_by == head.id
    with refused("already-there"):
        world.run(head, lambda unit: permit_relationship(unit, relationship=friend))


def test_the_personal_file_lists_a_person_for_calls(world: World) -> None:
    friend = world.relations["Сергей", "Ерлан"]
    world.run(
        world.as_officer("registry_officer"), lambda unit: list_relationship(unit, relationship=friend, listed=True)
    )
    assert row(world, Relationship, friend).listed_in_file


def test_after_a_transfer_the_new_institution_decides_and_the_old_log_says_so(world: World) -> None:
    friend = world.relations["Сергей", "Ерлан"]
    convict = world.people["Ерлан"]
    arrival = Arrival(MAXIMUM, date(2026, 3, 2), "наряд № 5", "regular")
    world.run(
        world.as_officer("registry_officer"), lambda unit: transfer_convict(unit, convict=convict, arrival=arrival)
    )
    with refused("not-your-institution"):
        confirm(world, friend)
    second = world.as_officer("second_registry_officer", MAXIMUM)
    confirm(world, friend, second)
    old, new = last_event(world, MEDIUM), last_event(world, MAXIMUM)
    assert (old["t"], new["t"]) == ("relationship.confirmed", "relationship.confirmed")
    assert old["by"] == {"as": "officer", "id": second.id}
    assert old["with"] == [[MAXIMUM, new["n"]]]
    assert new["with"] == [[MEDIUM, old["n"]]]


def test_the_registry_sees_what_waits_for_it_at_its_own_institution(world: World) -> None:
    with world.environment.database.reading() as session:
        waiting = relationships_at(session, MEDIUM, "accepted", "verified")
        elsewhere = relationships_at(session, MAXIMUM, "accepted", "verified")
    assert [one.id for one in waiting] == [world.relations["Сергей", "Ерлан"]]
    assert elsewhere == []


def test_a_relative_sees_their_own_and_their_childrens(world: World) -> None:
    with world.environment.database.reading() as session:
        seen = {one.id for one in relationships_of(session, world.people["Динара"])}
    assert seen == {world.relations["Динара", "Ерлан"], world.relations["Аружан", "Ерлан"]}


def claim_child(world: World, relative: str, child: Identity) -> None:
    identity = world.identities["Олег"]
    sought = Sought(world.file_numbers["Олег"], identity.family_name, identity.birth_date)
    world.run(
        world.as_relative(relative), lambda unit: claim_relationship(unit, sought=sought, kind="child", child=child)
    )


def test_nobody_of_age_is_represented(world: World) -> None:
    with refused("not-a-minor"):
        claim_child(world, "Гульзат", person("Ким", "Анна", date(2008, 3, 2), 700))
    claim_child(world, "Гульзат", person("Ким", "Анна", date(2008, 3, 3), 700))


def test_a_child_is_one_person_whoever_of_the_parents_claims(world: World) -> None:
    child = Identity("Ким", "Анна", date(2015, 5, 5), iin=iin(date(2015, 5, 5), 701))
    claim_child(world, "Гульзат", child)
    claim_child(world, "Сергей", child)
    index = world.environment.vault.index("person.iin", child.iin or "")
    assert len(rows(world, Person, iin_index=index)) == 1


def test_a_child_under_anothers_iin_is_settled_at_the_desk(world: World) -> None:
    stolen = Identity("Ким", "Анна", date(2015, 5, 5), iin=world.identities["Аружан"].iin)
    with refused("identity-needs-desk"):
        claim_child(world, "Гульзат", stolen)


def test_a_bar_names_ground_paper_and_end_and_reaches_the_visitor(world: World) -> None:
    head, mother = world.as_officer("head"), world.people["Айгүл"]

    def ban(ground: str, since: date, until: date | None, institution: str = MEDIUM, who: str = mother) -> None:
        world.run(
            head,
            lambda unit: ban_visitor(
                unit, institution=institution, person=who, ground=ground, since=since, until=until, paper="№ 3-11"
            ),
        )

    with refused("choice-unknown"):
        ban("dislike", date(2026, 3, 1), None)
    with refused("date-impossible"):
        ban("administrative-offence", date(2026, 3, 3), None)
    with refused("date-impossible"):
        ban("administrative-offence", date(2026, 3, 1), date(2026, 3, 1))
    with refused():
        ban("administrative-offence", date(2026, 3, 1), None, who=world.people["Гульзат"][::-1])
    with refused("not-your-institution"):
        ban("administrative-offence", date(2026, 3, 1), None, MAXIMUM)
    ban("administrative-offence", date(2026, 3, 1), date(2027, 3, 1))
    assert [one.paper for one in rows(world, VisitorBan, person_id=mother)] == ["№ 3-11"]
    assert "visitor-banned" in told(world, "Айгүл")
