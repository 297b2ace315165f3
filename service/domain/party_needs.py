"""What a party needs at the institution, and what it brings for the convict: codes of two closed lists."""

from collections.abc import Iterable

from service.domain.refusal import refuse

NEEDS = ("wheelchair", "hard-of-hearing", "sign-language", "poor-sight", "pregnancy", "infant", "medicine-at-hand")
"""What the institution prepares for; said before the journey, not at the gate."""
BRINGS = ("food", "clothes", "hygiene", "books", "stationery", "medicine")
"""What goes into a parcel; each thing is looked at on arrival, medicine is taken by the medical unit."""
CODES = frozenset((*(f"needs:{one}" for one in NEEDS), *(f"brings:{one}" for one in BRINGS)))


def clean_needs(codes: Iterable[str]) -> tuple[str, ...]:
    """The codes, each once, in a fixed order. Raises Refusal 'choice-unknown' for one that is in neither list."""
    found = sorted(set(codes))
    if not CODES.issuperset(found):
        raise refuse("not-possible", "choice-unknown")
    return tuple(found)
