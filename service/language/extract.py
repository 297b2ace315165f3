"""`python -m service.language.extract`: bring the catalogues of pages in step with code and templates.

New sentences come in without a translation (in English with their own wording), those nobody says any more go
out; `python -m service.language.check` then names what is to be translated.
"""

from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from service.language.catalogues import LANGUAGES, catalogue_file
from service.language.pages import extracted

_CHANGING = (
    "Project-Id-Version",
    "POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Generated-By", "Report-Msgid-Bugs-To",
)  # fmt: skip


def main() -> None:
    template = extracted()
    for language in LANGUAGES:
        file = catalogue_file(language, "pages")
        if file.exists():
            with file.open("rb") as source:
                written = read_po(source, locale=language, domain="pages")
        else:
            file.parent.mkdir(parents=True, exist_ok=True)
            written = Catalog(locale=language, domain="pages", project="kezdesu", charset="utf-8", fuzzy=False)
        written.update(template, no_fuzzy_matching=True)
        written.obsolete.clear()
        written.header_comment = "# The sentences of pages, forms, problems and messages, by their English wording."
        if language == "en":
            _repeat_english(written)
        with file.open("wb") as target:
            write_po(target, written, width=110, sort_output=True, include_lineno=False, ignore_obsolete=True)
        _drop_dates(file)


def _repeat_english(written: Catalog) -> None:
    for message in written:
        if message.id and not (message.string and all(message.string)):
            message.string = message.id


def _drop_dates(file: Path) -> None:
    """Without the header lines that change at every run, so that a run without news changes nothing."""
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.lstrip('"').startswith(_CHANGING)), "utf-8")


if __name__ == "__main__":
    main()
