"""Days, hours and numbers as people say them; every number has words of its own that lead back to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.numerals import KK_ONES, KK_TENS, RU_HUNDREDS, RU_ONES, RU_TEENS, RU_TENS, cardinal, ordinal
from kiosk.spoken import spoken

VALUES = {
    "kk": {
        **{word: one for one, word in enumerate(KK_ONES) if word},
        **{word: one * 10 for one, word in enumerate(KK_TENS) if word},
        "нөл": 0,
    },
    "ru": {
        **{word: one for one, word in enumerate(RU_ONES) if word},
        **{word: one * 10 for one, word in enumerate(RU_TENS) if word},
        **{word: one * 100 for one, word in enumerate(RU_HUNDREDS) if word},
        **{word: one + 10 for one, word in enumerate(RU_TEENS)},
        "одна": 1, "две": 2, "ноль": 0,
    },
}  # fmt: skip
SIZES = {"жүз": 100, "мың": 1000, "миллион": 10**6, "миллиона": 10**6, "миллионов": 10**6, "тысяча": 1000,
         "тысячи": 1000, "тысяч": 1000}  # fmt: skip


def heard(language: str, text: str) -> int:
    """The number that somebody hears in these words."""
    whole = part = 0
    for word in text.split(" "):
        if word == "жүз":
            part = max(part, 1) * 100 if part < 10 else part
        elif word in SIZES:
            whole, part = whole + max(part, 1) * SIZES[word], 0
        else:
            part += VALUES[language][word]
    return whole + part


@given(st.sampled_from(["kk", "ru"]), st.integers(0, 10**9 - 1))
def test_whoever_hears_the_words_knows_the_number(language: str, number: int) -> None:
    assert heard(language, cardinal(language, number)) == number


@pytest.mark.parametrize(
    ("number", "kk", "ru"),
    [
        (1, "бірінші", "первого"), (2, "екінші", "второго"), (3, "үшінші", "третьего"), (8, "сегізінші", "восьмого"),
        (10, "оныншы", "десятого"), (13, "он үшінші", "тринадцатого"), (20, "жиырмасыншы", "двадцатого"),
        (21, "жиырма бірінші", "двадцать первого"), (30, "отызыншы", "тридцатого"),
        (40, "қырқыншы", "сорокового"), (50, "елуінші", "пятидесятого"), (90, "тоқсаныншы", "девяностого"),
        (2000, "екі мыңыншы", "двухтысячного"), (2026, "екі мың жиырма алтыншы", "две тысячи двадцать шестого"),
        (1984, "мың тоғыз жүз сексен төртінші", "тысяча девятьсот восемьдесят четвёртого"),
    ],
)  # fmt: skip
def test_days_and_years_are_said_as_places_in_a_row(number: int, kk: str, ru: str) -> None:
    assert (ordinal("kk", number), ordinal("ru", number)) == (kk, ru)


@pytest.mark.parametrize(
    ("language", "shown", "heard_"),
    [
        ("ru", "<p>12 марта, 14:30</p>", "двенадцатого марта, четырнадцать часов тридцать минут."),
        ("ru", "<p>Ответ до: 9 марта, 18:00</p>", "Ответ до: девятого марта, восемнадцать часов."),
        ("ru", "<p>21:01</p>", "двадцать один час одна минута."),
        ("ru", "<b>Номер: 1</b>", "Номер: один"),
        ("ru", "<p>с 15 марта 2026 года</p>", "с пятнадцатого марта две тысячи двадцать шестого года."),
        ("kk", "<p>2026 жылғы 15 наурыз күнінен бастап</p>",
         "екі мың жиырма алтыншы жылғы он бесінші наурыз күнінен бастап."),
        ("kk", "<p>9 наурыз, 18:05</p>", "тоғызыншы наурыз, сағат он сегіз бес минут."),
        ("kk", "<p>5 мин кейін</p>", "бес мин кейін."),
        ("kk", "<h1>№ 17</h1><p>Қысқа <b>кездесу</b> · күтуде</p>", "нөмір он жеті. Қысқа кездесу, күтуде."),
        ("ru", '<p>Нельзя. <span class="article">(УИК 95(4))</span></p><script>x = 1</script>', "Нельзя."),
        ("ru", "<p>+2, затем –1</p>", "плюс два, затем минус один."),
        ("ru", "<p>8 701 0000007</p>", "восемь семьсот один ноль ноль ноль ноль ноль ноль семь."),
        ("en", "<p>12 March, 14:30, № 4</p>", "12 March, 14:30, number 4."),
    ],
)  # fmt: skip
def test_a_screen_is_said_as_people_say_it(language: str, shown: str, heard_: str) -> None:
    assert spoken(shown, language) == heard_
