"""Closed lists of grounds, accusations and outcomes, and which grounds of refusal in `reasons` are true of what."""

from service.domain.calls import HELP
from service.domain.facts import CALL_KINDS
from service.domain.reasons import REASONS
from service.domain.refusal import refuse

REFUSAL_GROUNDS = tuple(code for code, rule in REASONS.items() if rule.group == "ground")
"""With which an officer refuses or cancels a visit."""

HELP_GROUNDS = (
    "ground-transfer",
    "ground-convict-refuses",
    "ground-visitor-asks",
    "ground-convict-in-transit",
    "ground-room-unusable",
    "ground-false-papers",
)
"""With which a call for legal or medical help is: no number of calls and no missing tie stands against it
(Constitutional Court, 27 December 2024, No. 60-НП; IR 104)."""

CALL_GROUNDS = (*HELP_GROUNDS, "ground-kinship-not-proved", "ground-not-entitled", "ground-relation-ended")
"""With which a call is. Documents at the door, search, drink, smuggling (IR 86, 89, 90, PEC 98), the head's permission
for other persons (IR 80), medical advice (IR 98) and the head's order in an emergency (IR 84) are of visits alone;
what breaks a call off is coded by whoever watches it (IR 105)."""

EXCEPTION_GROUNDS = (
    "death-in-family",
    "grave-illness",
    "court-ruling",
    "prosecutor-act",
    "visit-prevented",
    "humanitarian",
    "refused-in-error",
)
"""For what an exception may be asked; the article goes with each (PEC 106, 109(2); IR 79, 84)."""

REOPENING = "relation-refused"
"""The exception that takes a refused relation up again, beside the reasons of the law file."""

MERGE_GROUNDS = ("same-document", "same-phone", "changed-name", "registered-twice")
"""How it came out that two rows are one person."""

DISPUTE_CODES = ("did-not-happen", "was-not-there", "unknown-person", "other-time", "not-asked-for", "other")
"""What a convict or relative may say against a record under their name."""

DISPUTE_OUTCOMES = ("record-stands", "record-was-wrong", "sent-to-prosecutor")


def grounds_for(kind: str, purpose: str) -> tuple[str, ...]:
    """The grounds that can be true of a refusal or cancellation by an officer, in the order of the closed list.

    `kind`: of an appointment or of what a convict asked for; `purpose`: of a call.
    """
    if kind not in CALL_KINDS:
        return REFUSAL_GROUNDS
    among = HELP_GROUNDS if purpose in HELP else CALL_GROUNDS
    return tuple(code for code in REFUSAL_GROUNDS if code in among)


def article_of(ground: str, kind: str) -> str:
    """The article that a refusal or cancellation of an appointment of this kind rests on."""
    if kind in CALL_KINDS and ground == "ground-not-entitled":
        return "PEC 109(1)"
    return REASONS[ground].article


def check_ground_for(ground: str, kind: str, purpose: str) -> None:
    """Raises Refusal 'not-possible' 'not-true-of-this-call' for a ground that is of visits alone."""
    if ground not in grounds_for(kind, purpose):
        raise refuse("not-possible", "not-true-of-this-call")
