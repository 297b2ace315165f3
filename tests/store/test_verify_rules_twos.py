"""Merges and roles in records told by hand: what one officer did alone is found, what two did is not."""

from collections.abc import Callable

import pytest

from tests.store.story import Story

MERGE = {
    "kept_id": "mother", "ended_id": "same", "state": "asked", "asked_by": "officer-1",
    "asked_role": "registry_officer",
}  # fmt: skip
ROLE = {"officer_id": "officer-3", "role": "duty_officer", "founding": False, "asked_by": "officer-1"}


def merge(story: Story, **decided: str) -> None:
    story.event({"person_merge": {"merge": dict(MERGE)}})
    story.event(set_={"person_merge": {"merge": {"state": "granted", **decided}}})


def role(story: Story, name: str = "role", **cells: object) -> None:
    story.event({"officer_role": {name: {**ROLE, **cells}}})


def merged_by_two(story: Story) -> None:
    merge(story, decided_by="officer-2", decided_role="head")


def merged_by_one(story: Story) -> None:
    merge(story, decided_by="officer-1", decided_role="head")


def merged_in_one_role(story: Story) -> None:
    merge(story, decided_by="officer-2", decided_role="registry_officer")


def role_by_two(story: Story) -> None:
    role(story, approved_by="officer-2", started_at="2026-03-10")


def role_founded(story: Story) -> None:
    role(story, founding=True, asked_by=None, started_at="2026-03-10")


def role_by_one(story: Story) -> None:
    role(story, approved_by="officer-1", started_at="2026-03-10")


def role_for_oneself(story: Story) -> None:
    role(story, approved_by="officer-3", started_at="2026-03-10")


def role_without_a_word(story: Story) -> None:
    role(story, started_at="2026-03-10")


def roles_one_after_the_other(story: Story) -> None:
    role(story, "first", role="registry_officer")
    story.event(set_={"officer_role": {"first": {"ended_at": "2026-03-11"}}})
    role(story, "second", role="second_registry_officer")


def roles_that_exclude_each_other(story: Story) -> None:
    role(story, "first", role="registry_officer")
    role(story, "second", role="second_registry_officer")


def key_of(story: Story, person: str = "of-the-head", holder: str = "officer") -> None:
    story.event({"passkey": {f"key-{person}": {"person_id": person, "holder": holder}}})


def signed(story: Story, **cells: object) -> None:
    own = {"act": "exception.decide", "row_id": "request", "officer_id": "officer-2", "person_id": "of-the-head"}
    story.event({"act_signature": {"signature": {**own, **cells}}}, by="officer-2")


def signed_with_ones_own(story: Story) -> None:
    key_of(story)
    signed(story, passkey_id="key-of-the-head")


def not_signed_without_a_passkey(story: Story) -> None:
    key_of(story, holder="relative")
    signed(story)


def not_signed_though_there_is_a_passkey(story: Story) -> None:
    key_of(story)
    signed(story)


def signed_with_anothers(story: Story) -> None:
    key_of(story)
    key_of(story, "of-the-deputy")
    signed(story, passkey_id="key-of-the-deputy")


def signed_with_one_that_had_ended(story: Story) -> None:
    key_of(story)
    story.event(set_={"passkey": {"key-of-the-head": {"ended_at": "2026-03-10"}}})
    signed(story, passkey_id="key-of-the-head")


def signed_in_anothers_name(story: Story) -> None:
    signed(story, officer_id="officer-1")


@pytest.mark.parametrize(
    "told",
    [
        merged_by_two,
        role_by_two,
        role_founded,
        roles_one_after_the_other,
        signed_with_ones_own,
        not_signed_without_a_passkey,
    ],
)
def test_what_two_did_is_in_order(told: Callable[[Story], None]) -> None:
    story = Story()
    told(story)
    assert story.codes() == set()


@pytest.mark.parametrize(
    ("told", "code"),
    [
        (merged_by_one, "rule.merge-two"),
        (merged_in_one_role, "rule.merge-two"),
        (role_by_one, "rule.role-two"),
        (role_for_oneself, "rule.role-two"),
        (role_without_a_word, "rule.role-two"),
        (roles_that_exclude_each_other, "rule.role-exclusive"),
        (not_signed_though_there_is_a_passkey, "rule.signature"),
        (signed_with_anothers, "rule.signature"),
        (signed_with_one_that_had_ended, "rule.signature"),
        (signed_in_anothers_name, "rule.signature"),
    ],
)
def test_what_one_did_alone_is_found(told: Callable[[Story], None], code: str) -> None:
    story = Story()
    told(story)
    assert code in story.codes()
