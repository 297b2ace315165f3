"""How long a text is, as suppliers count it; and that every notice fits in few parts, in every language."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.app.notices import TEMPLATES
from service.domain.reasons import REASONS
from service.language import LANGUAGES
from service.language.notices import code_text, notice_text
from service.language.segments import GSM_BASIC, GSM_ESCAPED, segments
from tests.language.filled import FILLED

ALMATY = ZoneInfo("Asia/Almaty")
MOST_PARTS = {"kk": 3, "ru": 3, "en": 1}
MOST_PARTS_WITH_A_LONG_GROUND = {"kk": 5, "ru": 5, "en": 2}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ("GSM-7", 0, 1)),
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("€" * 80, ("GSM-7", 160, 1)),
        ("a" * 152 + "€" * 77, ("GSM-7", 306, 3)),  # an escaped letter is not cut: one septet of the first part is lost
        ("ұ" * 70, ("UCS-2", 70, 1)),
        ("ұ" * 71, ("UCS-2", 71, 2)),
        ("ұ" * 134, ("UCS-2", 134, 2)),
        ("ұ" * 135, ("UCS-2", 135, 3)),
        ("ұ" * 66 + "😀" * 34, ("UCS-2", 134, 3)),
        ("№", ("UCS-2", 1, 1)),
        ("`", ("UCS-2", 1, 1)),
    ],
)
def test_parts_are_those_of_the_standard(text: str, expected: tuple[str, int, int]) -> None:
    found = segments(text)
    assert (found.alphabet, found.units, found.parts) == expected


def test_the_alphabet_has_its_128_places_and_ten_more() -> None:
    assert len(GSM_BASIC) == 127  # and the escape
    assert len(GSM_ESCAPED) == 10


@given(st.text(alphabet="aé€ұ😀", max_size=400))
def test_parts_hold_the_text_and_no_fewer_would(text: str) -> None:
    """Against another way of counting: cutting the text up, letter by letter, and looking at what was cut."""
    found = segments(text)
    gsm = found.alphabet == "GSM-7"
    sizes = [(2 if letter == "€" else 1) if gsm else len(letter.encode("utf-16-le")) // 2 for letter in text]
    alone, joined = (160, 153) if gsm else (70, 67)
    if sum(sizes) <= alone:
        assert found.parts == 1
        return
    cut: list[int] = []
    rest = list(sizes)
    while rest:
        taken = 0
        while rest and taken + rest[0] <= joined:
            taken += rest.pop(0)
        cut.append(taken)
    assert found.parts == len(cut)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("template", sorted(TEMPLATES))
def test_every_notice_fits_in_few_parts(template: str, language: str) -> None:
    arguments = {name: FILLED[name] for name in TEMPLATES[template]}
    found = segments(notice_text(template, language, arguments, ALMATY))
    assert found.parts <= MOST_PARTS[language], found
    assert found.alphabet == ("GSM-7" if language == "en" else "UCS-2")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_longest_ground_still_fits(language: str) -> None:
    grounds = [code for code, rule in REASONS.items() if rule.group == "ground" and not rule.arguments]
    for template, names in TEMPLATES.items():
        if "ground" in names:
            for ground in grounds:
                arguments = {**{name: FILLED[name] for name in names}, "ground": ground}
                found = segments(notice_text(template, language, arguments, ALMATY))
                assert found.parts <= MOST_PARTS_WITH_A_LONG_GROUND[language], (template, ground, found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_code_takes_two_parts_at_most(language: str) -> None:
    assert segments(code_text("123456", language)).parts <= 3
