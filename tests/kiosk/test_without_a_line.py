"""An hour without a line: everything said is sealed, comes once, in order, with the kiosk's time and ours."""

import os
import shutil
from datetime import timedelta
from random import Random

import pytest
import sqlalchemy as sa

from kiosk.known import PASSING, Known
from kiosk.service import DeviceRefused, Service
from kiosk.waiting import MOST, Full, Queue, Waiting
from service.store.columns import of
from service.store.tables import ConvictRequest, QueuedFailure
from tests.kiosk.standing import CARD, PIN, Person, Standing

pytestmark = pytest.mark.parametrize("world", ["sqlite"], indirect=True)
REQUESTS = 500


def put(standing: Standing, words: str, pin: str = PIN) -> Waiting:
    known = standing.kiosk.known
    return standing.kiosk.queue.put(
        {"card": CARD, "pin": pin, "kind": "call", "words": words},
        device=known["device"].replace("-", ""),
        key=known["queue_key"],
        asked_at=standing.world.clock.now.isoformat(),
    )


def rows(standing: Standing) -> list[ConvictRequest]:
    with standing.world.environment.database.reading() as session:
        return list(session.scalars(sa.select(ConvictRequest).order_by(of(ConvictRequest)["number"])).all())


def test_the_screen_says_that_it_waits_and_is_sealed(standing: Standing) -> None:
    standing.line.is_cut = True
    him = Person(standing)
    assert "Нет связи" in him.sign_in()
    assert "Запечатано и сохранено" in him.send("/offline", kind="call", words="маме")
    assert len(standing.kiosk.queue) == 1
    standing.line.is_cut = False
    assert [answer["outcome"] for _, answer in standing.kiosk.queue.drain(standing.kiosk.service)] == ["kept"]
    assert [(one.kind, one.queued) for one in rows(standing)] == [("call", True)]


def test_five_hundred_requests_of_an_hour_come_once_in_order_however_the_line_behaves(standing: Standing) -> None:
    """Answers are lost at random: what arrived is sent again, and is the same request."""
    began = standing.world.clock.now
    said = []
    for _ in range(REQUESTS):
        standing.world.clock.now += timedelta(seconds=7.2)
        said.append((put(standing, "маме").sequence, standing.world.clock.now))
    chance, tries = Random(7), 0
    while len(standing.kiosk.queue) > 0:
        standing.line.lost = int(chance.random() < 0.3)
        for _ in standing.kiosk.queue.drain(standing.kiosk.service):
            standing.line.lost = int(chance.random() < 0.05)
        tries += 1
        assert tries < REQUESTS
    found = rows(standing)
    assert [(one.sequence, one.asked_at) for one in found] == said
    assert [one.number for one in found] == list(range(1, REQUESTS + 1))
    assert all(one.received_at == standing.world.clock.now for one in found)
    assert standing.world.clock.now - began == timedelta(hours=1)


def test_a_wrong_pin_said_offline_is_kept_as_a_failure_and_does_not_stop_the_queue(standing: Standing) -> None:
    put(standing, "маме", pin="4071")
    put(standing, "маме")
    answers = [answer for _, answer in standing.kiosk.queue.drain(standing.kiosk.service)]
    assert [(one["outcome"], one["code"]) for one in answers] == [("failed", "sign-in-failed"), ("kept", None)]
    with standing.world.environment.database.reading() as session:
        assert [one.code for one in session.scalars(sa.select(QueuedFailure)).all()] == ["sign-in-failed"]


def test_a_queue_outlives_its_program_and_its_count_is_never_used_twice(standing: Standing) -> None:
    first = put(standing, "маме")
    again = Queue(standing.folder / "waiting")
    assert [one.sequence for one in again] == [first.sequence]
    assert again.next_sequence() == first.sequence + 1
    unfinished = standing.folder / "waiting" / "0000000009.unfinished"
    unfinished.write_text("{", encoding="ascii")
    assert len(Queue(standing.folder / "waiting")) == 1


def test_a_kiosk_that_starts_without_a_line_knows_where_it_stands_and_what_to_seal_to(standing: Standing) -> None:
    folder = standing.folder / "waiting"
    Known(folder, "the key").keep(standing.kiosk.known)
    kept = Known(folder, "the key").read()
    assert kept == {name: value for name, value in standing.kiosk.known.items() if name not in PASSING}
    standing.kiosk.known = kept
    standing.line.is_cut = True
    him = Person(standing)
    him.sign_in()
    assert "Запечатано и сохранено" in him.send("/offline", kind="call", words="маме")
    assert len(standing.kiosk.queue) == 1


def test_a_key_that_somebody_put_on_the_disk_is_not_sealed_to(standing: Standing) -> None:
    folder = standing.folder / "waiting"
    Known(folder, "the key").keep(standing.kiosk.known)
    file = folder / "known"
    file.write_text(file.read_text().replace(standing.kiosk.known["queue_key"], "9" * 64))
    assert Known(folder, "the key").read() == {}
    assert Known(folder, "another key").read() == {}
    file.write_bytes(b"\xff")
    assert Known(folder, "the key").read() == {}


def test_a_full_queue_and_a_full_disk_are_said_and_lose_nothing(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(standing, "маме")
    monkeypatch.setattr("kiosk.waiting.MOST", 1)
    with pytest.raises(Full):
        put(standing, "маме")
    monkeypatch.setattr("kiosk.waiting.MOST", MOST)

    def no_space(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", no_space)
    standing.line.is_cut = True
    him = Person(standing)
    him.sign_in()
    assert "Терминал не работает" in him.send("/offline", kind="call", words="маме")
    monkeypatch.undo()
    assert len(standing.kiosk.queue) == 1


def test_with_a_line_a_full_disk_changes_nothing(standing: Standing, monkeypatch: pytest.MonkeyPatch) -> None:
    him = Person(standing)
    him.sign_in()
    him.send("/copy")

    def no_space(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "write", no_space)
    for _ in range(2):
        him.sign_in()
        assert "Принято" in him.send("/copy")
    monkeypatch.undo()
    assert [one.sequence for one in rows(standing)] == [1, 2, 3]


def test_a_kiosk_that_was_upgraded_before_the_service_goes_on_by_its_own_count(
    standing: Standing, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {name: value for name, value in standing.kiosk.known.items() if name != "counted"}
    monkeypatch.setattr(standing.kiosk.service, "kiosk", lambda: before)
    assert standing.kiosk.look()
    assert [standing.kiosk.queue.next_sequence() for _ in range(2)] == [1, 2]


@pytest.mark.parametrize("put_back", ["lost", "from a copy"])
def test_a_folder_lost_or_put_back_from_a_copy_gives_no_number_twice(standing: Standing, put_back: str) -> None:
    him, folder = Person(standing), standing.folder / "waiting"
    for number in range(3):
        him.sign_in()
        him.send("/copy")
        if number == 0:
            shutil.copytree(folder, standing.folder / "from a copy")
    standing.kiosk.queue = Queue(standing.folder / put_back)
    assert standing.kiosk.look()
    him.sign_in()
    assert "Принято" in him.send("/copy")
    assert [(one.number, one.sequence) for one in rows(standing)] == [(number, number) for number in (1, 2, 3, 4)]


def test_a_service_in_trouble_keeps_the_queue_waiting(standing: Standing) -> None:
    put(standing, "маме")
    wrong = Service(standing.line, "not the key of this kiosk")
    with pytest.raises(DeviceRefused):
        list(standing.kiosk.queue.drain(wrong))
    assert len(standing.kiosk.queue) == 1
