"""The access policy: deny by default, and two halves are never one officer's."""

import ast
import inspect
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain import access
from service.domain.access import (
    EXCLUSIVE,
    HALVES,
    NOBODY,
    OVERSIGHT_BODIES,
    POLICY,
    ROLES,
    Actor,
    Target,
    may,
    require,
)
from service.domain.refusal import Refusal
from tests.structure.tree import modules

PRINCIPALS = ("relative", "officer", "kiosk", "bridge", "auditor", "system", "nobody")
OVERSIGHT = ("openings.ask", "openings.decide", "openings.release", "lead.answer", "letter.fetch", "oversight.look")
"""What an auditor writes: requests to read by name, and what came of a question. Nothing of a family or a convict."""
acts = st.sampled_from(sorted(POLICY))
halves = st.sampled_from(HALVES)
role_sets = st.frozensets(st.sampled_from(ROLES))
officers = st.builds(
    Actor,
    st.just("officer"),
    st.sampled_from(["o1", "o2"]),
    st.just("p"),
    st.sampled_from(["here", "there"]),
    role_sets,
)


@given(halves, officers)
def test_no_act_of_two_halves_can_be_done_by_one_officer(pair: tuple[str, str], officer: Actor) -> None:
    first, second = pair
    if may(officer, first, Target("here", frozenset({"p"}), "c")):
        assert not may(officer, second, Target("here", frozenset({"p"}), "c", not_by=frozenset({officer.id})))


@given(halves, officers)
def test_the_second_half_is_possible_for_some_other_officer(pair: tuple[str, str], officer: Actor) -> None:
    first, second = pair
    other = Actor("officer", "another", "q", "here", frozenset(ROLES))
    if may(officer, first, Target("here")):
        assert may(other, second, Target("here", not_by=frozenset({officer.id})))


def test_the_second_half_may_be_open_to_more_than_one_role_but_never_to_the_first_roles_alone() -> None:
    for first, second in HALVES:
        for role in ROLES:
            one = Actor("officer", "o", "p", "here", frozenset({role}))
            if may(one, first, Target("here")):
                assert not may(one, second, Target("here")), f"{role} may do {first} and {second}"


@given(acts, officers)
def test_an_officer_of_another_institution_may_do_nothing_here(act: str, officer: Actor) -> None:
    assert not may(officer, act, Target("elsewhere", frozenset({"somebody"}), "c"))


@given(acts, st.sampled_from(["officer", "kiosk", "bridge"]))
def test_without_a_role_or_a_place_there_is_nothing_to_do(act: str, principal: str) -> None:
    assert not may(Actor(principal, "x"), act, Target("here", frozenset({"p"}), "c"))  # type: ignore[arg-type]


@given(acts)
def test_a_relative_may_touch_only_their_own_affairs(act: str) -> None:
    stranger = Actor("relative", "a", "stranger")
    if may(stranger, act, Target("here", frozenset({"p"}), "c")):
        assert act in ("person.register", "account.open")


@given(acts)
def test_a_convict_acts_only_for_himself_and_only_where_he_is(act: str) -> None:
    for kiosk in (
        Actor("kiosk", "k", "other", "here"),
        Actor("kiosk", "k", "c", "there"),
        Actor("kiosk", "k", None, "here"),
    ):
        assert not may(kiosk, act, Target("here", frozenset({"p"}), "c"))


@given(acts)
def test_whoever_has_not_signed_in_may_only_sign_in_and_check_a_slip_he_holds(act: str) -> None:
    assert may(NOBODY, act, Target("here", frozenset({""}), "c")) == (act in ("session.open", "slip.check"))


@given(acts)
def test_an_auditor_sees_and_changes_nothing_but_what_they_sign_in_with(act: str) -> None:
    auditor = Actor("auditor", "a", "p", "here", frozenset({"auditor"}))
    if may(auditor, act, Target("here", frozenset({"somebody"}), "c")):
        assert act.endswith(".see") or act in OVERSIGHT
    if may(auditor, act, Target("here", frozenset({"p"}), "c")):
        own = ("session.end", "passkey.add", "passkey.end", "time_code.add")
        assert act.endswith(".see") or act in (*own, *OVERSIGHT)


def test_an_act_that_is_not_in_the_table_does_not_exist() -> None:
    with pytest.raises(KeyError):
        may(Actor("system", "x"), "prison.close", Target())


def test_every_act_that_a_use_case_asks_for_has_its_row() -> None:
    asked = {
        argument.value
        for _path, tree in modules("service/app", "service/jobs", "service/web")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("require", "may")
        for argument in ast.walk(node.args[1])
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert asked
    assert asked <= set(POLICY)


def test_every_role_named_in_the_policy_exists() -> None:
    names = {name for name, value in vars(access).items() if isinstance(value, str) and value in ROLES}
    tree = ast.parse(inspect.getsource(access))
    used = {
        argument.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "here"
        for argument in node.args
        if isinstance(argument, ast.Name)
    }
    assert used <= names
    assert len(set(ROLES)) == len(ROLES)


def test_roles_that_exclude_each_other_exist_and_are_pairs() -> None:
    assert all(len(pair) == 2 and pair <= set(ROLES) for pair in EXCLUSIVE)


def test_an_auditor_holds_no_other_role() -> None:
    assert all(frozenset({"auditor", role}) in EXCLUSIVE for role in ROLES if role != "auditor")
    assert "institution" not in OVERSIGHT_BODIES


def test_no_lawful_set_of_roles_can_verify_and_confirm_alone() -> None:
    lawful = [
        frozenset(pair)
        for pair in combinations(ROLES, 2)
        if not any(excluded <= frozenset(pair) for excluded in EXCLUSIVE)
    ]
    for roles in lawful:
        officer = Actor("officer", "o", "p", "here", roles)
        for first, second in HALVES:
            if may(officer, first, Target("here")):
                with pytest.raises(Refusal) as refused:
                    require(officer, second, Target("here", not_by=frozenset({"o"})))
                assert [one.code for one in refused.value.reasons] == ["second-officer-needed"]
