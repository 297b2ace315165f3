"""Two people press at the same moment: one act happens, the other is refused, nothing is done twice."""

from collections import Counter
from collections.abc import Callable
from typing import Any

from service.app.account_sign_in import CODES_AN_HOUR, answer_code, ask_code, code_to_send
from service.app.exception_ask import decide_exception
from service.app.officer_sign_in import TRIES, sign_in_officer
from service.app.person_register import register_person
from service.app.relationship_answer import accept_relationship, decline_relationship
from service.app.relationship_claim import Sought, claim_relationship
from service.app.relationship_decide import confirm_relationship, refuse_relationship
from service.app.relationship_see import relationships_to
from service.domain.access import NOBODY
from service.domain.refusal import Refusal
from service.store.tables import Person, Relationship
from tests.app.rows import row, rows
from tests.app.test_exception import ask as ask_for_exception
from tests.cast import MEDIUM, World, person
from tests.race.racing import all_at_once

CROWD = 8


def outcomes(*tasks: Callable[[], Any]) -> Counter[str]:
    """How many were let through, and how the others were refused."""
    answers = all_at_once(tasks)
    return Counter(one.reasons[0].code if isinstance(one, Refusal) else "done" for one in answers)


def test_of_many_confirmations_and_refusals_one_happens(world: World) -> None:
    friend = world.relations["Сергей", "Ерлан"]
    second, head = world.as_officer("second_registry_officer"), world.as_officer("head")

    def confirm() -> None:
        world.run(second, lambda unit: confirm_relationship(unit, relationship=friend))

    def refuse() -> None:
        world.run(head, lambda unit: refuse_relationship(unit, relationship=friend, ground="ground-no-document"))

    found = outcomes(*[confirm, refuse] * (CROWD // 2))
    assert found == {"done": 1, "state-does-not-allow": CROWD - 1}
    assert row(world, Relationship, friend).state in ("confirmed", "refused")


def test_a_convict_who_presses_both_buttons_has_answered_once(world: World) -> None:
    claim, kiosk = world.relations["Болат", "Ерлан"], world.at_kiosk("Ерлан")
    found = outcomes(
        *[
            lambda: world.run(kiosk, lambda unit: accept_relationship(unit, relationship=claim)),
            lambda: world.run(kiosk, lambda unit: decline_relationship(unit, relationship=claim)),
        ]
        * (CROWD // 2)
    )
    assert found == {"done": 1, "state-does-not-allow": CROWD - 1}


def test_the_same_claim_pressed_many_times_is_one_claim_and_every_answer_alike(world: World) -> None:
    ivan = world.identities["Иван"]
    sought = Sought(world.file_numbers["Иван"], ivan.family_name, ivan.birth_date)
    relative = world.as_relative("Сергей")
    answers = all_at_once(
        [lambda: world.run(relative, lambda unit: claim_relationship(unit, sought=sought, kind="other"))] * CROWD
    )
    assert set(answers) == {None}
    with world.environment.database.reading() as session:
        assert len(relationships_to(session, world.people["Иван"])) == 1


def test_one_person_registered_by_many_hands_is_one_person(world: World) -> None:
    registry = world.as_officer("registry_officer")
    somebody = person("Жаңа", "Адам", world.identities["Айгүл"].birth_date, 1234)
    found = outcomes(*[lambda: world.run(registry, lambda unit: register_person(unit, somebody))] * CROWD)
    assert found == {"done": 1, "identity-needs-desk": CROWD - 1}
    index = world.environment.vault.index("person.iin", somebody.iin or "")
    assert len(rows(world, Person, iin_index=index)) == 1


def test_a_rush_for_codes_gives_five_and_not_one_more(world: World) -> None:
    found = outcomes(
        *[lambda: world.run(NOBODY, lambda unit: ask_code(unit, phone="+7 701 999 99 99", browser="b", language="kk"))]
        * 12
    )
    assert found == {"done": CODES_AN_HOUR, "too-many-tries": 12 - CODES_AN_HOUR}


def test_one_code_answered_at_once_in_many_windows_opens_one_session(world: World) -> None:
    phone = world.phones["Айгүл"]
    asked = world.run(NOBODY, lambda unit: ask_code(unit, phone=phone, browser="b", language="kk"))
    sent = code_to_send(world.environment, asked.code_id)
    assert sent is not None
    answers = all_at_once(
        [lambda: world.run(NOBODY, lambda unit: answer_code(unit, phone=phone, code=sent.code, browser="b"))] * CROWD
    )
    assert Counter(one.outcome for one in answers) == {"signed-in": 1, "expired": CROWD - 1}


def test_guessing_passwords_from_many_connections_gives_no_more_tries(world: World) -> None:
    def guess() -> object:
        return sign_in_officer(
            world.environment, login=f"head@{MEDIUM}", password="wrong horse battery", address="192.0.2.1"
        )

    assert outcomes(*[guess] * 12) == {"sign-in-failed": TRIES, "too-many-tries": 12 - TRIES}


def test_an_exception_is_granted_or_refused_and_not_both(world: World) -> None:
    request = ask_for_exception(world)
    head, deputy = world.as_officer("head"), world.as_officer("deputy_head")
    found = outcomes(
        *[
            lambda: world.run(head, lambda unit: decide_exception(unit, request=request, grant=True)),
            lambda: world.run(deputy, lambda unit: decide_exception(unit, request=request, grant=False)),
        ]
        * (CROWD // 2)
    )
    assert found == {"done": 1, "state-does-not-allow": CROWD - 1}
