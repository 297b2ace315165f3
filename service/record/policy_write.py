"""A policy as text again, as `service.record.policy_text` reads it and as the page that checks receipts takes it."""

from collections.abc import Collection, Iterator

from service.record.policy import NONE, Policy


def write_policy(policy: Policy) -> str:
    """The policy in the form of C2SP tlog-policy, a line each: logs, witnesses, groups as they were named, quorum."""
    return "\n".join(_lines(policy)) + "\n"


def keys_for(policy: Policy | None, log_key: str, signed: Collection[str]) -> str:
    """What a reader needs to check a head of one log that these witnesses (by their names in the policy) cosigned.

    The log's key alone where nobody outside watches; the whole policy where its quorum was reached; until then the log
    and those that have signed, each of which must have. `log_key` is a verifier key.
    """
    if policy is None or policy.quorum == NONE:
        return f"{log_key}\n"
    if policy.satisfied(signed):
        return "\n".join([f"log {log_key}", *_watchers(policy)]) + "\n"
    named = [one for name, one in policy.witnesses.items() if name in signed]
    return "\n".join([f"log {log_key}", *(f"witness {one.name} {one.verifier.vkey}" for one in named)]) + "\n"


def _lines(policy: Policy) -> Iterator[str]:
    for log in policy.logs:
        yield " ".join(filter(None, ("log", log.verifier.vkey, log.url)))
    yield from _watchers(policy)


def _watchers(policy: Policy) -> Iterator[str]:
    for one in policy.witnesses.values():
        yield " ".join(filter(None, ("witness", one.name, one.verifier.vkey, one.url)))
    for name, group in policy.groups.items():
        yield f"group {name} {group.threshold} {' '.join(group.members)}"
    yield f"quorum {policy.quorum}"
