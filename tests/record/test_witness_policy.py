"""A policy says which cosignatures suffice (C2SP tlog-policy), and the ministry's own never do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.record.appender import Appender
from service.record.cosignature import Cosigner
from service.record.policy import Policy
from service.record.policy_text import PolicyRefused, check_policy, read_policy
from service.record.refusals import RecordRefused
from service.record.tree import tree_root
from tests.record.parties import log, ombudsman, private_key, prosecutor, signed_head

NOON = datetime(2026, 3, 10, 7, tzinfo=UTC)
NAMES = ("prosecutor", "ombudsman", "ngo", "ministry", "committee")
WITNESSES = {
    "prosecutor": prosecutor(),
    "ombudsman": ombudsman(),
    **{name: Cosigner(f"{name}.example/witness", private_key(name)) for name in NAMES[2:]},
}
LINES = [f"log {log().vkey}", *(f"witness {name} {one.vkey}" for name, one in WITNESSES.items())]
FIELD = [
    *LINES,
    "group outside 2 prosecutor ombudsman ngo",
    "group inside any ministry committee",
    "group both all outside inside",
    "quorum both",
]


def text(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode()


def faults(*lines: str, known: Iterable[str] = LINES) -> list[tuple[str, int | None]]:
    with pytest.raises(PolicyRefused) as refused:
        read_policy(text([*known, *lines]))
    return [(fault.code, fault.line) for fault in refused.value.faults]


def subsets() -> Iterable[tuple[str, ...]]:
    return chain.from_iterable(combinations(NAMES, count) for count in range(len(NAMES) + 1))


def test_two_of_three_outside_and_one_inside() -> None:
    policy = read_policy(text(FIELD))
    for cosigned in subsets():
        outside = len({"prosecutor", "ombudsman", "ngo"}.intersection(cosigned))
        inside = len({"ministry", "committee"}.intersection(cosigned))
        assert policy.satisfied(cosigned) is (outside >= 2 and inside >= 1)


def test_words_comments_and_blanks_are_read_as_the_format_says() -> None:
    policy = read_policy(b"# who watches\n\n \t \n\tquorum  \t none \n   # end")
    assert (policy.logs, policy.quorum) == ((), "none")
    assert policy.satisfied(())
    kazakh = text([LINES[0], LINES[1].replace("prosecutor ", "прокурор "), "quorum прокурор"])
    assert read_policy(kazakh).satisfied({"прокурор"})
    octets = text(LINES[:2]).replace(b"witness prosecutor", b"witness \xff\xfe") + b"quorum \xff\xfe\n"
    assert len(read_policy(octets).witnesses) == 1


def test_addresses_of_witnesses_are_kept() -> None:
    policy = read_policy(text([f"{LINES[1]} https://prosecutor.example/w", "quorum none"]))
    assert policy.witnesses["prosecutor"].url == "https://prosecutor.example/w"
    assert policy.witnesses["prosecutor"].id == f"prosecutor.example/witness+{prosecutor().verifier.key_id:08x}"


@pytest.mark.parametrize(
    ("lines", "code"),
    [
        (("watcher x", "quorum none"), "keyword"),
        (("log", "quorum none"), "arguments"),
        (("witness w", "quorum none"), "arguments"),
        (("group g 1", "quorum none"), "arguments"),
        (("quorum prosecutor ngo",), "arguments"),
        (("witness w prosecutor.example+00000000+BAAA", "quorum none"), "key"),
        ((f"witness w {log('other').vkey}", "quorum none"), "key"),
        ((f"log {prosecutor().vkey}", "quorum none"), "key"),
        ((f"witness w {prosecutor().vkey}", "quorum none"), "key-twice"),
        ((f"witness w {Cosigner('other.name/w', private_key('prosecutor')).vkey}", "quorum none"), "key-twice"),
        ((f"log {log().vkey}", "quorum none"), "key-twice"),
        ((f"witness ngo {Cosigner('a/b', private_key('a')).vkey}", "quorum none"), "name-twice"),
        ((f"witness none {Cosigner('a/b', private_key('a')).vkey}", "quorum none"), "name-twice"),
        ((f"witness w {Cosigner('a/b', private_key('a')).vkey} ftp://x", "quorum none"), "url"),
        (("group ngo any prosecutor", "quorum none"), "name-twice"),
        (("group g any later", "quorum none"), "name-unknown"),
        (("group g any none", "quorum none"), "name-unknown"),
        (("group g any ngo ngo", "quorum none"), "member-twice"),
        (("group g any ngo", "group h any ngo", "quorum h"), "member-twice"),
        (("group g 0 ngo", "quorum none"), "threshold"),
        (("group g 2 ngo", "quorum none"), "threshold"),
        (("group g 01 ngo", "quorum none"), "threshold"),
        (("group g some ngo", "quorum none"), "threshold"),
        (("quorum nobody",), "name-unknown"),
        (("quorum ngo", "quorum ngo"), "quorum-twice"),
        ((), "quorum-missing"),
        (("quorum none\r",), "control"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(lines: tuple[str, ...], code: str) -> None:
    found = faults(*lines)
    assert code in [one for one, _ in found]
    assert all(line is None or line > len(LINES) for _, line in found)


def test_every_fault_is_told_at_once() -> None:
    assert faults("watcher x", "group g any later", "quorum g", known=()) == [
        ("keyword", 1), ("name-unknown", 2), ("name-unknown", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lines", "codes"),
    [
        (FIELD, []),
        ([*LINES, "quorum ngo"], ["outside-missing"]),
        ([*LINES, "group outside any prosecutor ngo", "quorum ministry"], ["outside-not-needed"]),
        ([*LINES, "group outside any ngo", "group g any outside ministry", "quorum g"], ["outside-not-needed"]),
        ([*LINES, "group outside any prosecutor", "quorum none"], ["outside-not-needed"]),
        ([*LINES, "group outside any prosecutor", "quorum outside"], []),
        ([*LINES, "group ngos all ngo", "group outside any prosecutor ngos", "quorum outside"], []),
    ],
)
def test_a_quorum_among_the_ministrys_own_is_refused(lines: list[str], codes: list[str]) -> None:
    assert [fault.code for fault in check_policy(text(lines))] == codes


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Any policy over these witnesses: groups of what is not in a group yet, in the order they may be written."""
    free, lines = list(NAMES), list(LINES)
    for number in range(draw(st.integers(1, 4))):
        members = draw(st.lists(st.sampled_from(free), min_size=1, unique=True))
        name = "outside" if number == 0 else f"group{number}"
        threshold = draw(st.sampled_from(["all", "any", *map(str, range(1, len(members) + 1))]))
        lines.append(f"group {name} {threshold} {' '.join(members)}")
        free = [one for one in free if one not in members] + [name]
    lines.append(f"quorum {draw(st.sampled_from(free))}")
    return read_policy(text(lines))


@given(policies())
def test_that_outsiders_are_needed_is_what_trying_every_set_says(policy: Policy) -> None:
    outside = policy.members("outside")
    assert policy.needs_outside is all(
        bool(outside.intersection(cosigned)) for cosigned in subsets() if policy.satisfied(cosigned)
    )


@given(policies(), st.sets(st.sampled_from(NAMES)), st.sampled_from(NAMES))
def test_one_more_cosignature_never_hurts(policy: Policy, cosigned: set[str], more: str) -> None:
    assert policy.satisfied(cosigned) <= policy.satisfied(cosigned | {more})


def test_a_head_counts_when_its_cosignatures_reach_the_quorum() -> None:
    policy = read_policy(text(FIELD))
    note = signed_head(0, tree_root(0, Appender()))
    for name in ("prosecutor", "ministry"):
        note = note.with_signatures([WITNESSES[name].cosign(note, NOON)])
    with pytest.raises(RecordRefused, match=r"policy\.quorum"):
        policy.open(note.encode())
    note = note.with_signatures([WITNESSES["ngo"].cosign(note, NOON)])
    signed, seen = policy.open(note.encode())
    assert (signed.checkpoint.size, seen) == (0, dict.fromkeys(["prosecutor", "ministry", "ngo"], NOON))


def test_a_cosignature_of_another_head_is_refused_and_a_strangers_is_left_out() -> None:
    policy = read_policy(text([*LINES[:2], "quorum prosecutor"]))
    empty = signed_head(0, tree_root(0, Appender()))
    wrong = prosecutor().cosign(signed_head(1, bytes(32)), NOON)
    with pytest.raises(RecordRefused, match=r"note\.signature"):
        policy.open(empty.with_signatures([wrong]))
    stranger = ombudsman().cosign(empty, NOON)
    with pytest.raises(RecordRefused, match=r"policy\.quorum"):
        policy.open(empty.with_signatures([stranger]))
    with pytest.raises(RecordRefused, match=r"policy\.log"):
        read_policy(text([LINES[1], "quorum none"])).open(empty)
