"""The catalogue `pages`: the sentences of pages, forms, problems and messages of the web, by their English
wording.

Catalogues are read as they are written (`translations/<language>/pages.po`): nothing compiled can be stale.
"""

from functools import cache
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

FOLDER = Path(__file__).parent / "translations"


def read(language: str) -> Catalog:
    """The catalogue as written, for checks and extraction."""
    with (FOLDER / language / "pages.po").open("rb") as file:
        return read_po(file, locale=language, domain="pages", abort_invalid=True)


@cache
def catalogue(language: str) -> Translations:
    """The sentences of `pages` in `language`; a sentence that has no translation is answered in English."""
    compiled = BytesIO()
    write_mo(compiled, read(language))
    compiled.seek(0)
    return Translations(compiled, domain="pages")
