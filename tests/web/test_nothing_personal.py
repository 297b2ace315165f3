"""After a day of use nothing of anybody stands readable in the database's file, in a log, or in a leaf of the record.

What is looked for is every identity of the cast, whoever registered and linked meanwhile, and the words they wrote.
"""

import io
import json
import logging
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa
import structlog

from service.gateways.mail import LocalMail
from service.jobs.delivering import Deliverer, Suppliers
from service.jobs.tasks import publish_heads
from service.store.columns import of
from service.store.tables import Event
from service.web import logs
from tests.browser.faces import Faces, make_faces, sqlite_world
from tests.builders import PASSWORD
from tests.cast import Made
from tests.left_behind import secrets_of
from tests.web.clicking import Clicker, at_desk, dashed, signed_in
from tests.web.public.test_coming_in import MEANT, NEWCOMER, came_in
from tests.web.staff.test_desk import requested

WORDS = "Сын болен, прошу ответить скорее"
REFUSAL = "Справка не та, что была обещана"
NEWCOMERS_PHONE = "+7 747 555 09 09"


@pytest.fixture
def faces(sqlite_cast: Made, tmp_path: Path) -> Iterator[Faces]:
    """The faces over a copy of the cast on SQLite."""
    with sqlite_world(sqlite_cast, tmp_path) as world:
        yield make_faces(world, tmp_path)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Every log line of the process while a test runs: the faces', the worker's, and of every library."""
    stream = io.StringIO()
    logs.configure(stream)
    listening = logging.StreamHandler(stream)
    root, level = logging.getLogger(), logging.getLogger().level
    root.addHandler(listening)
    root.setLevel(logging.INFO)
    yield stream
    root.removeHandler(listening)
    root.setLevel(level)
    structlog.reset_defaults()


def spelled(text: str) -> set[bytes]:
    """How a text may lie in a file."""
    forms = {text, text.lower(), text.upper(), json.dumps(text)[1:-1], text.replace(" ", "")}
    return {form.encode(code) for form in forms for code in ("utf-8", "utf-16-le")} | {text.encode().hex().encode()}


def found(secrets: set[str], data: bytes) -> list[str]:
    """Which of the secrets can be read in the data."""
    return sorted(one for one in secrets if any(form in data for form in spelled(one)))


def a_day(faces: Faces, folder: Path) -> set[str]:
    """Somebody registers and links; a family asks, is answered, disputes. Answers the codes that were sent."""
    codes = set()
    newcomer = came_in(faces, NEWCOMERS_PHONE)
    codes.add(faces.code())
    newcomer.send_and_follow("/register", **NEWCOMER)
    newcomer.send_and_follow("/convicts/link", **MEANT)
    wrong = Clicker(faces.public)
    wrong.send_and_follow("/sign-in", phone=faces.world.phones["Динара"])
    codes.add(faces.code())
    wrong.send("/sign-in/code", code="000000")
    mother = signed_in(faces, "Айгүл")
    codes.add(faces.code())
    granted = dashed(requested(faces, "Айгүл", "Ерлан", date(2026, 3, 19)))
    refused = dashed(requested(faces, "Гульзат", "Олег", date(2026, 3, 12)))
    head = at_desk(faces, "head")
    head.send_and_follow(f"/requests/{granted}/grant", "/requests")
    head.see(f"/requests/{refused}")
    head.send_and_follow(f"/requests/{refused}", ground="ground-room-unusable", words=REFUSAL)
    for page in ("", "/pass", "/pass.pdf", "/receipt"):
        mother.see(f"/appointments/{granted}{page}")
    mother.send_and_follow(f"/appointments/{granted}/wrong", code="not-asked-for", words=WORDS)
    mother.send_and_follow("/messages/email", email="aigul.new@example.kz")
    mother.see("/nowhere/701555")
    assert (
        Clicker(faces.staff).send("/sign-in", login=faces.world.phones["Айгүл"], password="забытый пароль").status_code
    )
    publish_heads(faces.world.environment)
    Deliverer(Suppliers(faces.texts, LocalMail(folder / "mail", faces.world.clock))).turn(faces.world.environment)
    return codes


def test_after_use_nothing_of_anybody_stands_in_the_file_the_log_or_a_leaf(
    faces: Faces, log: io.StringIO, tmp_path: Path
) -> None:
    world = faces.world
    codes = a_day(faces, tmp_path)
    secrets = {secret for one in world.identities.values() for secret in secrets_of(one)}
    phones = {re.sub(r"\D", "", phone) for phone in (*world.phones.values(), NEWCOMERS_PHONE)}
    secrets |= phones | {phone[-10:] for phone in phones}
    secrets |= {"aigul@example.kz", "aigul.new@example.kz", WORDS, REFUSAL, PASSWORD, "забытый пароль", "KZP1:"}
    secrets |= {NEWCOMER["iin"], NEWCOMER["family_name"], NEWCOMER["given_name"], MEANT["file_number"]}

    with world.environment.database.reading() as session:
        leaves = b"\n".join(bytes(leaf) for leaf in session.scalars(sa.select(of(Event).leaf)))
    with world.environment.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(PASSIVE)")
    files = b"".join(file.read_bytes() for file in sorted(tmp_path.glob("kezdesu.db*")))
    written = log.getvalue().encode()

    places = {"leaves": leaves, "database": files, "log": written}
    assert {place: found(secrets, data) for place, data in places.items()} == {"leaves": [], "database": [], "log": []}
    # Six figures occur in any hexadecimal number: a code is looked for standing alone.
    alone = [
        code
        for code in codes
        for data in places.values()
        if re.search(rb"(?<![0-9a-f])%s(?![0-9a-f])" % code.encode(), data)
    ]
    assert alone == []

    assert found({"Учреждение ЛА-155/8"}, files) == ["Учреждение ЛА-155/8"], (
        "what is not personal is found by this search"
    )
    assert log.getvalue().count('"event": "request"') > 20
