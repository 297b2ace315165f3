"""The bare floor: one quota-checked insert a request in a bare Flask app, the same server and durability settings.

Nothing of the product is in it. What it does is the least any booking must: look how many places are taken, insert
one row, commit so that a power cut cannot take it back.
"""

import os
import sqlite3
from typing import Any

from flask import Flask, Response

PLACES = 1_000_000


def _sqlite(path: str) -> Any:
    connection = sqlite3.connect(path, isolation_level=None, timeout=30, check_same_thread=False)
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("CREATE TABLE IF NOT EXISTS booking (id INTEGER PRIMARY KEY, room INTEGER, name TEXT)")
    connection.execute("CREATE INDEX IF NOT EXISTS booking_room ON booking (room)")
    return connection


def _postgresql(url: str) -> Any:
    import psycopg

    connection = psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://"), autocommit=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(1)")
        cursor.execute("CREATE TABLE IF NOT EXISTS booking (id SERIAL PRIMARY KEY, room INTEGER, name TEXT)")
        cursor.execute("CREATE INDEX IF NOT EXISTS booking_room ON booking (room)")
        cursor.execute("SELECT pg_advisory_unlock(1)")
    return connection


def create_app() -> Flask:
    """The floor over the database named by FLOOR_DATABASE; each thread keeps a connection."""
    import threading

    target = os.environ["FLOOR_DATABASE"]
    local = threading.local()
    app = Flask("floor")

    def connection() -> Any:
        if not hasattr(local, "connection"):
            is_sqlite = target.startswith("sqlite:///")
            local.connection = _sqlite(target.removeprefix("sqlite:///")) if is_sqlite else _postgresql(target)
            local.sqlite = is_sqlite
        return local.connection

    @app.post("/book/<int:room>")
    def book(room: int) -> Response:
        cursor = connection().cursor()
        mark = "?" if local.sqlite else "%s"
        cursor.execute("BEGIN IMMEDIATE" if local.sqlite else "BEGIN")
        if not local.sqlite:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", (room,))
        cursor.execute(f"SELECT count(*) FROM booking WHERE room = {mark}", (room,))
        if cursor.fetchone()[0] >= PLACES:
            cursor.execute("ROLLBACK")
            return Response("full", status=409)
        cursor.execute(f"INSERT INTO booking (room, name) VALUES ({mark}, {mark})", (room, "family"))
        cursor.execute("COMMIT")
        return Response("ok", status=201)

    return app
