"""The receipt page's own hashes and signature check, for browsers that have none (decision 0022)."""

from __future__ import annotations

import random
from collections.abc import Iterator
from hashlib import sha256, sha512

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from playwright.sync_api import Browser, Page

from tests.browser.receipts import ALL, MUTATIONS, PAGE, RECEIPT, verdict


@pytest.fixture
def old_page(browser: Browser) -> Iterator[Page]:
    """The page in a browser without any cryptography of its own, as on http://kiosk.lan or an old phone."""
    context = browser.new_context(locale="kk-KZ")
    context.add_init_script("Object.defineProperty(globalThis, 'crypto', { value: undefined })")
    opened = context.new_page()
    opened.goto(PAGE.as_uri())
    yield opened
    context.close()


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
