"""What a witness cosigned it does not forget: not at a power cut, not at a kill, not in a second process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from service.record import notes
from service.record.witness import state as states
from service.record.witness.state import StateDamaged, read_state
from tests.record.parties import ORIGIN, log
from tests.structure.tree import ROOT
from tests.witness.house import Book, House

HONEST = Book()
REWRITTEN = Book(rewritten=3)


class PowerCut(OSError):
    pass


def grown(house: House, *sizes: int) -> None:
    witness, old = house.open(), 0
    for size in sizes:
        assert witness.add_checkpoint(HONEST.request(old, size)).status == 200
        old = size
    witness.state.close()


def test_a_head_is_on_the_disk_before_it_is_cosigned(house: House) -> None:
    witness = house.open()
    seen: list[bytes] = []
    witness.state._sync = lambda file: seen.append(os.pread(file, 1 << 20, 0))
    answer = witness.add_checkpoint(HONEST.request(0, 7))
    assert HONEST.head(7).text.splitlines()[2].encode() in seen[-1]
    assert answer.status == 200
    witness.state.close()


def test_a_disk_that_fails_between_check_and_answer_lets_no_cosignature_out(house: House) -> None:
    grown(house, 5)
    witness = house.open()

    def cut(_file: int) -> None:
        raise PowerCut

    witness.state._sync = cut
    with pytest.raises(PowerCut):
        witness.add_checkpoint(HONEST.request(5, 9))
    witness.state._sync = os.fsync
    with pytest.raises(OSError, match="lost hold"):
        witness.add_checkpoint(REWRITTEN.request(5, 9))
    again = house.open()
    assert again.state.head(ORIGIN).size in (5, 9)  # type: ignore[union-attr]
    again.state.close()


def test_whatever_the_power_cut_left_of_the_last_line_the_witness_goes_on_from_a_head_it_knew(house: House) -> None:
    grown(house, 5)
    before = house.file.stat().st_size
    witness = house.open()
    assert witness.add_checkpoint(HONEST.request(5, 9)).status == 200
    witness.state.close()
    whole = house.file.read_bytes()
    for cut in range(before, len(whole) + 1):
        for tail in (b"", b"\0" * 40):
            house.file.write_bytes(whole[:cut] + (tail if cut < len(whole) else b""))
            opened = house.open()
            head = opened.state.head(ORIGIN)
            assert head is not None
            assert head.size == (9 if cut == len(whole) else 5)
            opened.state.close()
            assert house.file.read_bytes() in (whole, whole[:before])


def test_a_file_that_broke_off_while_it_was_begun_is_begun_again(house: House) -> None:
    grown(house)
    first = house.file.read_bytes()
    for cut in range(len(first)):
        house.file.write_bytes(first[:cut])
        grown(house)
        assert house.file.read_bytes() == first


def test_a_file_changed_anywhere_else_is_not_believed(house: House) -> None:
    grown(house, 5, 9)
    whole = house.file.read_bytes()
    for place in range(0, len(whole) - 1, 7):
        if whole[place : place + 1] == b"\n":
            continue
        changed = bytearray(whole)
        changed[place] ^= 1
        house.file.write_bytes(changed)
        with pytest.raises(StateDamaged):
            house.open()
        with pytest.raises(StateDamaged):
            read_state(house.file)


def test_another_witness_does_not_take_the_file_over(house: House) -> None:
    grown(house, 5)
    other = House(house.file)
    with pytest.raises(StateDamaged, match="not the file of"):
        states.State(other.file, "ombudsman.example/witness+00000000")
    key = house.file.with_name("key")
    key.write_text("PRIVATE+KEY+x")
    with pytest.raises(StateDamaged, match="not a witness's file"):
        states.State(key, "x")
    assert key.read_text() == "PRIVATE+KEY+x"


def test_two_witnesses_cannot_run_on_one_file(house: House) -> None:
    witness = house.open()
    with pytest.raises(StateDamaged, match="running"):
        house.open()
    witness.state.close()
    house.open().state.close()


def test_a_file_written_anew_says_what_the_old_one_said(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "COMPACT_ABOVE", 1500)
    witness, old = house.open(), 0
    largest = 0
    for size in range(1, 40):
        assert witness.add_checkpoint(HONEST.request(old, size)).status == 200
        assert witness.add_checkpoint(REWRITTEN.request(size, size)).status == (200 if size <= 3 else 422)
        largest, old = max(largest, house.file.stat().st_size), size
    refused = witness.state.refused()
    with pytest.raises(StateDamaged, match="running"):
        house.open()
    witness.state.close()
    again = house.open()
    assert again.state.head(ORIGIN).size == 39  # type: ignore[union-attr]
    assert again.state.refused() == refused
    assert len(refused) == 36
    again.state.close()
    assert not house.file.with_name(house.file.name + ".new").exists()


def test_a_power_cut_while_the_file_is_written_anew_leaves_the_old_or_the_new_one(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(states, "COMPACT_ABOVE", 1)
    for cut_at in range(1, 4):
        house.file.unlink(missing_ok=True)
        grown(house, 5)
        witness, syncs = house.open(), []

        def sync(file: int, syncs: list[int] = syncs, cut_at: int = cut_at) -> None:
            syncs.append(file)
            if len(syncs) == cut_at:
                raise PowerCut
            os.fsync(file)

        witness.state._sync = sync
        with pytest.raises(PowerCut):
            witness.add_checkpoint(HONEST.request(5, 9))
        again = house.open()
        assert again.state.head(ORIGIN).size == 9  # type: ignore[union-attr]
        again.state.close()


def test_what_was_refused_is_kept_with_both_signed_heads(house: House) -> None:
    grown(house, 9)
    witness = house.open()
    witness.add_checkpoint(REWRITTEN.request(9, 12))
    witness.add_checkpoint(REWRITTEN.request(9, 12))
    witness.add_checkpoint(HONEST.request(5, 7))
    (rewritten, older) = witness.state.refused()
    witness.state.close()
    assert (rewritten.kind, rewritten.code, rewritten.size) == ("rewritten", "proof.root", 12)
    assert (older.kind, older.size) == ("older", 7)
    for text in (rewritten.request.partition("\n\n")[2], rewritten.held):
        notes.verify(notes.parse(text.encode()), [log().verifier])  # type: ignore[union-attr]
    _, heads, refused = read_state(house.file)
    assert [len(heads), refused] == [1, [rewritten, older]]


def test_nobody_fills_the_disk_by_sending_old_heads_again(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "ROLLBACKS_KEPT", 3)
    grown(house, 30)
    witness = house.open()
    for size in [*range(10), *range(10)]:
        witness.add_checkpoint(HONEST.request(0, size))
    assert len(witness.state.refused()) == 3
    assert witness.state.uncounted > 0
    assert witness.add_checkpoint(REWRITTEN.request(30, 30)).status == 422
    assert witness.state.refused()[-1].kind == "rewritten", "what proves a rewriting has a place of its own"
    witness.state.close()


def started(folder: Path) -> tuple[subprocess.Popen[bytes], int]:
    command = [
        sys.executable, "-m", "service", "witness", "run", "--key", str(folder / "key"), "--state",
        str(folder / "state"), "--log", log().vkey, "--port", "0",
    ]  # fmt: skip
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdout is not None
    with process.stdout as said:
        return process, int(said.readline().decode().rstrip("/\n").rpartition(":")[2])


def asked(port: int, body: bytes) -> tuple[int, bytes] | None:
    line = HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        line.request("POST", "/add-checkpoint", body)
        answer = line.getresponse()
        return answer.status, answer.read()
    except (OSError, HTTPException):
        return None
    finally:
        line.close()


def test_a_witness_killed_between_requests_and_in_them_never_cosigns_two_histories(tmp_path: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "service", "witness", "keygen", "prosecutor.example/w1", "--out", str(tmp_path / "key")],
        cwd=ROOT, check=True, capture_output=True,
    )  # fmt: skip
    size, forked = 40, Book(rewritten=3)
    for _ in range(3):
        process, port = started(tmp_path)
        conflict = asked(port, HONEST.request(1, 1))
        assert conflict is not None
        old = answered = int(conflict[1])
        for _ in range(6):
            size += 12
            assert asked(port, HONEST.request(old, size))[0] == 200  # type: ignore[index]
            answered = old = size
        with socket.create_connection(("127.0.0.1", port)) as half:
            body = HONEST.request(old, size + 12)
            half.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
            process.send_signal(signal.SIGKILL)
            process.wait()
        process, port = started(tmp_path)
        held = int(asked(port, HONEST.request(1, 1))[1])  # type: ignore[index]
        assert held in (answered, answered + 12)
        assert asked(port, forked.request(held, held + 12))[0] == 422  # type: ignore[index]
        process.send_signal(signal.SIGTERM)
        assert process.wait() == 0
        size = held
