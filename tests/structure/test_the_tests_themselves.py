"""The ground that the other tests stand on."""

import re
import socket

import psycopg
import pytest

from tests.connections import OutsideConnectionError
from tests.postgres import Databases
from tests.structure.tree import ROOT, tracked

SKIPPED = re.compile(r"\b(pytest\.(skip|importorskip)|mark\.(skip|skipif|xfail)|unittest\.skip)\b")


def test_a_test_cannot_connect_to_another_machine() -> None:
    with socket.socket() as outside, pytest.raises(OutsideConnectionError):
        outside.connect(("192.0.2.1", 80))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outside, pytest.raises(OutsideConnectionError):
        outside.sendto(b"", ("192.0.2.1", 53))


def test_a_test_cannot_look_up_another_machine() -> None:
    with pytest.raises(OutsideConnectionError):
        socket.getaddrinfo("kezdesu.example", 443)


def test_a_test_may_connect_to_its_own_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(("localhost", server.getsockname()[1])).close()


def test_no_test_is_skipped() -> None:
    skips = {
        str(path)
        for path in tracked()
        if path.parts[0] == "tests" and path.suffix == ".py" and SKIPPED.search((ROOT / path).read_text("utf-8"))
    }
    assert skips - {"tests/structure/test_the_tests_themselves.py"} == set()


def test_postgresql_of_the_tests_keeps_what_it_acknowledges(postgres_databases: Databases) -> None:
    url = postgres_databases.make()
    with psycopg.connect(url) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            assert connection.execute(f"SHOW {setting}").fetchone() == ("on",)
    postgres_databases.drop(url)


def test_a_test_has_a_database_of_its_own(empty_url: str) -> None:
    from sqlalchemy import create_engine, inspect

    engine = create_engine(empty_url)
    assert inspect(engine).get_table_names() == []
    engine.dispose()
