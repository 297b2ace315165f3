"""Each fault of a policy: its code, its line, and the word it is about."""

from __future__ import annotations

import pytest

from service.record.cosignature import Cosigner
from service.record.policy import KnownLog
from service.record.policy_text import PolicyFault, PolicyRefused, check_policy, read_policy
from service.record.refusals import RecordRefused
from tests.record.parties import log, ombudsman, private_key, prosecutor, signed_head
from tests.record.test_witness_policy import LINES, NOON, text

NEW = Cosigner("new.example/witness", private_key("new")).vkey
OTHER = log("other.example/log").vkey
HERE = len(LINES) + 1


@pytest.mark.parametrize(
    ("line", "code", "about"),
    [
        ("quorum none\r", "control", ""),
        ("group g any ngo\x7f", "control", ""),
        ("watcher x", "keyword", "watcher"),
        ("Log x", "keyword", "Log"),
        ("log", "arguments", "log"),
        (f"log {OTHER} https://a https://b", "arguments", "log"),
        ("witness w", "arguments", "witness"),
        (f"witness w {NEW} https://a https://b", "arguments", "witness"),
        ("group g 1", "arguments", "group"),
        ("quorum", "arguments", "quorum"),
        ("quorum ngo ministry", "arguments", "quorum"),
        (f"log {NEW}", "key", NEW),
        (f"witness w {OTHER}", "key", OTHER),
        (f"log {log().vkey}", "key-twice", log().vkey),
        (f"witness w {prosecutor().vkey}", "key-twice", prosecutor().vkey),
        (f"log {OTHER} ftp://a", "url", "ftp://a"),
        (f"log {OTHER} https://", "url", "https://"),
        (f"witness w {NEW} a/b", "url", "a/b"),
        (f"witness ngo {NEW}", "name-twice", "ngo"),
        (f"witness none {NEW}", "name-twice", "none"),
        ("group ngo any ministry", "name-twice", "ngo"),
        ("group none any ngo", "name-twice", "none"),
        ("group g 0 ngo", "threshold", "0"),
        ("group g 3 ngo ministry", "threshold", "3"),
        ("group g +1 ngo", "threshold", "+1"),
        ("group g ALL ngo", "threshold", "ALL"),
        ("group g any g", "name-unknown", "g"),
        ("group g any ngo none", "name-unknown", "none"),
        ("group g any ministry ngo ministry", "member-twice", "ministry"),
        ("quorum nobody", "name-unknown", "nobody"),
        ("quorum ngo\u00a0", "name-unknown", "ngo\u00a0"),
    ],
)
def test_a_fault_says_its_line_and_what_it_is_about(line: str, code: str, about: str) -> None:
    names_a_quorum = line.startswith("quorum") and code == "name-unknown"
    after = [] if names_a_quorum else ["quorum none"]
    assert check_policy(text([*LINES, line, *after])) == [PolicyFault(code, HERE, about)]


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        (["group g any ngo", "group h any ministry ngo", "quorum g"], PolicyFault("member-twice", HERE + 1, "ngo")),
        (["group g any ngo", "group g any ministry", "quorum g"], PolicyFault("name-twice", HERE + 1, "g")),
        (["quorum ngo", "quorum ministry"], PolicyFault("quorum-twice", HERE + 1, "ministry")),
        (["quorum none", "quorum none"], PolicyFault("quorum-twice", HERE + 1, "none")),
        ([], PolicyFault("quorum-missing")),
        (["quorum ngo"], PolicyFault("outside-missing")),
        (["group outside any prosecutor", "quorum ngo"], PolicyFault("outside-not-needed", None, "ngo")),
    ],
)
def test_a_fault_between_lines_is_told_where_it_shows(lines: list[str], fault: PolicyFault) -> None:
    assert check_policy(text([*LINES, *lines])) == [fault]


def test_a_file_that_is_no_policy_is_refused_with_the_number_of_its_faults() -> None:
    with pytest.raises(PolicyRefused) as no:
        read_policy(b"one\ntwo\nquorum none\n")
    assert str(no.value) == "policy.form (faults=2)"
    assert [fault.about for fault in no.value.faults] == ["one", "two"]


def test_a_log_is_kept_with_its_address_and_without_one() -> None:
    where = "http://log.example/la-155-8"
    policy = read_policy(text([f"log {log().vkey} {where}", f"log {OTHER}", "quorum none"]))
    assert policy.logs == (KnownLog(log().verifier, where), KnownLog(log("other.example/log").verifier, None))


def test_letters_at_the_ends_of_a_line_belong_to_its_words() -> None:
    assert read_policy(text([f"\t witness X {prosecutor().vkey} \t", " quorum X\t "])).quorum == "X"


def test_a_head_that_does_not_suffice_is_refused_with_what_it_lacks() -> None:
    policy = read_policy(text([*LINES, "group two 2 prosecutor ombudsman", "quorum two"]))
    note = signed_head(1, bytes(32))
    note = note.with_signatures([ombudsman().cosign(note, NOON)])
    with pytest.raises(RecordRefused) as no:
        policy.open(note)
    assert str(no.value) == "policy.quorum (witnesses=1, quorum=two)"
    with pytest.raises(RecordRefused) as no:
        policy.log_of("another.example/log")
    assert str(no.value) == "policy.log (origin=another.example/log)"
