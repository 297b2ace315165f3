"""A witness at its edges: an empty log with a root, a file let go, a sender who hangs up, a refusal without a head."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from service.record import notes
from service.record.base64text import encode_base64
from service.record.hashes import EMPTY_ROOT
from service.record.refusals import RecordRefused
from service.record.witness.page import status_page
from service.record.witness.request import encode_request, read_head
from service.record.witness.server import WitnessServer
from service.record.witness.state import Refused, State, StateDamaged, read_state
from tests.record.parties import ORIGIN, log
from tests.witness.house import Book, House

HONEST, REWRITTEN = Book(), Book(rewritten=3)


def test_an_empty_log_has_the_root_of_nothing_and_no_other(house: House) -> None:
    root = encode_base64(EMPTY_ROOT)
    for text, status in ((f"{ORIGIN}\n0\n{encode_base64(bytes(32))}\n", 422), (f"{ORIGIN}\n0\n{root}\n", 200)):
        with house.open().state:
            pass
        witness = house.open()
        head = notes.sign(text, [log()])
        assert witness.add_checkpoint(encode_request(0, [], head)).status == status
        witness.state.close()


def test_a_file_given_back_is_free_and_may_be_given_back_twice(house: House) -> None:
    state = house.open().state
    state.close()
    state.close()
    house.open().state.close()


def test_the_same_refused_head_is_kept_once(house: House) -> None:
    witness = house.open()
    assert witness.add_checkpoint(HONEST.request(0, 7)).status == 200
    for _ in range(2):
        assert witness.add_checkpoint(REWRITTEN.request(7, 9)).status == 422
    assert len(witness.state.refused()) == 1


def test_a_file_of_another_witness_is_not_taken_over_and_an_empty_one_is_nobodys(house: House, tmp_path: Path) -> None:
    house.open().state.close()
    with pytest.raises(StateDamaged):
        State(house.file, "another+00000000")
    empty = tmp_path / "empty"
    empty.write_bytes(b"")
    with pytest.raises(StateDamaged):
        read_state(empty)


def test_what_a_later_version_adds_to_the_file_is_no_head_and_no_refusal(house: House) -> None:
    witness = house.open()
    assert witness.add_checkpoint(HONEST.request(0, 7)).status == 200
    witness.state._append({"remark": "of a later version"})
    witness.state.close()
    _owner, heads, refused = read_state(house.file)
    assert (len(heads), refused) == (1, [])
    again = house.open()
    held = again.state.head(ORIGIN)
    assert held is not None
    assert held.size == 7
    again.state.close()


def test_a_file_replaced_while_it_is_opened_is_not_held(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.open().state.close()
    opened = os.open

    def replaced(path: Path, flags: int, mode: int = 0o777) -> int:
        file = opened(path, flags, mode)
        if Path(path) == house.file:
            house.file.rename(house.file.with_suffix(".away"))
            house.file.write_bytes(b"")
        return file

    monkeypatch.setattr(os, "open", replaced)
    with pytest.raises(StateDamaged, match="held by another"):
        State(house.file, "anybody")


@pytest.fixture
def served(house: House) -> Iterator[WitnessServer]:
    with WitnessServer(("127.0.0.1", 0), house.open()) as server:
        turning = threading.Thread(target=server.serve_forever)
        turning.start()
        yield server
        server.shutdown()
        turning.join()
        server.witness.state.close()


def test_a_sender_who_hangs_up_in_the_middle_is_not_answered_and_the_next_one_is(served: WitnessServer) -> None:
    def said(text: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", served.server_address[1])) as line:
            line.sendall(text)
            line.shutdown(socket.SHUT_WR)
            heard = b""
            while more := line.recv(4096):
                heard += more
            return heard

    assert said(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 90\r\n\r\nold 0\n") == b""
    assert said(b"GET / HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n").startswith(b"HTTP/1.1 200")


def test_a_fault_on_a_line_is_no_event(served: WitnessServer, capsys: pytest.CaptureFixture[str]) -> None:
    served.handle_error(None, ("127.0.0.1", 1))
    assert capsys.readouterr().err == ""


def test_the_page_of_a_witness_that_held_nothing_shows_a_refusal_without_a_head(house: House) -> None:
    witness = house.open()
    at = datetime(2026, 3, 10, 7, tzinfo=UTC).isoformat()
    refused = Refused(at, "rewritten", "proof.root", ORIGIN, 0, HONEST.request(0, 7).decode(), None)
    assert asdict(refused)["held"] is None
    witness.state.keep_refused(refused)
    page = status_page(witness, "", "en")
    assert ORIGIN in page
    assert "2026-03-10 07:00:00 UTC" in page
    witness.state.close()


def test_a_log_never_heard_of_is_shown_without_a_time(house: House) -> None:
    witness = house.open()
    page = status_page(witness, "", "en")
    assert ORIGIN in page
    assert "<time" not in page.partition(ORIGIN)[2]
    witness.state.close()


@pytest.mark.parametrize(
    "text",
    ["", f"{ORIGIN}\n7\n", f"{ORIGIN}\n\n{encode_base64(bytes(32))}\n", f"{ORIGIN}\n7\n{encode_base64(bytes(32))}"],
)
def test_a_head_of_fewer_than_three_whole_lines_is_none(text: str) -> None:
    with pytest.raises(RecordRefused) as no:
        read_head(text)
    assert no.value.code == "checkpoint.form"


def test_the_first_head_of_a_log_follows_from_nothing_and_needs_no_proof(house: House) -> None:
    witness = house.open()
    assert witness.add_checkpoint(encode_request(0, [bytes(32)], HONEST.head(7))).status == 422
    witness.state.close()


def test_a_whole_line_that_is_no_head_is_damage(house: House) -> None:
    witness = house.open()
    witness.state._append({"head": "nothing that was signed"})
    witness.state.close()
    with pytest.raises(StateDamaged, match="line 2"):
        house.open()


def test_a_disk_that_takes_half_a_line_loses_the_file_and_no_cosignature_leaves(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    witness = house.open()
    written = os.pwrite
    monkeypatch.setattr(os, "pwrite", lambda file, data, at: written(file, data[:-1], at))
    with pytest.raises(OSError, match="bytes were written"):
        witness.add_checkpoint(HONEST.request(0, 7))
    monkeypatch.undo()
    again = house.open()
    assert again.state.head(ORIGIN) is None, "what was written by half was never said"
    again.state.close()
