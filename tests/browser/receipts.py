"""Receipts for the tests of the receipt page, and what its program is asked there."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import Page

from service.record.appender import Appender
from service.record.canonical import canonical_entry
from service.record.commitment import commit
from service.record.disclosure import Opening, encode_disclosure
from service.record.hashes import leaf_hash
from service.record.receipt import make_receipt
from service.record.tree import tree_root
from tests.record.parties import log, ombudsman, prosecutor, signed_head
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
