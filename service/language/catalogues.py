"""gettext catalogues, read as they are written: `translations/<language>/<domain>.po`.

They are compiled in memory, so that no compiled file can be stale.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

LANGUAGES = ("kk", "ru", "en")
LOCALES = {"kk": "kk", "ru": "ru", "en": "en_GB"}
"""The Babel locale that formats days, times and numbers of a language."""

FOLDER = Path(__file__).parent / "translations"


def catalogue_file(language: str, domain: str) -> Path:
    """Where the catalogue of a language and domain ("reasons", "pages") is written."""
    if language not in LANGUAGES:
        raise ValueError(f"{language!r} is none of the languages {', '.join(LANGUAGES)}")
    return FOLDER / language / f"{domain}.po"


def catalogue(language: str, domain: str) -> Catalog:
    """The catalogue as written; raises `babel.messages.pofile.PoFileError` for a file that is not
    well-formed."""
    with catalogue_file(language, domain).open("rb") as file:
        return read_po(file, locale=language, domain=domain, abort_invalid=True)


@cache
def translations(language: str, domain: str) -> Translations:
    """The catalogue, ready for `gettext` and `ngettext`; read once per process."""
    compiled = BytesIO()
    write_mo(compiled, catalogue(language, domain))
    compiled.seek(0)
    return Translations(compiled, domain=domain)
