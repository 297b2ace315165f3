"""Each rule of the policy lets one kind of actor through, and nobody who differs from it in one thing."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from service.domain.access import (
    AUDITOR,
    DUTY,
    HEAD,
    NOBODY,
    Actor,
    Rule,
    Target,
    another,
    anyone,
    as_convict,
    auditor_here,
    device_here,
    here,
    kiosk_itself,
    may,
    own,
    own_officer,
    require,
)
from service.domain.refusal import Refusal

RELATIVE = Actor("relative", "account", "aigul")
OFFICER = Actor("officer", "o1", "person of o1", "here", frozenset({HEAD}))
AUDITOR_HERE = Actor("auditor", "a1", "person of a1", "here", frozenset({AUDITOR}))
SIGNED_IN = Actor("kiosk", "k1", "convict", "here")
KIOSK = Actor("kiosk", "k1", None, "here")
BRIDGE = Actor("bridge", "b1", None, "here")
CASE = Target("here", frozenset({"aigul"}), "convict")
FREE = Target("here")

LETS_THROUGH: list[tuple[str, Callable[[], Rule], Actor, Target]] = [
    ("a relative in their own affair", lambda: own, RELATIVE, CASE),
    ("one of two whose affair it is", lambda: own, RELATIVE, Target("here", frozenset({"aigul", "dana"}))),
    ("an officer's own sessions", lambda: own_officer, OFFICER, Target(persons=frozenset({"person of o1"}))),
    ("an auditor's own sessions", lambda: own_officer, AUDITOR_HERE, Target(persons=frozenset({"person of a1"}))),
    ("the convict at a kiosk", lambda: as_convict, SIGNED_IN, CASE),
    ("any of a kind", lambda: anyone("system"), Actor("system", "jobs"), FREE),
    ("another auditor", lambda: another("auditor"), AUDITOR_HERE, Target(not_by=frozenset({"a2"}))),
    ("an officer with the role", lambda: here(HEAD), OFFICER, CASE),
    ("an officer with one of the roles", lambda: here(DUTY, HEAD), OFFICER, FREE),
    ("the second officer", lambda: here(HEAD), OFFICER, Target("here", not_by=frozenset({"o2"}))),
    ("an auditor of the institution", lambda: auditor_here, AUDITOR_HERE, CASE),
    ("a kiosk nobody has signed in at", lambda: kiosk_itself, KIOSK, FREE),
    ("the gate's own bridge", lambda: device_here, BRIDGE, CASE),
]

HOLDS_BACK: list[tuple[str, Callable[[], Rule], Actor, Target]] = [
    ("another's affair", lambda: own, RELATIVE, Target("here", frozenset({"dana"}))),
    ("nobody's affair", lambda: own, RELATIVE, FREE),
    ("an account without a person", lambda: own, replace(RELATIVE, person=None), CASE),
    ("an officer in a relative's affair", lambda: own, replace(OFFICER, person="aigul"), CASE),
    ("another officer's sessions", lambda: own_officer, OFFICER, Target(persons=frozenset({"person of o2"}))),
    ("an officer without a person", lambda: own_officer, replace(OFFICER, person=None), CASE),
    ("a relative among officers", lambda: own_officer, RELATIVE, CASE),
    ("a kiosk for another convict", lambda: as_convict, replace(SIGNED_IN, person="other"), CASE),
    ("a kiosk elsewhere", lambda: as_convict, replace(SIGNED_IN, institution="there"), CASE),
    ("a kiosk where no convict is concerned", lambda: as_convict, KIOSK, FREE),
    ("a relative with the convict's number", lambda: as_convict, Actor("relative", "x", "convict", "here"), CASE),
    ("another kind", lambda: anyone("system"), BRIDGE, FREE),
    ("the auditor who did the other half", lambda: another("auditor"), AUDITOR_HERE, Target(not_by=frozenset({"a1"}))),
    ("an officer for the second auditor", lambda: another("auditor"), OFFICER, FREE),
    ("another role", lambda: here(DUTY), OFFICER, CASE),
    ("no role", lambda: here(HEAD), replace(OFFICER, roles=frozenset()), CASE),
    ("the role elsewhere", lambda: here(HEAD), replace(OFFICER, institution="there"), CASE),
    ("where no institution is concerned", lambda: here(HEAD), replace(OFFICER, institution=None), Target()),
    ("the officer who did the other half", lambda: here(HEAD), OFFICER, Target("here", not_by=frozenset({"o1"}))),
    ("an auditor with an officer's role", lambda: here(HEAD), replace(OFFICER, principal="auditor"), CASE),
    ("an auditor of another institution", lambda: auditor_here, replace(AUDITOR_HERE, institution="there"), CASE),
    ("a dismissed auditor", lambda: auditor_here, replace(AUDITOR_HERE, roles=frozenset()), CASE),
    ("an officer as auditor", lambda: auditor_here, replace(AUDITOR_HERE, principal="officer"), CASE),
    ("an auditor without an institution", lambda: auditor_here, replace(AUDITOR_HERE, institution=None), Target()),
    ("a kiosk somebody has signed in at", lambda: kiosk_itself, SIGNED_IN, FREE),
    ("a kiosk for a convict by name", lambda: kiosk_itself, KIOSK, CASE),
    ("a kiosk of another institution", lambda: kiosk_itself, KIOSK, Target("there")),
    ("a kiosk that stands nowhere", lambda: kiosk_itself, replace(KIOSK, institution=None), Target()),
    ("a bridge as a kiosk", lambda: kiosk_itself, BRIDGE, FREE),
    ("a bridge of another institution", lambda: device_here, BRIDGE, Target("there")),
    ("a kiosk as a bridge", lambda: device_here, KIOSK, FREE),
]


@pytest.mark.parametrize(("rule", "actor", "target"), [pytest.param(*row[1:], id=row[0]) for row in LETS_THROUGH])
def test_the_rule_lets_through(rule: Callable[[], Rule], actor: Actor, target: Target) -> None:
    assert rule()(actor, target) is True


@pytest.mark.parametrize(("rule", "actor", "target"), [pytest.param(*row[1:], id=row[0]) for row in HOLDS_BACK])
def test_the_rule_holds_back(rule: Callable[[], Rule], actor: Actor, target: Target) -> None:
    assert rule()(actor, target) is False


def refused(actor: Actor, act: str, target: Target) -> tuple[str, tuple[str, ...]]:
    with pytest.raises(Refusal) as no:
        require(actor, act, target)
    return no.value.sort, tuple(one.code for one in no.value.reasons)


def test_what_is_allowed_passes_without_a_word() -> None:
    require(OFFICER, "relationship.permit", CASE)
    require(RELATIVE, "appointment.request", CASE)


@pytest.mark.parametrize("actor", [RELATIVE, KIOSK, NOBODY], ids=lambda actor: actor.principal)
def test_families_kiosks_and_strangers_learn_only_that_there_is_no_such_thing(actor: Actor) -> None:
    """Also where it is there: "not allowed" would tell them that it exists."""
    assert refused(actor, "relationship.permit", Target("here", not_by=frozenset({actor.id}))) == ("not-found", ())


def test_the_officer_of_the_first_half_is_told_that_a_second_is_needed() -> None:
    asked = Target("here", not_by=frozenset({"o1"}))
    assert refused(OFFICER, "exception.decide", asked) == ("not-allowed", ("second-officer-needed",))


@pytest.mark.parametrize("actor", [replace(OFFICER, roles=frozenset({DUTY})), AUDITOR_HERE], ids=["duty", "auditor"])
@pytest.mark.parametrize("target", [FREE, Target()], ids=["of the house", "of no institution"])
def test_whoever_is_of_the_house_is_told_that_another_role_is_needed(actor: Actor, target: Target) -> None:
    assert refused(actor, "exception.decide", target) == ("not-allowed", ("another-role-needed",))


@pytest.mark.parametrize("where", ["there", None])
@pytest.mark.parametrize("actor", [OFFICER, AUDITOR_HERE, BRIDGE], ids=lambda actor: actor.principal)
def test_whoever_is_from_elsewhere_or_nowhere_learns_only_that_it_belongs_to_another(
    actor: Actor, where: str | None
) -> None:
    stranger = replace(actor, institution=where)
    assert refused(stranger, "exception.decide", FREE) == ("not-found", ("not-your-institution",))


def test_one_rule_of_an_act_is_enough() -> None:
    assert may(RELATIVE, "appointment.cancel", CASE)
    assert may(SIGNED_IN, "appointment.cancel", CASE)
    assert may(OFFICER, "appointment.cancel", CASE)
    assert not may(BRIDGE, "appointment.cancel", CASE)
