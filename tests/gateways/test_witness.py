"""Lines to witnesses: a second of patience, kept while they hold, opened anew when the other end gave up."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from service.gateways.witness import HttpWitnesses, NotReached
from service.record.witness.server import WitnessServer
from tests.witness.house import Book, House

HONEST = Book()
SHORT = 0.2


@contextmanager
def listening(behave: Callable[[socket.socket], None]) -> Iterator[str]:
    """A listener that treats each connection as told, in its own thread."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        ended = threading.Event()

        def serve() -> None:
            while not ended.is_set():
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    behave(line)

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        ended.set()
        socket.create_connection(server.getsockname()).close()
        thread.join()


def test_a_witness_is_asked_over_one_line_until_it_closes_it(tmp_path: Path) -> None:
    witness = House(tmp_path / "state").open()
    gateway = HttpWitnesses(20)
    server = WitnessServer(("127.0.0.1", 0), witness)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_address[1]}"
    assert gateway.submit(url, HONEST.request(0, 5)).status == 200
    line = gateway._lines[url]
    assert gateway.submit(f"{url}", HONEST.request(0, 9)).body == b"5\n"
    assert gateway._lines[url] is line
    assert line.sock is not None
    line.sock.shutdown(socket.SHUT_RDWR)
    assert gateway.submit(url, HONEST.request(5, 9)).status == 200
    assert gateway._lines[url] is not line
    gateway._lines.pop(url).close()
    server.shutdown()
    thread.join()
    server.server_close()
    witness.state.close()


def test_an_address_may_have_a_path() -> None:
    heard: list[bytes] = []

    def answer(line: socket.socket) -> None:
        heard.append(line.recv(65536))
        line.sendall(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with listening(answer) as url:
        assert HttpWitnesses(20).submit(f"{url}/w1/", b"x").status == 404
    assert heard[0].startswith(b"POST /w1/add-checkpoint HTTP/1.1\r\n")


def say_nothing(line: socket.socket) -> None:
    while line.recv(65536):
        pass


def say_nonsense(line: socket.socket) -> None:
    line.recv(65536)
    line.sendall(b"good morning\r\n\r\n")


def hang_up(line: socket.socket) -> None:
    line.recv(65536)


@pytest.mark.parametrize("behave", [say_nothing, say_nonsense, hang_up])
def test_no_answer_is_not_reached(behave: Callable[[socket.socket], None]) -> None:
    with listening(behave) as url, pytest.raises(NotReached):
        HttpWitnesses(SHORT).submit(url, HONEST.request(0, 5))


def test_who_sends_a_byte_now_and_then_does_not_hold_the_line_for_ever() -> None:
    def drip(line: socket.socket) -> None:
        line.recv(65536)
        for letter in b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 5000:
            try:
                line.sendall(bytes([letter]))
            except OSError:
                return
            time.sleep(SHORT / 4)

    with listening(drip) as url, pytest.raises(NotReached):
        HttpWitnesses(SHORT).submit(url, HONEST.request(0, 5))


def test_nobody_there_is_not_reached() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    with pytest.raises(NotReached):
        HttpWitnesses(SHORT).submit(url, b"x")
