"""What the documentation points to and quotes is there: links, paths, pictures, and the words of the pages."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from PIL import Image

from firmware_bridge.screen import words as screen
from tests.structure.tree import ROOT, tracked

PAGES = [path for path in tracked() if path.suffix == ".md" and path.is_relative_to("docs")]
INDEX = (ROOT / "docs/README.md").read_text(encoding="utf-8")
GUIDES = sorted(path.name for path in PAGES if path.parent.name == "guides")
LANGUAGES = ("kk", "ru", "en")
LARGEST_PICTURE = 60_000
PATHS = re.compile(r"`((?:service|kiosk|firmware_bridge|templates|tests|docs|\.ci)/[^`\s:]*)(?:::[^`]*)?`")


def links(text: str) -> set[str]:
    """Where a page leads, beside the network and its own headings."""
    found = {link.partition("#")[0] for link in re.findall(r"\]\((?!https?:|mailto:)([^)]+)\)", text)}
    return found - {""}


def is_there(named: str) -> bool:
    """Whether the repository holds a path; `*`, `<noun>`, `…` and `{a,b}` stand for what differs."""
    pattern = re.sub(r"\{[^}]*\}|<[^>]*>|…", "*", named).rstrip("/")
    return any(ROOT.glob(pattern))


def spoken(language: str) -> Iterator[str]:
    """Every sentence that the pages, the gate's screen and the kiosk may show in a language."""
    with (ROOT / f"service/language/translations/{language}/pages.po").open("rb") as file:
        for message in read_po(file, locale=language):
            said = message.string or message.id
            yield from said if isinstance(said, tuple | list) else (said,)
    place = LANGUAGES.index(language)
    for words in (*screen.WORDS.values(), *screen.REASONS.values(), *screen.WHY_NOT.values(), *screen.GROUNDS.values()):
        yield words[place]
    kiosk = tomllib.loads((ROOT / f"kiosk/words/{language}.toml").read_text(encoding="utf-8"))
    yield from (said for part in kiosk.values() for said in part.values() if isinstance(said, str))


def quoted(text: str) -> set[str]:
    """What a guide says stands on a page: everything in bold, and nothing else is."""
    return {" ".join(words.split()) for words in re.findall(r"\*\*(.+?)\*\*", text, re.DOTALL)}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_of_the_documentation_leads_somewhere(page: Path) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    assert [link for link in sorted(links(text)) if not (ROOT / page).parent.joinpath(link).exists()] == []


def test_every_path_that_the_recipes_name_exists() -> None:
    recipes = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    named = PATHS.findall(recipes)
    assert len(named) >= 40
    assert [path for path in named if not is_there(path)] == []


def test_every_page_and_guide_has_its_reader_in_the_index() -> None:
    pages = {str(page.relative_to("docs")) for page in PAGES if page.parent.name != "decisions"} - {"README.md"}
    assert pages - links(INDEX) == set()


def test_every_picture_is_shown_somewhere_small_and_whole() -> None:
    pictures = [path for path in tracked() if path.is_relative_to("docs/pictures")]
    shown = "".join((ROOT / page).read_text(encoding="utf-8") for page in (*PAGES, Path("README.md")))
    assert [str(path) for path in pictures if f"pictures/{path.name})" not in shown] == []
    assert [str(path) for path in pictures if (ROOT / path).stat().st_size > LARGEST_PICTURE] == []
    for path in pictures:
        with Image.open(ROOT / path) as picture:
            picture.verify()


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_quotes_the_pages_word_for_word(guide: str) -> None:
    language = guide.split(".")[1]
    said = {re.sub(r"\{\w+\}", "…", sentence) for sentence in spoken(language)}
    text = (ROOT / "docs/guides" / guide).read_text(encoding="utf-8")
    assert [words for words in sorted(quoted(text)) if words not in said] == []


def test_every_guide_for_families_and_officers_is_there_in_both_languages_of_the_country() -> None:
    kinds = {guide.split(".")[0] for guide in GUIDES}
    assert kinds == {"families", "officers"}
    assert {(guide.split(".")[0], guide.split(".")[1]) for guide in GUIDES} >= {
        (kind, language) for kind in kinds for language in ("kk", "ru")
    }
