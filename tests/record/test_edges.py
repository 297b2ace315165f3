"""What readers of the record refuse at their very edges, each by its ground."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from pathlib import Path

import pytest

from service.record.appender import Appender
from service.record.base64text import encode_base64
from service.record.canonical import parse_canonical
from service.record.export import check_export, export_log
from service.record.fold import UNREAD, Shown
from service.record.hashes import leaf_hash
from service.record.keys import NoteSigner
from service.record.leaf import parsed
from service.record.policy import KnownLog, Policy
from service.record.policy_text import check_policy
from service.record.refusals import RecordRefused
from service.record.stamp import read_roots
from service.record.tiles import DirectoryTiles
from service.record.tree import MAX_SIZE, tree_root
from service.record.witness.request import MAX_PROOF, read_request
from tests.record.parties import log, signed_head
from tests.record.tree_twin import DictTiles


def refused(check: Callable[[], object]) -> str:
    with pytest.raises(RecordRefused) as no:
        check()
    return no.value.code


@pytest.mark.parametrize("size", [-1, MAX_SIZE + 1])
def test_no_tree_is_smaller_than_none_or_larger_than_the_format_counts(size: int) -> None:
    assert refused(lambda: Appender(size)) == "tree.size"
    assert refused(lambda: tree_root(size, DictTiles())) == "tree.size"


def test_the_edge_of_a_tree_answers_for_nothing_beside_it() -> None:
    edge = Appender()
    list(edge.append(map(leaf_hash, [b"a", b"b"])))
    assert edge.tile(0, 0, 2) == leaf_hash(b"a") + leaf_hash(b"b")
    for level, index in ((1, 0), (0, 1)):
        with pytest.raises(LookupError):
            edge.tile(level, index, 1)


def test_a_store_that_gives_too_little_of_the_edge_is_not_gone_on_from() -> None:
    class Short:
        def tile(self, level: int, index: int, width: int) -> bytes:
            return bytes(32 * width)

    assert Appender(2, Short()).size == 2
    assert refused(lambda: Appender(2)) == "tree.tile"


def test_a_text_that_does_not_say_it_is_a_key_is_none_and_is_not_repeated() -> None:
    with pytest.raises(RecordRefused) as no:
        NoteSigner.from_skey("private+" + log().skey)
    assert str(no.value) == "key.form"


def test_a_log_is_written_to_a_folder_that_is_yet_to_be_made(tmp_path: Path) -> None:
    there = tmp_path / "of" / "the" / "office"
    assert export_log(there, iter([b"{}"]), signed_head, log().vkey) == 1
    assert not list(check_export(there, log().verifier))


def test_a_folder_without_the_tile_says_so(tmp_path: Path) -> None:
    with pytest.raises(LookupError):
        DirectoryTiles(tmp_path).tile(0, 0, 1)


def test_a_copy_with_neither_entries_nor_hashes_is_told_once_and_no_further(tmp_path: Path) -> None:
    export_log(tmp_path, (b'{"n":%d}' % number for number in range(3)), signed_head, log().vkey)
    for file in (tmp_path / "tile").rglob("*.p/3"):
        file.unlink()
    assert {finding.code for finding in check_export(tmp_path, log().verifier)} == {"export.missing"}


def test_an_unread_cell_stays_the_one_unread_cell_when_it_is_put_away() -> None:
    assert pickle.loads(pickle.dumps(UNREAD)) is UNREAD
    read = Shown("aigul", "Қасымова", frozenset({"ban"}))
    assert pickle.loads(pickle.dumps(read)) == read


def test_a_signers_key_whose_id_is_not_its_keys_is_refused() -> None:
    name, key_id, rest = log().skey.removeprefix("PRIVATE+KEY+").split("+", 2)
    assert NoteSigner.from_skey(f"PRIVATE+KEY+{name}+{key_id}+{rest}").vkey == log().vkey
    other = f"{int(key_id, 16) ^ 1:08x}"
    assert refused(lambda: NoteSigner.from_skey(f"PRIVATE+KEY+{name}+{other}+{rest}")) == "key.form"


def test_a_policy_finds_the_key_of_each_of_its_logs_and_of_no_other() -> None:
    first, second = log(), log("kezdesu.example/second/visits")
    policy = Policy((KnownLog(first.verifier, None), KnownLog(second.verifier, None)), {}, {}, "none")
    assert policy.log_of(second.name) == second.verifier
    assert policy.log_of(first.name) == first.verifier
    assert refused(lambda: policy.log_of("kezdesu.example/third/visits")) == "policy.log"


def test_a_policy_that_cannot_be_read_is_told_with_all_that_is_wrong() -> None:
    assert [fault.code for fault in check_policy(b"nonsense\n")] == ["keyword", "quorum-missing"]


def test_a_file_without_a_certificate_is_no_root_of_time() -> None:
    assert refused(lambda: read_roots(b"no certificate")) == "stamp.roots"


def test_a_request_holds_as_many_hashes_as_the_tallest_tree_needs_and_no_more() -> None:
    line = encode_base64(bytes(32))
    note = signed_head(1, bytes(32)).encode()

    def request(count: int) -> bytes:
        return "\n".join(["old 1", *[line] * count, "", ""]).encode() + note

    assert len(read_request(request(MAX_PROOF)).proof) == MAX_PROOF == 63
    assert refused(lambda: read_request(request(MAX_PROOF + 1))) == "request.form"


def test_a_store_that_holds_too_little_of_a_tile_is_told_by_level_and_width() -> None:
    with pytest.raises(RecordRefused) as no:
        Appender(3)
    assert str(no.value) == "tree.tile (level=0, width=3)"


def test_a_finding_names_the_file_in_which_it_was_found(tmp_path: Path) -> None:
    export_log(tmp_path, (b'{"n":%d}' % number for number in range(3)), signed_head, log().vkey)
    (tmp_path / "tile/entries/000.p/3").write_bytes(b"\0")
    assert [(one.code, one.path) for one in check_export(tmp_path, log().verifier)] == [
        ("export.bundle", "tile/entries/000.p/3")
    ]


def test_what_has_no_fraction_is_read_the_quick_way_to_the_same_value() -> None:
    plain = b'{"facts":{"ground":["a",1]},"n":1}'
    assert parsed(plain) == parse_canonical(plain)
    deep = b'{"facts":' + b"[" * 40 + b"]" * 40 + b"}"
    assert refused(lambda: parsed(deep)) == "canonical.depth"
