"""What people write of themselves: kept when it can be so, refused with its own reason when it cannot."""

import unicodedata
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.domain.identity import (
    Identity,
    check_digit,
    clean_birth_date,
    clean_document,
    clean_email,
    clean_file_number,
    clean_identity,
    clean_iin,
    clean_line,
    clean_name,
    clean_words,
    same_name,
)
from service.domain.refusal import Refusal
from service.gateways.phone import clean_phone

TODAY = date(2026, 3, 2)


def why(refused: pytest.ExceptionInfo[Refusal]) -> str:
    return refused.value.reasons[0].code


def naive_check_digit(eleven: str) -> int | None:
    """The rule as the published sentence says it, written a second time."""
    total = 0
    for place in range(1, 12):
        total += int(eleven[place - 1]) * place
    if total % 11 == 10:
        total = 0
        for place in range(1, 12):
            weight = place + 2 if place + 2 <= 11 else place + 2 - 11
            total += int(eleven[place - 1]) * weight
    return None if total % 11 == 10 else total % 11


elevens = st.text("0123456789", min_size=11, max_size=11)


@given(elevens)
def test_the_check_digit_is_that_of_the_rule_written_a_second_time(eleven: str) -> None:
    assert check_digit(eleven) == naive_check_digit(eleven)


@pytest.mark.parametrize("iin", ["791028302728", "061211600012"])
def test_published_samples_are_well_formed(iin: str) -> None:
    assert clean_iin(iin) == iin


@given(elevens, st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed_where_the_first_weights_decide(eleven: str, place: int, by: int) -> None:
    digit = check_digit(eleven)
    changed = f"{eleven[:place]}{(int(eleven[place]) + by) % 10}{eleven[place + 1 :]}"
    first_decides = all(
        sum(int(d) * w for d, w in zip(e, range(1, 12), strict=True)) % 11 < 10 for e in (eleven, changed)
    )
    # The weight 11 counts for nothing modulo 11: the last digit before the check digit is not guarded by it.
    if digit is not None and first_decides and place < 10:
        with pytest.raises(Refusal):
            clean_iin(f"{changed}{digit}")


def test_a_number_that_needs_the_second_weights_is_well_formed_with_them() -> None:
    eleven = next(
        f"90010135{number:03}"
        for number in range(1000)
        if sum(int(d) * w for d, w in zip(f"90010135{number:03}", range(1, 12), strict=True)) % 11 == 10
    )
    digit = naive_check_digit(eleven)
    assert digit is not None
    assert clean_iin(f"{eleven}{digit}") == f"{eleven}{digit}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "12",
        "791028302729",
        "79102830272X",
        "٧٩١٠٢٨٣٠٢٧٢٨",
        "7910283027280",
        "7" * 65536,
        "７９１０２８３０２７２８",
    ],
)
def test_a_wrong_iin_is_refused_as_such(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_iin(text)
    assert why(refused) == "iin-wrong"


def test_an_iin_that_says_another_birth_date_and_sex_is_no_error() -> None:
    # 79.10.28, a man of the twentieth century, by the digits; a woman born in 2001 by her papers.
    identity = Identity("Ахметова", "Айгүл", date(2001, 1, 1), iin="791028302728")
    assert clean_identity(identity, TODAY).iin == "791028302728"


@pytest.mark.parametrize(
    "name",
    [
        *("Әбдіғали", "Іңкәр", "Өтеғұлұлы", "Қызылорда-Һан", "Нұр Айша", "Жан-Поль", "Ким"),
        *("O'Brien", "Д’Артаньян", "Šimić", "St. Clair", "李", "محمد"),
    ],
)
def test_names_of_any_script_are_names(name: str) -> None:
    assert clean_name(name) == unicodedata.normalize("NFC", name)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "text-missing"),
        ("   ", "text-missing"),
        ("😀", "name-not-a-name"),
        ("Ахметов😀", "name-not-a-name"),
        ("<script>", "name-not-a-name"),
        ("=HYPERLINK", "name-not-a-name"),
        ("-Ким", "name-not-a-name"),
        ("Ким1", "name-not-a-name"),
        ("Ким\x00", "text-not-plain"),
        ("Ким\x1b[2J", "text-not-plain"),
        ("\u202eмиК", "text-not-plain"),
        ("Ки\u2066м", "text-not-plain"),
        ("Ки\u200bм", "text-not-plain"),
        ("Ки\ud800м", "text-not-plain"),
        ("Ким\u2028", "text-not-plain"),
        ("К" * 81, "text-too-long"),
        ("К" * 65536, "text-too-long"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(name: str, reason: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_name(name)
    assert why(refused) == reason


def test_line_breaks_in_a_name_become_one_space() -> None:
    assert clean_name("Ким\r\nОлег\t Викторович ") == "Ким Олег Викторович"


@given(st.text(max_size=400))
def test_a_line_is_one_line_or_refused(text: str) -> None:
    try:
        line = clean_line(text, 80)
    except Refusal:
        return
    assert 0 < len(line) <= 80
    assert line == line.strip()
    assert clean_line(line, 80) == line
    assert len(line.splitlines()) == 1
    line.encode()


@given(st.text(max_size=400))
def test_words_that_are_taken_can_be_stored_and_taken_again(text: str) -> None:
    try:
        words = clean_words(text)
    except Refusal:
        return
    assert clean_words(words) == words
    assert "\x00" not in words
    words.encode()


def test_free_words_keep_their_lines_and_their_emoji() -> None:
    assert clean_words("Мама больна 👩‍⚕️\r\n\r\nпросим\tдень ") == "Мама больна 👩‍⚕️\n\nпросим\tдень"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ёлкин", "ЕЛКИН"), ("Ким-Ли", "ким ли"), ("И\u0306са", "йса"), ("O’Neil", "O'NEIL")],
)
def test_one_name_written_in_two_ways_is_one_name(one: str, other: str) -> None:
    assert same_name(one, other)


@pytest.mark.parametrize(("one", "other"), [("Ахметов", "Ахметова"), ("Ким", "Кім"), ("Қасымов", "Касымов")])
def test_other_names_are_other_names(one: str, other: str) -> None:
    assert not same_name(one, other)


def test_a_foreign_passport_identifies_without_an_iin() -> None:
    identity = clean_identity(Identity("Ким", "Гульзат", date(1990, 5, 5), document="kgz Passport an 1234567"), TODAY)
    assert (identity.iin, identity.document) == (None, "KGZ passport AN1234567")


@pytest.mark.parametrize(
    "text", ["AN1234567", "passport AN1234567", "K passport 1", "KGZ passport <b>", "KGZ passport " + "9" * 40]
)
def test_a_document_without_country_kind_and_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_document(text)
    assert why(refused) in ("document-wrong", "text-too-long")


def test_nobody_is_identified_by_nothing() -> None:
    with pytest.raises(Refusal) as refused:
        clean_identity(Identity("Ким", "Олег", date(1990, 5, 5), iin=" "), TODAY)
    assert why(refused) == "identity-missing"


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), date(9999, 12, 31), date(1, 1, 1), date(1895, 12, 31)])
def test_nobody_is_born_tomorrow_or_too_long_ago(day: date) -> None:
    with pytest.raises(Refusal) as refused:
        clean_birth_date(day, TODAY)
    assert why(refused) == "date-impossible"


def test_a_language_that_the_service_does_not_speak_is_refused() -> None:
    with pytest.raises(Refusal) as refused:
        clean_identity(Identity("Ким", "Олег", date(1990, 5, 5), iin="791028302728", language="xx"), TODAY)
    assert why(refused) == "language-unknown"


def test_a_file_number_is_one_however_it_is_spaced() -> None:
    assert clean_file_number(" 8 / 2025-0117a ") == "8/2025-0117A"


@pytest.mark.parametrize("text", ["", "a", "a@", "@b.kz", "a@b", "a b@c.kz", "a@b.kz\n", "ә@b.kz", "-a@b.kz"])
def test_an_address_that_mail_cannot_reach_is_refused(text: str) -> None:
    if text.strip() != text:
        assert clean_email(text) == text.strip()
        return
    with pytest.raises(Refusal):
        clean_email(text)


@pytest.mark.parametrize("text", ["8 701 123 45 67", "+7 (701) 123-45-67", "87011234567", "7011234567", "+77011234567"])
def test_a_phone_is_one_however_it_is_written(text: str) -> None:
    assert clean_phone(text) == "+77011234567"


@pytest.mark.parametrize(
    "text", ["", "12", "+7701123456789", "мама", "+7 701 1234567 ext 5", "7" * 65536, "+7７０1 123 45 67"]
)
def test_what_is_no_phone_number_is_refused(text: str) -> None:
    with pytest.raises(Refusal) as refused:
        clean_phone(text)
    assert why(refused) == "phone-wrong"
