"""The program itself: card, screen, request, slip over real lines; killed in an hour without a line."""

from collections.abc import Iterator
from pathlib import Path
from random import Random
from threading import Thread

import httpx
import pytest
import sqlalchemy as sa

from service.store.columns import of
from service.store.tables import ConvictRequest
from service.web.api.app import create_app as create_api
from tests.cast import MEDIUM
from tests.kiosk.program import AtTheScreen, Program, ServedApi
from tests.kiosk.standing import CARD, PIN, Standing, wait_until
from tests.web.api.v1.callers import SETTINGS

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
KILLS, MOST_IN_A_ROUND = 4, 12


@pytest.fixture
def api(standing: Standing) -> Iterator[ServedApi]:
    """The service, on a line of its own."""
    made = ServedApi(create_api(standing.world.environment, SETTINGS, send_code=lambda _: None))
    yield made
    made.cut()


@pytest.fixture
def program(standing: Standing, api: ServedApi, tmp_path: Path) -> Iterator[Program]:
    """A kiosk with reader and printer."""
    made = Program(tmp_path / "program", api, standing.world.devices[f"kiosk@{MEDIUM}"].key)
    yield made
    made.close()


def requests(standing: Standing) -> list[tuple[int, int, bool]]:
    """(number, sequence, queued) of every request, by number."""
    row = of(ConvictRequest)
    with standing.world.environment.database.reading() as session:
        found = session.scalars(sa.select(ConvictRequest).order_by(row["number"])).all()
        return [(one.number, one.sequence, one.queued) for one in found]


def test_a_card_shown_becomes_a_request_with_a_number_and_a_slip_on_paper(standing: Standing, program: Program) -> None:
    program.start()
    him = AtTheScreen(program)
    assert "Здравствуйте, Ерлан" in him.sign_in(CARD, PIN)
    him.get("/copy")
    assert "Номер: 1" in him.send("/copy")
    assert "Возьмите листок" in him.page
    assert [number for number, _, _ in requests(standing)] == [1]
    wait_until(lambda: any("№ 1" in row for row in program.printer.model.paper))
    assert any(row.startswith("[QR https://kezdesu.example/k/") for row in program.printer.model.paper)
    assert not any("Ерлан" in row or "Ахметов" in row for row in program.printer.model.paper)
    him.send("/end")
    assert "Здравствуйте" not in him.get("/home")


def test_a_kiosk_killed_in_an_hour_without_a_line_loses_nothing_it_acknowledged_and_sends_nothing_twice(
    standing: Standing, api: ServedApi, program: Program
) -> None:
    """Each round starts the program without a line, asks until it is killed, and keeps what the screen acknowledged."""
    program.start()
    AtTheScreen(program).get("/")
    program.kill()
    api.cut()
    chance, acknowledged = Random(11), list[int]()
    for _ in range(KILLS):
        acknowledged += ask_until_killed(program, chance.randrange(2, MOST_IN_A_ROUND))
    kept = program.waiting
    assert set(acknowledged) <= set(kept)
    assert len(acknowledged) == len(set(acknowledged)) >= KILLS * 2
    assert len(kept) - len(acknowledged) <= KILLS
    api.mend()
    program.start()
    wait_until(lambda: not program.waiting)
    found = requests(standing)
    assert [sequence for _, sequence, _ in found] == kept
    assert [number for number, _, _ in found] == list(range(1, len(kept) + 1))
    assert all(queued for _, _, queued in found)


def ask_until_killed(program: Program, after: int) -> list[int]:
    """Answers the counts that the screen showed. The blow falls while requests are on their way, after so many."""
    program.start()
    him, shown = AtTheScreen(program), list[int]()
    assert "Нет связи" in him.sign_in(CARD, PIN)

    def ask() -> None:
        try:
            while True:
                him.get("/offline")
                page = him.send("/offline", kind="call", words="маме")
                shown.append(int(page.split('class="number">')[1].split("</p>")[0].rsplit(" ", 1)[1]))
        except (httpx.HTTPError, IndexError):
            return

    asking = Thread(target=ask)
    asking.start()
    wait_until(lambda: len(shown) >= after)
    program.kill()
    asking.join()
    return shown
