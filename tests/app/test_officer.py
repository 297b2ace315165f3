"""Officers: one person, one account, a password nobody else knows, roles by two."""

from datetime import date

import sqlalchemy as sa

from service.app.officer_appoint import appoint_officer, dismiss_officer, invite_officer, set_password
from service.app.officer_sign_in import TRIES, choose_password, hash_password, sign_in_officer
from service.app.person_register import register_person
from service.app.role_give import approve_role, ask_role, end_role, found_role
from service.app.session_find import find_principal
from service.domain.access import NOBODY, Actor
from service.domain.identity import Identity
from service.store.tables import Officer, OfficerRole
from tests.app.counting import statements
from tests.app.refusals import refused
from tests.builders import CONSOLE, PASSWORD, iin
from tests.cast import MAXIMUM, MEDIUM, World

ADDRESS = "192.0.2.7"
LOGIN = f"registry.officer@{MEDIUM}"
BORN = date(1990, 2, 2)


def somebody(serial: int) -> Identity:
    return Identity("Новиков", "Пётр", BORN, iin=iin(BORN, serial), language="ru")


def sign_in(world: World, login: str = LOGIN, password: str = PASSWORD, address: str = ADDRESS) -> str:
    return sign_in_officer(world.environment, login=login, password=password, address=address).token


def appoint(world: World, serial: int, number: str = "N-1", login: str = "novikov", body: str = "institution") -> str:
    return world.run(
        world.as_officer("account_administrator"),
        lambda unit: appoint_officer(unit, identity=somebody(serial), employee_number=number, login=login, body=body),
    ).officer


def test_an_officer_signs_in_and_acts_with_the_role_held_at_the_one_institution(world: World) -> None:
    assert find_principal(world.environment, sign_in(world)) == world.as_officer("registry_officer")


def test_finding_an_officer_with_the_roles_is_one_statement_and_one_more_a_minute(world: World) -> None:
    token = sign_in(world)
    with statements(world.environment.database) as sent:
        find_principal(world.environment, token)
    assert len(sent) == 1
    world.clock.tick(minutes=1)
    with statements(world.environment.database) as sent:
        find_principal(world.environment, token)
        find_principal(world.environment, token)
    assert [statement.split()[0] for statement in sent] == ["SELECT", "UPDATE", "SELECT"]


def test_a_wrong_password_and_an_unknown_login_are_answered_alike(world: World) -> None:
    with refused("sign-in-failed"):
        sign_in(world, password="correct horse battery stable")
    for login in ("nobody", "", "\x00", "😀" * 5000):
        with refused("sign-in-failed"):
            sign_in(world, login=login)
    for password in ("", "\ud800", "x" * 65536):
        with refused("sign-in-failed", "too-many-tries"):
            sign_in(world, password=password)


def test_after_five_wrong_tries_the_right_password_waits_and_opens_again_later(world: World) -> None:
    for _ in range(TRIES):
        with refused("sign-in-failed"):
            sign_in(world, password="wrong horse battery staple")
    with refused("too-many-tries"):
        sign_in(world)
    world.clock.tick(minutes=16)
    sign_in(world)


def test_the_tries_of_one_officer_lock_no_other_out(world: World) -> None:
    for _ in range(TRIES):
        with refused("sign-in-failed"):
            sign_in(world, password="wrong horse battery staple")
    sign_in(world, login=f"head@{MEDIUM}")


def test_an_address_that_tries_many_logins_is_stopped(world: World) -> None:
    for number in range(30):
        with refused("sign-in-failed"):
            sign_in(world, login=f"guess-{number}")
    with refused("too-many-tries"):
        sign_in(world)
    sign_in(world, address="192.0.2.8")


def test_an_officers_session_ends_after_fifteen_idle_minutes_and_after_twelve_hours(world: World) -> None:
    token = sign_in(world)
    world.clock.tick(minutes=15, seconds=1)
    assert find_principal(world.environment, token) is None
    token = sign_in(world)
    for _ in range(51):
        world.clock.tick(minutes=14)
        assert find_principal(world.environment, token) is not None
    world.clock.tick(minutes=14)
    assert find_principal(world.environment, token) is None


def test_a_role_taken_away_bites_at_the_next_request(world: World) -> None:
    token = sign_in(world)
    with world.environment.database.reading() as session:
        officer = world.as_officer("registry_officer").id
        role = next(one for one in session.scalars(sa.select(OfficerRole)) if one.officer_id == officer).id
    world.run(world.as_officer("head"), lambda unit: end_role(unit, role=role, reason="moved"))
    actor = find_principal(world.environment, token)
    assert actor is not None
    assert actor.roles == frozenset()


def test_a_dismissed_officer_is_nobody_at_once(world: World) -> None:
    token = sign_in(world)
    officer = world.as_officer("registry_officer").id
    world.run(world.as_officer("head"), lambda unit: dismiss_officer(unit, officer=officer, reason="misconduct"))
    assert find_principal(world.environment, token) is None
    with refused("sign-in-failed"):
        sign_in(world)


def test_nobody_dismisses_the_officers_of_another_institution(world: World) -> None:
    officer = world.officers[MAXIMUM, "duty_officer"].id
    with refused("not-your-institution"):
        world.run(world.as_officer("head"), lambda unit: dismiss_officer(unit, officer=officer, reason="left"))
    with refused("not-your-institution"):
        world.run(world.as_officer("account_administrator"), lambda unit: invite_officer(unit, officer=officer))


def test_one_employee_number_one_login_one_person_is_one_account(world: World) -> None:
    appoint(world, 2001)
    with refused("already-there"):
        appoint(world, 2002, login="other")
    with refused("already-there"):
        appoint(world, 2002, number="n-1", login="other")
    with refused("already-there"):
        appoint(world, 2002, number="N-2", login="NOVIKOV")
    with refused("already-there"):
        appoint(world, 2001, number="N-2", login="other")


def test_a_relative_who_becomes_an_officer_stays_the_same_person(world: World) -> None:
    officer = world.run(
        CONSOLE,
        lambda unit: appoint_officer(unit, identity=world.identities["Болат"], employee_number="B-1", login="bolat"),
    ).officer
    with world.environment.database.reading() as session:
        assert session.get_one(Officer, officer).person_id == world.people["Болат"]


def test_a_role_asked_gives_nothing_until_the_head_approves(world: World) -> None:
    officer = appoint(world, 2003)
    asked = world.run(
        world.as_officer("account_administrator"),
        lambda unit: ask_role(unit, officer=officer, institution=MEDIUM, role="duty_officer"),
    )
    token = choose(world, officer)
    found = find_principal(world.environment, token)
    assert found is not None
    assert found.roles == frozenset()
    world.run(world.as_officer("head"), lambda unit: approve_role(unit, role=asked))
    found = find_principal(world.environment, token)
    assert found is not None
    assert (found.institution, found.roles) == (MEDIUM, frozenset({"duty_officer"}))


def choose(world: World, officer: str) -> str:
    invitation = world.run(world.as_officer("head"), lambda unit: invite_officer(unit, officer=officer))
    choose_password(world.environment, invitation=invitation, password="seventeen purple bicycles")
    return sign_in_officer(
        world.environment, login="novikov", password="seventeen purple bicycles", address=ADDRESS
    ).token


def test_nobody_asks_and_approves_and_nobody_approves_for_oneself(world: World) -> None:
    officer = appoint(world, 2004)
    asked = world.run(
        world.as_officer("account_administrator"),
        lambda unit: ask_role(unit, officer=officer, institution=MEDIUM, role="deputy_head"),
    )
    administrator = world.as_officer("account_administrator")
    both = frozenset({"account_administrator", "head"})
    twice = Actor("officer", administrator.id, administrator.person, MEDIUM, both)
    with refused("second-officer-needed"):
        world.run(twice, lambda unit: approve_role(unit, role=asked))
    own = Actor("officer", officer, None, MEDIUM, frozenset({"head"}))
    with refused("second-officer-needed"):
        world.run(own, lambda unit: approve_role(unit, role=asked))
    with refused("not-your-institution"):
        world.run(world.as_officer("head", MAXIMUM), lambda unit: approve_role(unit, role=asked))


def test_roles_that_exclude_each_other_do_not_meet_not_even_at_two_institutions(world: World) -> None:
    officer = world.as_officer("registry_officer").id
    with refused("roles-exclude-each-other"):
        world.run(
            world.as_officer("account_administrator", MAXIMUM),
            lambda unit: ask_role(unit, officer=officer, institution=MAXIMUM, role="second_registry_officer"),
        )


def test_only_oversight_bodies_have_auditors_and_they_have_nothing_else(world: World) -> None:
    officer = appoint(world, 2005)
    with refused("choice-unknown"):
        world.run(CONSOLE, lambda unit: found_role(unit, officer=officer, institution=MEDIUM, role="auditor"))
    prosecutor = world.officers[MEDIUM, "auditor"].id
    with refused("choice-unknown"):
        world.run(CONSOLE, lambda unit: found_role(unit, officer=prosecutor, institution=MEDIUM, role="gate_officer"))


def test_an_auditor_is_an_auditor_and_no_officer(world: World) -> None:
    found = find_principal(world.environment, sign_in(world, login=f"auditor@{MEDIUM}"))
    assert found is not None
    assert (found.principal, found.roles) == ("auditor", frozenset({"auditor"}))


def test_an_officer_of_two_institutions_says_where_they_act(world: World) -> None:
    officer = world.as_officer("gate_officer").id
    world.run(CONSOLE, lambda unit: found_role(unit, officer=officer, institution=MAXIMUM, role="gate_officer"))
    token = sign_in(world, login=f"gate.officer@{MEDIUM}")
    undecided = find_principal(world.environment, token)
    there = find_principal(world.environment, token, institution=MAXIMUM)
    nowhere = find_principal(world.environment, token, institution="si-18")
    assert undecided is not None
    assert (undecided.institution, undecided.roles) == (None, frozenset())
    assert there is not None
    assert (there.institution, there.roles) == (MAXIMUM, frozenset({"gate_officer"}))
    assert nowhere is not None
    assert nowhere.roles == frozenset()


def test_an_invitation_sets_one_password_within_three_days(world: World) -> None:
    officer = appoint(world, 2006)
    invitation = world.run(world.as_officer("head"), lambda unit: invite_officer(unit, officer=officer))
    choose_password(world.environment, invitation=invitation, password="seventeen purple bicycles")
    with refused():
        choose_password(world.environment, invitation=invitation, password="seventeen purple bicycles")
    late = world.run(world.as_officer("head"), lambda unit: invite_officer(unit, officer=officer))
    world.clock.tick(hours=72)
    with refused():
        world.run(NOBODY, lambda unit: set_password(unit, invitation=late, password_hash="x"))


def test_a_new_invitation_ends_the_old_password_and_its_sessions(world: World) -> None:
    token = sign_in(world)
    officer = world.as_officer("registry_officer").id
    world.run(world.as_officer("head"), lambda unit: invite_officer(unit, officer=officer))
    assert find_principal(world.environment, token) is None
    with refused("sign-in-failed"):
        sign_in(world)


def test_short_and_usual_passwords_are_refused(world: World) -> None:
    usual = ("password password", "aaaaaaaaaaaaaaaaaaaa", "йцукенйцукенйцукен")
    for password in ("short", "fourteen signs", *usual, "x" * 129):
        with refused("password-too-weak"):
            hash_password(password)
    assert hash_password("eine lange Reihe Wörter").startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_a_gate_officer_appoints_nobody(world: World) -> None:
    with refused("another-role-needed"):
        world.run(
            world.as_officer("gate_officer"),
            lambda unit: appoint_officer(unit, identity=somebody(2007), employee_number="X", login="x"),
        )
    with refused():
        world.run(
            world.as_relative("Айгүл"),
            lambda unit: appoint_officer(unit, identity=somebody(2008), employee_number="X", login="x"),
        )


def test_a_person_registered_twice_is_refused(world: World) -> None:
    registry = world.as_officer("registry_officer")
    world.run(registry, lambda unit: register_person(unit, somebody(2009)))
    with refused("identity-needs-desk"):
        world.run(registry, lambda unit: register_person(unit, somebody(2009)))
