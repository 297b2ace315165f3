"""The witness on a port: the format's statuses over real HTTP, and a page an office can read."""

from __future__ import annotations

import json
import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.client import HTTPConnection, HTTPResponse

import pytest

from service.record import notes
from service.record.witness.server import WitnessServer
from service.record.witness.witness import Witness
from tests.record.parties import ORIGIN, log
from tests.witness.house import Book, House
from tests.witness.test_witness import HONEST, LARGE, MATRIX, SMALL


@contextmanager
def serving(witness: Witness) -> Iterator[HTTPConnection]:
    server = WitnessServer(("127.0.0.1", 0), witness)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    line = HTTPConnection("127.0.0.1", server.server_address[1], timeout=20)
    try:
        yield line
    finally:
        line.close()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def line(witness: Witness) -> Iterator[HTTPConnection]:
    with serving(witness) as opened:
        yield opened


def post(line: HTTPConnection, body: bytes, path: str = "/add-checkpoint") -> tuple[HTTPResponse, bytes]:
    line.request("POST", path, body)
    answer = line.getresponse()
    return answer, answer.read()


def get(line: HTTPConnection, path: str, **headers: str) -> tuple[int, str]:
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    return answer.status, answer.read().decode()


def test_every_status_of_the_format_over_one_kept_line(line: HTTPConnection) -> None:
    answer, body = post(line, HONEST.request(0, SMALL))
    assert (answer.status, body.startswith("— prosecutor.example/witness ".encode())) == (200, True)
    socket_before = line.sock
    for request, status in MATRIX.values():
        answer, body = post(line, request)
        assert answer.status == status
        if status == 409:
            assert (answer.headers["Content-Type"], body) == ("text/x.tlog.size", b"41\n")
    answer, _ = post(line, HONEST.request(SMALL, LARGE))
    assert answer.status == 200
    assert line.sock is socket_before


def test_the_newest_cosigned_head_can_be_had_by_anybody(line: HTTPConnection, witness: Witness) -> None:
    place = f"/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
    assert get(line, place)[0] == 404
    post(line, HONEST.request(0, SMALL))
    status, text = get(line, place)
    assert status == 200
    signed = notes.verify(notes.parse(text.encode()), [log().verifier, witness.cosigner.verifier])
    assert len(signed) == 2
    assert get(line, "/" + "0" * 64 + "/checkpoint")[0] == 404


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\n\r\n", b" 411 "),
        ("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: -1\r\n\r\n", b" 411 "),
        ("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 99999999\r\n\r\n", b" 411 "),
        ("POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: 70000\r\n\r\n", b" 413 "),
        ("POST /other HTTP/1.1\r\nHost: w\r\nContent-Length: 1\r\n\r\nx", b" 404 "),
        ("GET /other HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n", b" 404 "),
        ("DELETE / HTTP/1.1\r\nHost: w\r\n\r\n", b" 501 "),
    ],
)
def test_what_is_no_request_is_answered_and_the_line_closed(line: HTTPConnection, head: str, status: bytes) -> None:
    with socket.create_connection(("127.0.0.1", line.port)) as raw:
        raw.sendall(head.encode())
        said = b""
        while part := raw.recv(4096):
            said += part
    assert status in said.partition(b"\r\n")[0]


def test_a_disk_that_fails_is_answered_with_500_and_no_cosignature(house: House) -> None:
    witness = house.open()

    def broken(_file: int) -> None:
        raise OSError("disk full")

    witness.state._sync = broken
    with serving(witness) as line:
        answer, body = post(line, HONEST.request(0, SMALL))
        assert (answer.status, body) == (500, b"state.lost\n")


def test_the_page_is_calm_while_logs_only_grow_and_says_when_one_did_not(line: HTTPConnection, house: House) -> None:
    post(line, HONEST.request(0, SMALL))
    status, page = get(line, "/?lang=en")
    assert (status, "Every log under watch has only grown." in page) == (200, True)
    assert ORIGIN in page
    assert "more than 15 minutes ago" not in page
    house.clock.passes(minutes=16)
    assert "more than 15 minutes ago" in get(line, "/?lang=en")[1]
    post(line, Book(rewritten=3).request(SMALL, LARGE))
    page = get(line, "/?lang=en")[1]
    assert "A log was rewritten or cut." in page
    assert re.search(r"<td>70</td><td>does not continue the log cosigned before \(entries held here: 41\)", page)


def test_the_page_speaks_the_offices_language(line: HTTPConnection) -> None:
    assert '<html lang="kk">' in get(line, "/")[1]
    assert "Свидетель журнала" in get(line, "/", **{"Accept-Language": "ru-RU,ru;q=0.9"})[1]
    assert '<html lang="kk">' in get(line, "/?lang=%3Cscript%3E")[1]


def test_the_page_shows_names_as_text(house: House) -> None:
    odd = log("<script>alert(1)</script>")
    witness = house.open(odd)
    witness.add_checkpoint(Book(odd).request(0, 3))
    with serving(witness) as line:
        assert "<script>" not in get(line, "/")[1]
    witness.state.close()
    assert json.dumps(house.file.read_text())
