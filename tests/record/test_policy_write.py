"""A policy written out is read as the same policy; whoever checks a receipt is given keys under which it stands."""

from service.record.policy_text import read_policy
from service.record.policy_write import keys_for, write_policy
from tests.record.parties import log
from tests.record.test_witness_policy import FIELD, LINES, NAMES, subsets, text


def test_what_is_written_is_read_as_the_same_policy() -> None:
    for lines in (FIELD, [*LINES, "quorum none"], [*LINES[:2], "quorum prosecutor"]):
        policy = read_policy(text(lines))
        assert read_policy(write_policy(policy).encode()) == policy


def test_the_keys_of_a_receipt_are_the_policy_once_its_quorum_signed_and_the_signers_before() -> None:
    policy = read_policy(text(FIELD))
    for signed in subsets():
        keys = keys_for(policy, log().vkey, signed)
        named = {line.split()[1] for line in keys.splitlines() if line.startswith("witness ")}
        assert keys.startswith(f"log {log().vkey}\n")
        if policy.satisfied(signed):
            assert read_policy(keys.encode()) == policy
            assert named == set(NAMES)
        else:
            assert named == set(signed)
            assert "quorum" not in keys


def test_where_nobody_watches_the_key_of_the_log_stands_alone() -> None:
    for policy in (None, read_policy(text([*LINES, "quorum none"]))):
        assert keys_for(policy, log().vkey, ()) == f"{log().vkey}\n"
