"""The end of an account and of a person's data, by the pages of the family and of the desk."""

import re

from service.app.person_erase import ask_erasure
from service.app.relationship_end import withdraw_relationship
from service.store.tables import Account, Person
from service.store.verify.run import verify
from tests.app.rows import row
from tests.browser.faces import Faces
from tests.cast import MAXIMUM, World
from tests.web.clicking import Clicker, at_desk, dashed, signed_in, words_of

END = "/account/end"
WHO = "Сергей"


def withdraw(world: World, name: str = WHO) -> None:
    tie = world.relations[name, "Ерлан"]
    world.run(world.as_relative(name), lambda unit: withdraw_relationship(unit, relationship=tie))


def ask(world: World, name: str = WHO) -> str:
    """Everything withdrawn, then asked; the page of the request at the desk."""
    withdraw(world, name)
    return "/erasures/" + dashed(
        world.run(world.as_relative(name), lambda unit: ask_erasure(unit, person=world.people[name]))
    )


def test_what_was_asked_by_its_owner_is_erased_by_the_head_and_nothing_opens_any_more(faces: Faces) -> None:
    world = faces.world
    friend, head = signed_in(faces, WHO), at_desk(faces, "head")
    assert END in friend.see("/account").text
    assert "First end what is still open" in words_of(friend.see(END))
    tie = f"/ties/{dashed(world.relations[WHO, 'Ерлан'])}/end"
    assert tie in friend.see(END).text
    friend.send_and_follow(tie)
    assert "tick that you want it" in words_of(friend.send(END, what="erase"))
    asked = words_of(friend.send_and_follow(END, what="erase", erase="true"))
    assert "You have asked for this on 2 March 2026. The head of the institution decides." in asked
    assert "Ask for the erasure" not in asked

    assert "Data to be erased (1)" in words_of(head.see("/exceptions"))
    family_name = world.identities[WHO].family_name
    page = head.see("/erasures")
    assert family_name not in page.text
    assert "the person" in words_of(page)
    found = re.search(r'href="(/erasures/[^"]+)"', page.text)
    assert found is not None
    assert family_name in words_of(head.see(found[1]))
    assert "tick that you know" in words_of(head.send(found[1], what="erase"))
    assert "Nobody waits for an erasure" in words_of(head.send_and_follow(found[1], what="erase", erase="true"))

    assert row(world, Person, world.people[WHO]).wrapped_key is None
    assert head.client.get(found[1]).status_code == 404
    assert friend.client.get("/account").status_code == 303
    again = Clicker(faces.public)
    again.send_and_follow("/sign-in", phone=world.phones[WHO])
    newcomer = again.send_and_follow("/sign-in/code", code=faces.code())  # to whom the number is a stranger's
    assert family_name not in newcomer.text
    url = world.environment.database.engine.url.render_as_string(hide_password=False)
    assert [str(one) for one in verify(url, world.environment.vault).findings] == []


def test_a_refused_request_says_so_and_may_be_made_again(faces: Faces) -> None:
    page = ask(faces.world)
    assert "Nobody waits" in words_of(at_desk(faces, "deputy_head").send_and_follow(page, what="refuse"))
    friend = signed_in(faces, WHO)
    assert "refused your request on 2 March 2026" in words_of(friend.see(END))
    assert "You have asked for this" in words_of(friend.send_and_follow(END, what="erase", erase="true"))


def test_whoever_still_has_a_tie_is_told_what_to_end_first_and_nothing_is_asked(faces: Faces) -> None:
    mother = signed_in(faces, "Айгүл")
    bound = mother.send(END, what="erase", erase="true")
    assert "still in use" in words_of(bound)
    assert f"/ties/{dashed(faces.world.relations['Айгүл', 'Ерлан'])}/end" in bound.text
    assert "Nobody waits" in words_of(at_desk(faces, "head").see("/erasures"))


def test_a_claim_that_the_convict_has_not_answered_is_not_betrayed_but_stops_the_erasure(faces: Faces) -> None:
    brother, head = signed_in(faces, "Болат"), at_desk(faces, "head")
    assert "You have asked for this" in words_of(brother.send_and_follow(END, what="erase", erase="true"))
    found = re.search(r'href="(/erasures/[^"]+)"', head.see("/erasures").text)
    assert found is not None
    assert "still in use" in words_of(head.send(found[1], what="erase", erase="true"))


def test_only_heads_where_the_person_was_tied_open_a_request(faces: Faces) -> None:
    page = ask(faces.world)
    elsewhere = at_desk(faces, "head", MAXIMUM)
    assert "Nobody waits" in words_of(elsewhere.see("/erasures"))
    assert elsewhere.client.get(page).status_code == 404
    registry = at_desk(faces, "registry_officer")
    assert [registry.client.get(one).status_code for one in ("/erasures", page)] == [403, 403]
    assert "Data to be erased" not in words_of(registry.see("/exceptions"))


def test_an_account_is_closed_by_its_owner_who_ticked_it_and_ties_stay(faces: Faces) -> None:
    world, mother = faces.world, signed_in(faces, "Айгүл")
    account = world.accounts["Айгүл"].account
    assert "tick that you want it" in words_of(mother.send(END, what="close"))
    assert row(world, Account, account).closed_at is None
    assert "Your account is closed" in words_of(mother.send_and_follow(END, what="close", close="true"))
    assert row(world, Account, account).closed_reason == "asked"
    assert mother.client.get("/account").status_code == 303
    assert row(world, Person, world.people["Айгүл"]).wrapped_key is not None
