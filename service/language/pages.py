"""The catalogue `pages`: the sentences of pages, forms, problems and messages, by their English wording.

They are found where they stand: `N_("...")` in the code of the service, `_("...")` and `ngettext("...",
"...", n)` in code and templates.
"""

import string
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir

from service.language.catalogues import LANGUAGES, catalogue

PACKAGE = Path(__file__).resolve().parents[1]
KEYWORDS = {"N_": None, "_": None, "ngettext": (1, 2)}
_CODE = [("**.py", "python")]
_PAGES = [("**.html", "jinja2.ext:babel_extract"), ("**.txt", "jinja2.ext:babel_extract")]
_OPTIONS = {"**.html": {"encoding": "utf-8", "silent": "false"}, "**.txt": {"encoding": "utf-8", "silent": "false"}}


def extracted() -> Catalog:
    """Every sentence the code and the templates use, with the files it stands in."""
    found = Catalog(domain="pages", project="kezdesu", charset="utf-8", fuzzy=False)
    installed = PACKAGE / "templates"
    templates = installed if installed.is_dir() else PACKAGE.parent / "templates"
    for folder, methods in ((PACKAGE, _CODE), (templates, _PAGES)):
        for name, _, message, comments, context in extract_from_dir(
            folder, methods, _OPTIONS, KEYWORDS, comment_tags=("For translators:",)
        ):
            place = (Path(folder.name) / name).as_posix()
            found.add(message, locations=[(place, 1)], auto_comments=comments, context=context)
    return found


def faults() -> Iterator[str]:
    """What is missing, left over or unsure in the catalogues of pages, each a line for a person."""
    wanted = {_key(message): message for message in extracted() if message.id}
    for language in LANGUAGES:
        written = catalogue(language, "pages")
        found = {_key(message): message for message in written if message.id}
        for key in sorted(wanted.keys() - found.keys()):
            yield f'{language}: no sentence for "{key}": run python -m service.language.extract'
        for key in sorted(found.keys() - wanted.keys()):
            yield f'{language}: nobody says "{key}" any more: run python -m service.language.extract'
        for key in sorted(found.keys() & wanted.keys()):
            yield from _faults_of(language, key, found[key], written.num_plurals)


def _faults_of(language: str, key: str, message: Message, plurals: int) -> Iterator[str]:
    forms = (message.string or "",) if isinstance(message.string, str | None) else tuple(message.string)
    if message.fuzzy:
        yield f'{language}: "{key}" is marked as unsure'
    if len(forms) != (plurals if message.pluralizable else 1) or not all(forms):
        yield f'{language}: "{key}" lacks a form'
        return
    names = _arguments(message.id if isinstance(message.id, str) else message.id[1])
    for form in forms:
        if _arguments(form) - {"count"} != names - {"count"}:
            yield f'{language}: "{key}" names {sorted(_arguments(form))}, the English has {sorted(names)}'


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _arguments(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}
