"""Officers sign in with something they know and something they have; what was used once is used up."""

from datetime import timedelta

import pyotp
import pytest
import sqlalchemy as sa

from service.app.factor_reset import ask_reset, decide_reset, open_resets
from service.app.half_session import Half, half_signed_in
from service.app.officer_appoint import set_password
from service.app.officer_sign_in import OfficerSignedIn, sign_in_officer
from service.app.session_find import find_principal
from service.app.time_code import TRIES, answer_time_code, begin_time_code, begun_time_code, prove_time_code
from service.domain.access import NOBODY, ROLES
from service.store.tables import Session, TimeCode
from tests.app.refusals import refused
from tests.builders import PASSWORD, password_hash
from tests.cast import MAXIMUM, MEDIUM, World

ROLE = "registry_officer"


def sign_in(world: World, role: str = ROLE, needed: tuple[str, ...] = ROLES) -> OfficerSignedIn:
    return sign_in_officer(
        world.environment, login=f"{role.replace('_', '.')}@{MEDIUM}", password=PASSWORD, address="192.0.2.9",
        workstation="КПП-1", device="Firefox · Linux", needed=needed,
    )  # fmt: skip


def half_of(world: World, signed: OfficerSignedIn) -> Half:
    half = half_signed_in(world.environment, signed.token)
    assert half is not None
    return half


def set_up(world: World, role: str = ROLE) -> tuple[pyotp.TOTP, str]:
    """An officer with a code by time; the maker of codes, and the token of the session."""
    half = half_of(world, sign_in(world, role))
    world.run(half.actor, begin_time_code)
    begun = begun_time_code(world.environment, half.actor)
    assert begun is not None
    maker = pyotp.parse_uri(begun.address)
    assert isinstance(maker, pyotp.TOTP)
    token = prove_time_code(world.environment, half.actor, code=maker.at(world.clock.now), half=half)
    assert token is not None
    return maker, token


def test_where_a_role_needs_it_the_password_alone_opens_nothing(world: World) -> None:
    signed = sign_in(world)
    assert (signed.step, signed.ways) == ("set-up", ())
    assert find_principal(world.environment, signed.token) is None
    assert sign_in(world, needed=("head",)).step == "in"
    assert sign_in(world, needed=(ROLE,)).step == "set-up"


def test_the_first_code_opens_the_session_and_from_then_on_each_sign_in_asks_for_one(world: World) -> None:
    maker, token = set_up(world)
    assert find_principal(world.environment, token) == world.as_officer(ROLE)
    for needed in (ROLES, ()):
        signed = sign_in(world, needed=needed)
        assert (signed.step, signed.ways) == ("second", ("time-code",))
        assert find_principal(world.environment, signed.token) is None
    world.clock.tick(seconds=30)
    whole = answer_time_code(world.environment, half_of(world, signed), code=maker.at(world.clock.now))
    assert find_principal(world.environment, whole) == world.as_officer(ROLE)
    with world.environment.database.reading() as session:
        rows = session.scalars(sa.select(Session)).all()
    assert {(row.workstation, row.device, row.factor) for row in rows if row.principal == "officer"} == {
        ("КПП-1", "Firefox · Linux", "time-code")
    }


def test_a_half_session_is_made_whole_once_and_dies_after_twenty_minutes(world: World) -> None:
    maker, _ = set_up(world)
    world.clock.tick(seconds=30)
    half = half_of(world, sign_in(world))
    answer_time_code(world.environment, half, code=maker.at(world.clock.now))
    assert half_signed_in(world.environment, half.token) is None
    world.clock.tick(seconds=30)
    with refused():
        answer_time_code(world.environment, half, code=maker.at(world.clock.now))
    late = sign_in(world)
    world.clock.tick(minutes=20)
    assert half_signed_in(world.environment, late.token) is None


def test_a_code_that_was_used_is_used_up_and_so_are_those_before_it(world: World) -> None:
    maker, _ = set_up(world)
    first = world.clock.now
    with refused("time-code-used"):
        answer_time_code(world.environment, half_of(world, sign_in(world)), code=maker.at(first))
    world.clock.tick(seconds=30)
    answer_time_code(world.environment, half_of(world, sign_in(world)), code=maker.at(world.clock.now))
    with refused("time-code-used"):
        answer_time_code(world.environment, half_of(world, sign_in(world)), code=maker.at(first))


@pytest.mark.parametrize(("seconds", "fits"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)])
def test_clocks_may_differ_by_one_step(world: World, seconds: int, fits: bool) -> None:
    maker, _ = set_up(world)
    world.clock.tick(minutes=10)
    half = half_of(world, sign_in(world))
    code = maker.at(world.clock.now + timedelta(seconds=seconds))
    if fits:
        assert answer_time_code(world.environment, half, code=f"{code[:3]} {code[3:]}")
    else:
        with refused("time-code-wrong"):
            answer_time_code(world.environment, half, code=code)


def test_codes_are_not_found_by_trying_and_every_try_counts(world: World) -> None:
    maker, _ = set_up(world)
    world.clock.tick(minutes=16)
    half = half_of(world, sign_in(world))
    for _ in range(TRIES):
        with refused("time-code-wrong"):
            answer_time_code(world.environment, half, code="000000" if maker.at(world.clock.now) != "000000" else "1")
    with refused("too-many-tries"):
        answer_time_code(world.environment, half, code=maker.at(world.clock.now))


def test_a_secret_is_sealed_shown_until_it_is_proved_and_never_again(world: World) -> None:
    half = half_of(world, sign_in(world))
    world.run(half.actor, begin_time_code)
    first = begun_time_code(world.environment, half.actor)
    assert first is not None
    assert len(first.secret) == 32
    with refused("time-code-wrong"):
        prove_time_code(world.environment, half.actor, code="123", half=half)
    assert begun_time_code(world.environment, half.actor) == first
    with world.environment.database.reading() as session:
        row = session.scalars(sa.select(TimeCode)).one()
    assert first.secret.encode() not in row.secret
    world.run(half.actor, begin_time_code)
    second = begun_time_code(world.environment, half.actor)
    assert second is not None
    assert second != first
    prove_time_code(world.environment, half.actor, code=pyotp.parse_uri(second.address).at(world.clock.now), half=half)
    assert begun_time_code(world.environment, half.actor) is None
    with refused("already-there"):
        world.run(world.as_officer(ROLE), begin_time_code)


def test_what_was_lost_is_set_up_anew_by_two_officers_and_never_by_one(world: World) -> None:
    _, token = set_up(world)
    accounts, head = world.as_officer("account_administrator"), world.as_officer("head")
    officer = world.as_officer(ROLE).id
    for one in (head, world.as_officer(ROLE), world.as_relative("Айгүл")):
        with pytest.raises(Exception, match="not-"):
            world.run(one, lambda unit: ask_reset(unit, officer=officer))
    with refused("second-officer-needed"):
        world.run(accounts, lambda unit: ask_reset(unit, officer=accounts.id))
    request = world.run(accounts, lambda unit: ask_reset(unit, officer=officer))
    with refused("already-there"):
        world.run(accounts, lambda unit: ask_reset(unit, officer=officer))
    for one in (accounts, world.as_officer(ROLE), world.as_officer("head", MAXIMUM)):
        with pytest.raises(Exception, match="not-"):
            world.run(one, lambda unit: decide_reset(unit, request=request, reset=True))
    assert [row.id for row in world.run(head, lambda unit: open_resets(unit, MEDIUM))] == [request]
    invitation = world.run(head, lambda unit: decide_reset(unit, request=request, reset=True))
    assert find_principal(world.environment, token) is None
    with refused("sign-in-failed"):
        sign_in(world)
    assert invitation is not None
    world.run(NOBODY, lambda unit: set_password(unit, invitation=invitation, password_hash=password_hash()))
    assert sign_in(world).step == "set-up"
    with refused("state-does-not-allow"):
        world.run(head, lambda unit: decide_reset(unit, request=request, reset=False))


def test_an_officer_of_another_institution_is_not_reset_from_here(world: World) -> None:
    other = world.as_officer(ROLE, MAXIMUM).id
    with refused():
        world.run(world.as_officer("account_administrator"), lambda unit: ask_reset(unit, officer=other))


def test_the_head_is_reset_by_the_deputy(world: World) -> None:
    request = world.run(
        world.as_officer("account_administrator"),
        lambda unit: ask_reset(unit, officer=world.as_officer("head").id),
    )
    with refused("second-officer-needed"):
        world.run(world.as_officer("head"), lambda unit: decide_reset(unit, request=request, reset=True))
    assert (
        world.run(world.as_officer("deputy_head"), lambda unit: decide_reset(unit, request=request, reset=False))
        is None
    )
