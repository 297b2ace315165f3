"""The page that anyone may host: from a file on a disk it verifies a receipt, and refuses it one character off."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256, sha512
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page, expect

from service.record.appender import Appender
from service.record.canonical import canonical_entry
from service.record.commitment import commit
from service.record.disclosure import Opening, check_receipt, encode_disclosure
from service.record.hashes import leaf_hash
from service.record.keys import NoteSigner
from service.record.receipt import make_receipt
from service.record.refusals import RecordRefused
from service.record.tree import consistency_proof, tree_root
from service.record.witness.request import encode_request
from tests.browser.looking import assert_accessible, picture
from tests.record.parties import log, ombudsman, private_key, prosecutor, signed_head
from tests.structure.tree import ROOT

PAGE = ROOT / "service" / "web" / "static" / "receipt" / "index.html"
SEEN = datetime(2026, 3, 10, 7, tzinfo=UTC)
SALT = bytes(range(32))
APPOINTMENT = "9f86d081884c7d659a2feaa0c55ad015"
SIZE, INDEX = 300, 137
POLICY = (
    f"log {log().vkey}\nwitness prosecutor {prosecutor().vkey}\nwitness ombudsman {ombudsman().vkey}\n"
    "group outside {} prosecutor ombudsman\nquorum outside\n"
)
ALL = f"{log().vkey}\n{prosecutor().vkey}\n{ombudsman().vkey}\n"


def event(number: int) -> bytes:
    cells = {"asked_by": {"c": commit(SALT, f"person {number}")}, "kind": "short", "ordinal": number}
    return canonical_entry(
        {
            "v": 1, "t": "appointment.granted", "log": "la-155-8", "n": number, "at": "2026-03-10T05:12:09.000000Z",
            "by": {"as": "officer", "id": "7"}, "after": [0, "00"], "new": {"appointment": {APPOINTMENT: cells}},
        }
    )  # fmt: skip


class Log:
    """A log of events in memory."""

    def __init__(self, size: int) -> None:
        grown = Appender()
        tiles = [*grown.append(leaf_hash(event(number)) for number in range(size)), *grown.edge()]
        self.held = {(tile.level, tile.index): tile.hashes for tile in tiles}
        self.head = signed_head(size, tree_root(size, self))

    def tile(self, level: int, index: int, width: int) -> bytes:
        return self.held[level, index][: width * 32]


def made(*witnesses: Any, index: int = INDEX, size: int = SIZE) -> str:
    whole = Log(size)
    note = whole.head.with_signatures(one.cosign(whole.head, SEEN) for one in witnesses)
    opened = {f"appointment/{APPOINTMENT}/asked_by": Opening(SALT, f"person {index}")}
    return make_receipt(index, whole, note, encode_disclosure(event(index), opened)).encode().decode()


RECEIPT = made(prosecutor(), ombudsman())


@pytest.fixture
def receipt_page(page: Page) -> Page:
    """The page opened from the disk; whatever it asks of the network fails the test."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(PAGE.as_uri())
    assert asked == [PAGE.as_uri()]
    return page


@pytest.fixture
def old_page(browser: Browser) -> Iterator[Page]:
    """The page in a browser without any cryptography of its own, as on http://kiosk.lan or an old phone."""
    context = browser.new_context(locale="kk-KZ")
    context.add_init_script("Object.defineProperty(globalThis, 'crypto', { value: undefined })")
    opened = context.new_page()
    opened.goto(PAGE.as_uri())
    yield opened
    context.close()


VERDICT = """async ([text, keys]) => {
  try { const found = await receipt.check(text, await receipt.parseKeys(keys)); return found.seen.length; }
  catch (error) { if (error instanceof receipt.Refused) return error.code; throw error; }
}"""

MUTATIONS = """async ([text, keys, step]) => {
  const trusted = await receipt.parseKeys(keys), passed = [];
  let count = 0;
  const letters = Array.from(text);
  const tried = async (place, changed) => {
    count++;
    try { await receipt.check(changed.join(""), trusted); passed.push(place); }
    catch (error) { if (!(error instanceof receipt.Refused)) throw error; }
  };
  for (let place = 0; place < letters.length; place += step) {
    const letter = letters[place], before = letters.slice(0, place), after = letters.slice(place + 1);
    const others = ["A", "B", "=", "\\n", " ", "0", "\\u2014"];
    others.push(String.fromCodePoint(letter.codePointAt(0) ^ 1));
    for (const other of new Set(others)) if (other !== letter) await tried(place, [...before, other, ...after]);
    await tried(place, [...before, ...after]);
    await tried(place, [...before, letter, letter, ...after]);
  }
  return [count, passed];
}"""


def verdict(page: Page, text: str, keys: str) -> object:
    return page.evaluate(VERDICT, [text, keys])


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


def test_a_browser_without_cryptography_of_its_own_comes_to_the_same_verdicts(old_page: Page) -> None:
    assert old_page.evaluate("typeof crypto") == "undefined"
    assert verdict(old_page, RECEIPT, ALL) == 2
    count, passed = old_page.evaluate(MUTATIONS, [RECEIPT, ALL, 53])
    assert (count > 200, passed) == (True, [])


def test_hashes_of_our_own_are_those_of_the_standard(old_page: Page) -> None:
    dice = random.Random(5)
    texts = [dice.randbytes(length) for length in (*range(0, 4), *range(50, 70), *range(105, 130), 239, 240, 1000)]
    ask = "texts => texts.map(text => [32, 64].map(width => receipt.hex(receipt.sha2(Uint8Array.from(text), width))))"
    found = old_page.evaluate(ask, [list(text) for text in texts])
    assert found == [[sha256(text).hexdigest(), sha512(text).hexdigest()] for text in texts]


ORDER = 2**252 + 27742317777372353535851937790883648493
P = 2**255 - 19


def test_signatures_are_judged_as_by_openssl_and_the_standard(old_page: Page) -> None:
    """RFC 8032, 7.1 (test 2); random signatures, sound and with one bit changed; and the forms it forbids."""
    key = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    cases = [(key, signature, b"\x72", True), (key, signature, b"\x73", False), (key, signature[:63], b"\x72", False)]
    dice = random.Random(7)
    for _ in range(6):
        secret = Ed25519PrivateKey.from_private_bytes(dice.randbytes(32))
        public, message = secret.public_key().public_bytes_raw(), dice.randbytes(dice.randrange(200))
        signed = secret.sign(message)
        cases.append((public, signed, message, True))
        flipped = bytearray(signed)
        flipped[dice.randrange(64)] ^= 1 << dice.randrange(8)
        cases.append((public, bytes(flipped), message, False))
        larger = (int.from_bytes(signed[32:], "little") + ORDER).to_bytes(32, "little")
        cases.append((public, signed[:32] + larger, message, False))
    cases.append((P.to_bytes(32, "little"), bytes(64), b"", False))
    cases.append(((2).to_bytes(32, "little"), bytes(64), b"", False))
    ask = "cases => cases.map(([key, signature, message]) => receipt.ed25519(...[key, signature, message].map(part => Uint8Array.from(part))))"  # noqa: E501
    found = old_page.evaluate(ask, [[list(part) for part in case[:3]] for case in cases])
    assert found == [case[3] for case in cases]


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
