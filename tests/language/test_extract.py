"""The catalogues of pages are in step with code and templates: bringing them in step again changes nothing."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from service.language import extract
from service.language.catalogues import LANGUAGES, catalogue_file


def brought_in_step(folder: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, bytes]:
    monkeypatch.setattr(extract, "catalogue_file", lambda language, _: folder / language / "pages.po")
    extract.main()
    return {language: (folder / language / "pages.po").read_bytes() for language in LANGUAGES}


def test_nothing_is_left_to_bring_in_step(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = {language: catalogue_file(language, "pages").read_bytes() for language in LANGUAGES}
    for language, octets in written.items():
        (tmp_path / language).mkdir()
        (tmp_path / language / "pages.po").write_bytes(octets)
    assert brought_in_step(tmp_path, monkeypatch) == written


def test_a_new_language_begins_with_every_sentence_open_but_english_with_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_in_step(tmp_path, monkeypatch)
    for language in LANGUAGES:
        with (tmp_path / language / "pages.po").open("rb") as source:
            messages = [message for message in read_po(source, locale=language) if message.id]
        assert len(messages) > 500
        if language == "en":
            assert all(message.string == message.id for message in messages)
        else:
            assert not any(message.string and any(message.string) for message in messages)
