"""The page that anyone may host: from a file on a disk it verifies a receipt, and refuses it one character off."""

from __future__ import annotations

import base64
import re
from hashlib import sha256
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from service.record.disclosure import check_receipt
from service.record.keys import NoteSigner
from service.record.refusals import RecordRefused
from service.record.tree import consistency_proof
from service.record.witness.request import encode_request
from tests.browser.looking import assert_accessible, picture
from tests.browser.receipts import ALL, APPOINTMENT, INDEX, MUTATIONS, PAGE, POLICY, RECEIPT, SIZE, Log, made, verdict
from tests.record.parties import log, private_key, prosecutor


@pytest.fixture
def receipt_page(page: Page) -> Page:
    """The page opened from the disk; whatever it asks of the network fails the test."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(PAGE.as_uri())
    assert asked == [PAGE.as_uri()]
    return page


def test_a_receipt_is_verified_from_a_file_in_three_languages(receipt_page: Page, tmp_path: Path) -> None:
    page = receipt_page
    file = tmp_path / "visit.tlog-proof"
    file.write_text(RECEIPT)
    page.set_input_files("#file", file)
    page.fill("#keys", ALL)
    for language, words in (
        ("kk", ("Түбіртек шын", "Кездесуге рұқсат берілді")),
        ("ru", ("Квитанция подлинная", "Свидание разрешено")),
        ("en", ("The receipt is genuine", "The appointment was granted")),
    ):
        page.click(f"[data-language={language}]")
        page.click("#check")
        outcome = page.locator("#outcome")
        expect(outcome).to_be_focused()
        for word in (*words, APPOINTMENT, log().name, "prosecutor.example/witness", f"person {INDEX}", str(SIZE)):
            expect(outcome).to_contain_text(word)
        assert page.evaluate("document.documentElement.lang") == language
        assert_accessible(page)
        picture(page, f"receipt-{language}")


def test_the_page_before_anything_is_entered_is_usable_by_everybody(receipt_page: Page) -> None:
    for language in ("ru", "en", "kk"):
        receipt_page.click(f"[data-language={language}]")
        assert_accessible(receipt_page)
    receipt_page.click("#check")
    expect(receipt_page.locator("#outcome")).to_contain_text("Алдымен түбіртекті таңдаңыз.")


def test_every_character_of_a_receipt_matters(receipt_page: Page) -> None:
    count, passed = receipt_page.evaluate(MUTATIONS, [RECEIPT, ALL, 1])
    assert passed == []
    assert count > 8 * len(RECEIPT)
    print(f"{count} mutations of {len(RECEIPT)} characters refused")


def test_a_receipt_nobody_cosigned_is_as_hard_to_change(receipt_page: Page) -> None:
    _, passed = receipt_page.evaluate(MUTATIONS, [made(), log().vkey, 1])
    assert passed == []


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("", "keys-needed"),
        (log().vkey, 0),
        (ALL, 2),
        (POLICY.format("all"), 2),
        (f"# who watches\n\n{POLICY.format('any')}", 2),
        (f"{log().vkey}\n{prosecutor().vkey}", 1),
        (log("kezdesu.example/other").vkey, "log"),
        ("nonsense", "keys"),
        (log().vkey[:-5], "keys"),
        (POLICY.format("3"), "keys"),
        (f"{POLICY.format('any')}quorum outside\n", "keys"),
        (f"{ALL}{log().vkey.replace('+', ' ')}", "keys"),
    ],
)
def test_what_counts_are_the_keys_that_the_reader_enters(receipt_page: Page, keys: str, found: object) -> None:
    assert verdict(receipt_page, RECEIPT, keys) == found


def test_too_few_witnesses_are_too_few(receipt_page: Page) -> None:
    one = made(prosecutor())
    assert verdict(receipt_page, one, ALL) == "quorum"
    assert verdict(receipt_page, one, POLICY.format("all")) == "quorum"
    assert verdict(receipt_page, one, POLICY.format("any")) == 1


def test_a_log_key_of_the_same_name_is_not_the_same_key(receipt_page: Page) -> None:
    other = NoteSigner(log().name, private_key("other")).vkey
    assert verdict(receipt_page, RECEIPT, other) == "signature"


def test_page_and_command_agree_on_receipts_of_every_shape(receipt_page: Page) -> None:
    for size in (1, 2, 3, 7, 8, 255, 256, 257):
        for index in {0, size // 2, size - 1}:
            text = made(prosecutor(), index=index, size=size)
            assert check_receipt(text.encode(), log().verifier, [prosecutor().verifier], 1).proven.index == index
            assert verdict(receipt_page, text, f"{log().vkey}\n{prosecutor().vkey}") == 1
            other = text.replace(f"index {index}", f"index {index + 1}")
            assert verdict(receipt_page, other, log().vkey) == "inclusion"


def spelled(extra: str) -> str:
    """The receipt with other extra data."""
    whole = re.search(r"extra (\S+)", RECEIPT)
    assert whole is not None
    return RECEIPT.replace(whole[1], base64.b64encode(extra.encode()).decode())


@pytest.mark.parametrize(
    "change",
    [
        ("{", "{ "), ('"n":137', '"n":137.0'), ('"n":137', '"n":1.37e2'), ('"n":137', '"n":-0'),
        ('"kind":"short"', '"kind":"short","kind":"short"'), ('"kind":"short"', '"kind":"sh\\u006frt"'),
        ('"v":1}', '"v":1,"w":9007199254740993}'), ('"openings":{', '"openings":{"by/id":{"salt":"","value":""},'),
    ],
)  # fmt: skip
def test_an_entry_has_one_spelling_for_page_and_command_alike(receipt_page: Page, change: tuple[str, str]) -> None:
    extra = base64.b64decode(re.search(r"extra (\S+)", RECEIPT)[1]).decode()  # type: ignore[index]
    assert change[0] in extra
    text = spelled(extra.replace(*change, 1))
    assert verdict(receipt_page, text, ALL) in ("form", "inclusion")
    with pytest.raises(RecordRefused):
        check_receipt(text.encode(), log().verifier)


def test_a_disclosed_value_that_is_not_the_one_committed_to_is_refused(receipt_page: Page) -> None:
    extra = base64.b64decode(re.search(r"extra (\S+)", RECEIPT)[1]).decode()  # type: ignore[index]
    assert verdict(receipt_page, spelled(extra.replace("person 137", "person 138")), ALL) == "opening"


def test_a_newer_head_shows_whether_the_log_was_rewritten(receipt_page: Page) -> None:
    page, newer = receipt_page, Log(SIZE + 57)
    request = encode_request(SIZE, consistency_proof(SIZE, SIZE + 57, newer), newer.head).decode()
    page.click("[data-language=en]")
    page.fill("#receipt", RECEIPT)
    page.fill("#keys", ALL)
    page.click("summary")
    page.fill("#head", request)
    page.click("#check")
    expect(page.locator("#outcome")).to_contain_text(f"The newer head of {SIZE + 57} entries contains this receipt")
    assert_accessible(page)
    lines = request.split("\n")
    lines[1] = "A" * 43 + "="
    page.fill("#head", "\n".join(lines))
    page.click("#check")
    expect(page.locator("#outcome.refused")).to_contain_text("The log was rewritten")
    page.fill("#head", encode_request(1, [], newer.head).decode())
    page.click("#check")
    expect(page.locator("#outcome.waiting")).to_contain_text(f"begins at the size: {SIZE}")


def test_what_is_wrong_is_said_in_words_and_text_is_never_markup(receipt_page: Page) -> None:
    page = receipt_page
    page.click("[data-language=ru]")
    page.fill("#receipt", RECEIPT.replace("index 137", "index 138"))
    page.fill("#keys", ALL)
    page.click("#check")
    expect(page.locator("#outcome.refused")).to_contain_text("Запись не стоит в журнале на этом месте.")
    page.fill("#keys", "<img src=x onerror=alert(1)>")
    page.click("#check")
    expect(page.locator("#outcome.waiting")).to_contain_text("Не читается строка ключей: 1")
    page.fill("#keys", "")
    page.click("#check")
    expect(page.locator("#outcome.waiting")).to_contain_text(f"Впишите ключ журнала. Журнал: {log().name}")
    assert page.locator("#outcome img").count() == 0


def test_keys_written_into_the_page_by_its_host_are_shown_as_such(page: Page, tmp_path: Path) -> None:
    copy = tmp_path / "receipt.html"
    keys = ALL.replace("\n", "\\n")
    copy.write_text(PAGE.read_text().replace('{"keys": ""}', f'{{"keys": "{keys}"}}'))
    page.goto(copy.as_uri())
    assert page.input_value("#keys") == ALL
    expect(page.locator("#keys-given")).to_be_visible()
    page.fill("#receipt", RECEIPT)
    page.click("#check")
    expect(page.locator("#outcome.proven")).to_be_visible()


def test_the_page_is_one_file_whose_program_is_the_one_its_policy_names() -> None:
    text = PAGE.read_text(encoding="utf-8")
    for tag in ("script", "style"):
        (body,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(sha256(body.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in text, f"the {tag} is sha256-{digest}"
    assert re.findall(r"\b(?:src|href|action)=", text) == []
    assert re.findall(r"fetch\(|XMLHttpRequest|WebSocket|sendBeacon|import\(|eval\(|innerHTML", text) == []


def test_every_word_is_there_in_three_languages(receipt_page: Page) -> None:
    shapes = receipt_page.evaluate(
        "Object.values(WORDS).map(words => [Object.keys(words), Object.keys(words.reasons), Object.keys(words.events)])"
    )
    assert shapes[0] == shapes[1] == shapes[2]
    assert set(re.findall(r'data-words="(\w+)"', PAGE.read_text(encoding="utf-8"))) <= set(shapes[0][0])
