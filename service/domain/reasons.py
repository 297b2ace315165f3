"""The closed list of reasons: why something is not possible, or what stands behind an answer.

A reason is data: a code, the article, arguments. Sentences are made at the edge (`service.language`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Argument = str | int | date
Group = Literal[
    "entitlement",
    "standing",
    "party",
    "hours",
    "decision",
    "place",
    "relation",
    "pass",
    "ground",
    "call",
    "support",
    "answer",
    "note",
    "input",
    "account",
]

SERVICE = "service"
"""The article of a reason that is a fact of booking and no rule of law."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason. `arguments` hold days as `date`, numbers as `int`; they fill the sentence of the code."""

    code: str
    article: str
    arguments: Mapping[str, Argument] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReasonRule:
    """A code of the closed list, the article it usually rests on, and the arguments its sentence needs.

    A code with the argument `count` has plural forms. `group` "decision" marks what a person may still grant.
    """

    code: str
    group: Group
    article: str
    arguments: tuple[str, ...] = ()


_RULES = (
    # the number of visits and calls
    ReasonRule("interval-before", "entitlement", "IR 83", ("last", "due")),
    ReasonRule("interval-after", "entitlement", "IR 83", ("next", "latest")),
    ReasonRule("interval-after-only", "note", "IR 83", ("next",)),
    ReasonRule("month-used", "entitlement", "353-I 17(2)", ("count",)),
    ReasonRule("period-used", "entitlement", "PEC 90(1)", ("count",)),
    ReasonRule("window-used", "entitlement", SERVICE, ("count", "days")),
    ReasonRule("day-used", "entitlement", "PEC 109(1)", ("day",)),
    ReasonRule("not-provided", "entitlement", "PEC 106"),
    ReasonRule("first-kind-other", "entitlement", "PEC 106(4); IR 83"),
    ReasonRule("first-kind-not-chosen", "entitlement", "PEC 106(4); IR 83"),
    ReasonRule("credit-not-found", "entitlement", "IR 83"),
    ReasonRule("credit-used", "entitlement", "IR 83"),
    ReasonRule("credit-not-yet", "entitlement", "IR 83", ("granted_on",)),
    ReasonRule("credit-over-limit", "entitlement", "PEC 129(2)", ("count",)),
    ReasonRule("incentive-negative-degree", "entitlement", "PEC 129(1)"),
    ReasonRule("substitution-not-possible", "entitlement", "PEC 106(5)"),
    # where the convict stands
    ReasonRule("not-placed", "standing", "PEC 90", ("day",)),
    ReasonRule("condition-not-set", "standing", "PEC 103", ("day",)),
    ReasonRule("no-rule-on-day", "standing", SERVICE, ("day",)),
    ReasonRule("in-quarantine", "standing", "PEC 93(2); IR 83", ("until",)),
    ReasonRule("suspended-isolator", "standing", "PEC 134(1)", ("until",)),
    ReasonRule("suspended-single-cell", "standing", "PEC 134(2)", ("until",)),
    ReasonRule("suspended-temporary-isolation", "standing", "PEC 154(3)", ("until",)),
    ReasonRule("suspended-special-regime", "standing", "PEC 101", ("until",)),
    ReasonRule("suspended-head-order", "standing", "IR 84", ("until",)),
    ReasonRule("suspended-until-lifted", "standing", "IR 84", ("since",)),
    ReasonRule("ban-tuberculosis", "standing", "PEC 106(3); IR 77, 99"),
    ReasonRule("ban-smuggling", "standing", "PEC 98"),
    ReasonRule("lifer-long-conditions", "standing", "IR 87"),
    ReasonRule("call-exceptional-only", "standing", "PEC 109(2); IR 104"),
    # who comes
    ReasonRule("relation-not-confirmed", "party", "PEC 106(2); IR 80, 86"),
    ReasonRule("relation-not-for-long", "party", "PEC 106(3); IR 77"),
    ReasonRule("relation-not-for-kind", "party", "PEC 106(6); IR 95, 96"),
    ReasonRule("co-parent-without-child", "party", "IR 77"),
    ReasonRule("too-many-adults", "party", "IR 87", ("count",)),
    ReasonRule("too-many-visitors", "party", "IR 87", ("count",)),
    ReasonRule("minor-not-family", "party", "IR 87"),
    ReasonRule("minor-alone", "party", "IR 76"),
    ReasonRule("no-adult", "party", "IR 76"),
    ReasonRule("visitor-twice", "party", SERVICE),
    ReasonRule("visitor-banned", "party", "PEC 98(4)", ("until",)),
    ReasonRule("visitor-banned-no-end", "party", "PEC 98(4)"),
    ReasonRule("call-person-not-listed", "party", "IR 101"),
    ReasonRule("call-between-convicts", "party", "PEC 104(3)(11); IR 103"),
    # form and hours
    ReasonRule("outside-hours", "hours", "IR 97, 102", ("opens", "closes")),
    ReasonRule("longer-than-lawful", "hours", "PEC 106(1)"),
    ReasonRule("shorter-than-lawful", "hours", "IR 76"),
    ReasonRule("video-not-for-kind", "hours", "IR 76"),
    ReasonRule("video-needs-consent", "hours", "IR 76"),
    ReasonRule("outside-not-here", "hours", "PEC 151"),
    # a person may still decide
    ReasonRule("head-permission-needed", "decision", "IR 80"),
    ReasonRule("investigator-permission-needed", "decision", "353-I 17(2)"),
    ReasonRule("outside-permission-needed", "decision", "PEC 151(2)"),
    ReasonRule("proof-needed", "decision", "PEC 109(2); IR 104"),
    # places and people at the same time
    ReasonRule("someone-was-faster", "place", SERVICE),
    ReasonRule("place-taken", "place", SERVICE),
    ReasonRule("place-queued", "place", SERVICE),
    ReasonRule("queue-not-needed", "place", SERVICE),
    ReasonRule("queue-closed", "place", SERVICE, ("day",)),
    ReasonRule("already-waiting", "place", SERVICE),
    ReasonRule("too-many-queues", "place", SERVICE, ("count",)),
    ReasonRule("hold-expired", "place", SERVICE),
    ReasonRule("convict-busy", "place", SERVICE),
    ReasonRule("visitor-busy", "place", SERVICE),
    ReasonRule("date-blocked", "place", SERVICE, ("day",)),
    ReasonRule("no-session", "place", SERVICE, ("day",)),
    ReasonRule("room-closed", "place", SERVICE, ("day",)),
    ReasonRule("in-pause", "place", SERVICE, ("day",)),
    ReasonRule("too-soon", "place", SERVICE, ("earliest",)),
    ReasonRule("too-far-ahead", "place", SERVICE, ("latest",)),
    ReasonRule("kept-for-another", "place", SERVICE),
    ReasonRule("no-supervisor", "place", "IR 101"),
    ReasonRule("calls-full", "place", SERVICE),
    # relations, officers, states
    ReasonRule("not-confirmed", "relation", SERVICE),
    ReasonRule("not-accepted-by-convict", "relation", SERVICE),
    ReasonRule("relation-revoked", "relation", SERVICE),
    ReasonRule("second-officer-needed", "relation", SERVICE),
    ReasonRule("not-your-institution", "relation", SERVICE),
    ReasonRule("state-does-not-allow", "relation", SERVICE),
    ReasonRule("seat-taken", "place", SERVICE),
    ReasonRule("seat-not-yours", "place", SERVICE),
    ReasonRule("recording-off", "input", SERVICE),
    ReasonRule("recording-not-agreed", "input", SERVICE),
    ReasonRule("deadline-passed", "relation", SERVICE, ("deadline",)),
    ReasonRule("exception-not-granted", "relation", SERVICE),
    ReasonRule("exceptions-used-up", "relation", SERVICE, ("count",)),
    ReasonRule("nobody-outside-watches", "relation", SERVICE),
    ReasonRule("another-role-needed", "relation", SERVICE),
    ReasonRule("merge-would-lose", "relation", SERVICE),
    ReasonRule("merge-not-relatives", "relation", SERVICE),
    # the pass at the gate
    ReasonRule("pass-unreadable", "pass", SERVICE),
    ReasonRule("pass-forged", "pass", SERVICE),
    ReasonRule("pass-revoked", "pass", SERVICE),
    ReasonRule("pass-already-inside", "pass", SERVICE),
    ReasonRule("pass-not-inside", "pass", SERVICE),
    ReasonRule("pass-too-early", "pass", SERVICE),
    ReasonRule("pass-too-late", "pass", SERVICE),
    ReasonRule("pass-other-gate", "pass", SERVICE),
    ReasonRule("pass-not-granted", "pass", SERVICE),
    ReasonRule("identity-not-matched", "pass", "IR 86"),
    # grounds of an officer's refusal, cancellation or early end
    ReasonRule("ground-no-document", "ground", "IR 86"),
    ReasonRule("ground-kinship-not-proved", "ground", "IR 86"),
    ReasonRule("ground-search-refused", "ground", "IR 89"),
    ReasonRule("ground-rules-broken", "ground", "IR 90"),
    ReasonRule("ground-smuggling", "ground", "PEC 98(3)"),
    ReasonRule("ground-intoxicated", "ground", "SIZO-R 124-134"),
    ReasonRule("ground-permission-refused", "ground", "IR 80"),
    ReasonRule("ground-medical", "ground", "IR 98"),
    ReasonRule("ground-emergency", "ground", "IR 84"),
    ReasonRule("ground-transfer", "ground", SERVICE),
    ReasonRule("ground-convict-refuses", "ground", SERVICE),
    ReasonRule("ground-visitor-asks", "ground", SERVICE),
    ReasonRule("ground-convict-in-transit", "ground", "SIZO-R 124-134"),
    ReasonRule("ground-not-entitled", "ground", "PEC 106"),
    ReasonRule("ground-room-unusable", "ground", SERVICE),
    ReasonRule("ground-relation-ended", "ground", SERVICE),
    ReasonRule("ground-false-papers", "ground", "IR 86"),
    # why a call that was granted never became live
    ReasonRule("call-not-opened", "call", SERVICE),
    ReasonRule("call-not-supervised", "call", "IR 101"),
    ReasonRule("call-other-person", "call", "IR 101"),
    ReasonRule("call-broken-off", "call", "IR 105"),
    ReasonRule("call-party-asks", "call", SERVICE),
    ReasonRule("call-line-lost", "call", SERVICE),
    # what was written in a form and cannot be so
    ReasonRule("text-missing", "input", SERVICE),
    ReasonRule("text-too-long", "input", SERVICE, ("count",)),
    ReasonRule("text-not-plain", "input", SERVICE),
    ReasonRule("name-not-a-name", "input", SERVICE),
    ReasonRule("iin-wrong", "input", SERVICE),
    ReasonRule("document-wrong", "input", SERVICE),
    ReasonRule("identity-missing", "input", "IR 86"),
    ReasonRule("date-impossible", "input", SERVICE, ("day",)),
    ReasonRule("phone-wrong", "input", SERVICE),
    ReasonRule("email-wrong", "input", SERVICE),
    ReasonRule("code-not-sent", "input", SERVICE),
    ReasonRule("language-unknown", "input", SERVICE),
    ReasonRule("choice-unknown", "input", SERVICE),
    ReasonRule("not-true-of-this-call", "input", SERVICE),
    ReasonRule("already-there", "input", SERVICE),
    ReasonRule("not-a-minor", "input", "IR 76"),
    # a register read from a file
    ReasonRule("file-unreadable", "input", SERVICE),
    ReasonRule("day-unreadable", "input", SERVICE),
    ReasonRule("file-unsafe", "input", SERVICE),
    ReasonRule("file-too-large", "input", SERVICE, ("count",)),
    ReasonRule("file-not-the-one-checked", "input", SERVICE),
    ReasonRule("file-has-faults", "input", SERVICE, ("count",)),
    ReasonRule("column-missing", "input", SERVICE, ("name",)),
    ReasonRule("column-unknown", "input", SERVICE, ("name",)),
    ReasonRule("row-repeats", "input", SERVICE, ("number",)),
    ReasonRule("touched-changed", "input", SERVICE),
    ReasonRule("photo-too-large", "input", SERVICE, ("count",)),
    ReasonRule("photo-too-small", "input", SERVICE, ("count",)),
    ReasonRule("photo-unreadable", "input", SERVICE),
    # accounts, officers, devices
    ReasonRule("identity-needs-desk", "account", SERVICE),
    ReasonRule("consent-needed", "account", SERVICE),
    ReasonRule("code-wrong", "account", SERVICE, ("count",)),
    ReasonRule("code-expired", "account", SERVICE),
    ReasonRule("gate-pin-weak", "account", SERVICE, ("count",)),
    ReasonRule("journal-not-continued", "pass", SERVICE, ("number",)),
    ReasonRule("too-many-tries", "account", SERVICE, ("count",)),
    ReasonRule("sign-in-failed", "account", SERVICE),
    ReasonRule("not-signed-in", "account", SERVICE),
    ReasonRule("card-unreadable", "account", SERVICE),
    ReasonRule("pin-too-weak", "account", SERVICE),
    ReasonRule("pin-first", "account", SERVICE),
    ReasonRule("password-too-weak", "account", SERVICE, ("count",)),
    ReasonRule("roles-exclude-each-other", "account", SERVICE),
    ReasonRule("still-bound", "account", SERVICE),
    ReasonRule("time-code-wrong", "account", SERVICE),
    ReasonRule("time-code-used", "account", SERVICE),
    ReasonRule("passkey-wrong", "account", SERVICE),
    ReasonRule("passkeys-enough", "account", SERVICE, ("count",)),
    ReasonRule("passkey-signature-needed", "account", SERVICE),
    ReasonRule("signature-wrong", "account", SERVICE),
    ReasonRule("second-factor-needed", "account", SERVICE),
    ReasonRule("phone-same", "account", SERVICE),
    ReasonRule("phone-taken", "account", SERVICE),
    ReasonRule("provider-silent", "account", SERVICE),
    ReasonRule("provider-wrong", "account", SERVICE),
    ReasonRule("provider-not-verified", "account", SERVICE),
    ReasonRule("clock-behind-record", "account", SERVICE),
    # what supports a proposal of the commission, and what is lacking
    ReasonRule("support-incentive", "support", "PEC 95(4)", ("on",)),
    ReasonRule("support-no-penalty", "support", "PEC 95(4)", ("since",)),
    ReasonRule("support-degree", "support", "PEC 95", ("degree", "since")),
    ReasonRule("support-months", "support", "PEC 103", ("count", "since")),
    ReasonRule("support-clean", "support", "PEC 132(10)"),
    ReasonRule("support-diligent", "support", "PEC 103"),
    ReasonRule("support-release", "support", "PEC 103", ("on",)),
    ReasonRule("support-penalty", "support", "PEC 130", ("on",)),
    ReasonRule("support-penalties", "support", "PEC 130", ("count",)),
    ReasonRule("support-penalties-spent", "support", "PEC 132(10)", ("on",)),
    ReasonRule("support-moved-down", "support", "PEC 150", ("on",)),
    ReasonRule("lacking-incentive", "support", "PEC 95(4)"),
    ReasonRule("lacking-degree", "support", "PEC 103", ("degree",)),
    ReasonRule("lacking-diligence", "support", "PEC 103"),
    ReasonRule("lacking-clean", "support", "PEC 132(10)"),
    ReasonRule("lacking-release-day", "support", "PEC 103"),
    ReasonRule("proposal-not-ready", "support", "PEC 95, 103"),
    ReasonRule("lifting-too-early", "support", "PEC 129(3)", ("day",)),
    ReasonRule("lifting-malicious", "support", "PEC 129(3)"),
    ReasonRule("commission-too-small", "support", "PEC 95(3), 103(3)", ("count",)),
    # the answer itself
    ReasonRule("answer-allowed", "answer", SERVICE, ("day",)),
    ReasonRule("answer-not-allowed", "answer", SERVICE, ("day",)),
    ReasonRule("answer-due", "answer", SERVICE, ("day",)),
    ReasonRule("answer-no-due", "answer", SERVICE),
    # notes that go with an answer: settings of the law file where the law is silent, and what was taken
    ReasonRule("note-half-month", "note", "IR 83", ("count",)),
    ReasonRule("note-condition-changed", "note", "IR 83", ("changed_on",)),
    ReasonRule("note-credit", "note", "IR 83; PEC 129(2)"),
    ReasonRule("note-restored", "note", "IR 84"),
    ReasonRule("note-exception", "note", SERVICE),
    ReasonRule("note-from-long", "note", "PEC 106(5); IR 94"),
    ReasonRule("note-shortened-whole", "note", "PEC 106(1); IR 76"),
    ReasonRule("note-single-cell", "note", "PEC 134(2)"),
    ReasonRule("note-kept-for-trial", "note", "PEC 92(4), 92(6)"),
    ReasonRule("note-co-parent", "note", "PEC 106(3); IR 77"),
    ReasonRule("note-suspension-over-maximum", "note", "PEC 93(2), 101, 134", ("count",)),
    ReasonRule("note-emergency-call", "note", "IR 104"),
    ReasonRule("note-never-blocked", "note", "Constitutional Court 60-НП"),
)

REASONS: Mapping[str, ReasonRule] = {rule.code: rule for rule in _RULES}


def reason(code: str, article: str | None = None, **arguments: Argument) -> Reason:
    """A reason of the closed list, its arguments complete; raises `ValueError` when either is not so."""
    rule = REASONS.get(code)
    if rule is None:
        raise ValueError(f"{code!r} is not a reason of the closed list")
    if set(arguments) != set(rule.arguments):
        raise ValueError(f"reason {code} needs {list(rule.arguments)}, got {sorted(arguments)}")
    return Reason(code, article or rule.article, arguments)


def decidable(reasons: tuple[Reason, ...]) -> bool:
    """Whether a person may still grant it: every reason waits for a permission and none forbids."""
    return bool(reasons) and all(REASONS[one.code].group == "decision" for one in reasons)
