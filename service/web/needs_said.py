"""What a party said it needs and brings, in the words of the page's language."""

from collections.abc import Sequence

from service.web.i18n import words
from service.web.names import BRING_NAMES, NEED_NAMES


def said_needs(codes: Sequence[str]) -> tuple[str, str]:
    """What was said to be needed, and what is brought, each as one line of words; `codes` are those of
    `service.domain.party_needs`."""
    say = words().sentence
    needs = [say(NEED_NAMES[code.removeprefix("needs:")]) for code in codes if code.startswith("needs:")]
    brings = [say(BRING_NAMES[code.removeprefix("brings:")]) for code in codes if code.startswith("brings:")]
    return ", ".join(needs), ", ".join(brings)
