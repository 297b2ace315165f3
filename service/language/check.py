"""`python -m service.language.check`: is every catalogue complete and nothing in it left over?"""

import string
import sys
from collections.abc import Callable, Iterator, Mapping

from babel.messages.catalog import Catalog, Message

from service.domain.reasons import REASONS, ReasonRule
from service.language import pages
from service.language.catalogues import LANGUAGES, catalogue


def reasons() -> Iterator[str]:
    """Faults of the catalogues of reasons: each code needs its sentence, with the arguments of the code."""
    for language in LANGUAGES:
        yield from faults(language, catalogue(language, "reasons"), REASONS)


def faults(language: str, written: Catalog, rules: Mapping[str, ReasonRule]) -> Iterator[str]:
    """Faults of one catalogue of reasons, each a line for a person."""
    found = {_code(message): message for message in written if message.id}
    for code in sorted(set(found) - set(rules)):
        yield f"{language}: {code} is no reason any more"
    for code, rule in rules.items():
        message = found.get(code)
        if message is None:
            yield f"{language}: {code} has no sentence"
            continue
        if message.fuzzy:
            yield f"{language}: {code} is marked as unsure"
        if message.pluralizable != ("count" in rule.arguments):
            yield f"{language}: {code} has plural forms exactly when it counts something"
        forms = _forms(message)
        if len(forms) != (written.num_plurals if message.pluralizable else 1) or not all(forms):
            yield f"{language}: {code} lacks a form"
        for form in forms:
            if (named := _arguments(form)) != set(rule.arguments):
                yield f"{language}: {code} names {sorted(named)}, the reason has {sorted(rule.arguments)}"


def _code(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _forms(message: Message) -> tuple[str, ...]:
    return (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)


def _arguments(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


CHECKS: tuple[Callable[[], Iterator[str]], ...] = (reasons, pages.faults)
"""One function per catalogue domain; add the domain's here."""


def main() -> int:
    found = [fault for check in CHECKS for fault in check()]
    for fault in found:
        print(fault, file=sys.stderr)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
