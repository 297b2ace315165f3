"""The prompts of calls: every warning in three languages, as telephone networks carry sound."""

import math
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.call_states import WARNINGS
from service.language.prompts import PROMPTS, SHIPPED, SPOKEN_BY_SUPPLIER, WATCHED, prompt_file
from service.language.prompts_speak import RATE, mu_law, resampled, wav

MOST_OCTETS = 600_000
EVERY = [(code, language) for code in PROMPTS for language in PROMPTS[code]]


def test_every_warning_has_words_in_three_languages_and_kazakh_is_never_left_to_a_supplier() -> None:
    assert set(PROMPTS) == {*WARNINGS, WATCHED}
    assert {tuple(said) for said in PROMPTS.values()} == {("kk", "ru", "en")}
    assert "kk" not in SPOKEN_BY_SUPPLIER


@pytest.mark.parametrize(("code", "language"), EVERY)
def test_every_prompt_is_recorded_as_a_telephone_carries_it(code: str, language: str) -> None:
    file = prompt_file(code, language)
    assert file is not None
    octets = file.read_bytes()
    assert (octets[:4], octets[8:16]) == (b"RIFF", b"WAVEfmt ")
    assert struct.unpack_from("<HHI", octets, 20) == (7, 1, 8000)
    said = octets[octets.index(b"data") + 8 :]
    assert 0.8 < len(said) / 8000 < 6
    assert len(set(said)) > 60, "silence, or nearly"


def test_all_recordings_together_are_small() -> None:
    assert sum(file.stat().st_size for file in SHIPPED.rglob("*.wav")) < MOST_OCTETS
    assert len(list(SHIPPED.rglob("*"))) == len(EVERY) + 3, "nothing else lies there"


def test_the_operators_own_recording_comes_first_and_a_missing_one_is_the_shipped_one(tmp_path: Path) -> None:
    own = tmp_path / "kk" / "two-minutes.wav"
    own.parent.mkdir()
    own.write_bytes(b"x")
    assert prompt_file("two-minutes", "kk", tmp_path) == own
    assert prompt_file("two-minutes", "ru", tmp_path) == SHIPPED / "ru" / "two-minutes.wav"
    for code, language in (("../../kezdesu", "kk"), ("two-minutes", "../kk"), ("two-minutes", "de")):
        assert prompt_file(code, language, tmp_path) is None


def decoded(octet: int) -> int:
    """G.711 mu-law back to a sample, by the table of segments of the recommendation."""
    turned = ~octet & 0xFF
    segment, step = turned >> 4 & 7, turned & 15
    size = (33 + 2 * step << segment) - 33
    return (-size if turned & 0x80 else size) * 4


@given(st.integers(-32768, 32767))
def test_mu_law_keeps_loudness_within_its_steps(sample: int) -> None:
    heard = decoded(mu_law(sample))
    assert abs(heard - max(-32635, min(32635, sample))) <= max(4, abs(sample) // 16)


def test_a_tone_stays_and_what_no_telephone_carries_goes() -> None:
    def tone(hertz: int) -> list[int]:
        return [round(10000 * math.sin(2 * math.pi * hertz * n / 22050)) for n in range(4410)]

    low = resampled(tone(400), 22050)
    assert abs(len(low) - RATE // 5) <= 40
    assert max(low) > 9000
    high = resampled(tone(9000), 22050)
    assert max(map(abs, high[200:-200]), default=0) < 500
    assert len(wav(bytes(3))) % 2 == 0
