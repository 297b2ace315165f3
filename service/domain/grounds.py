"""Closed lists of grounds, accusations and outcomes, beside the grounds of refusal in `reasons`."""

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
