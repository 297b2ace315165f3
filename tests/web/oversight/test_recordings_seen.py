"""Oversight of recordings: they exist, by whose leave, who opened them; no content, no name, no word of a reason."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.app.call_record import agree_to_recording, record_call, set_recording_rule
from service.app.call_supervise import end_call, start_call
from service.app.recording_keep import hold_recording, look_at_recording
from service.gateways.recordings import InMemoryRecording
from service.jobs.calling import CallWatch
from service.jobs.recordings import RecordingKeeper
from service.store.tables import Officer
from service.web import oversight
from tests.app.calling import Calling
from tests.browser.faces import SETTINGS, sqlite_world
from tests.builders import PASSWORD
from tests.cast import MEDIUM, Made, World
from tests.web.clicking import Clicker, words_of


@pytest.fixture
def world(sqlite_cast: Made, tmp_path: Path) -> Iterator[World]:
    with sqlite_world(sqlite_cast, tmp_path) as made:
        yield made


def recorded(world: World, folder: Path) -> Calling:
    """A call that was recorded for 60 seconds before a pause and 30 after it, kept, held back and opened."""
    calling = Calling(world)
    calling.provider = InMemoryRecording(folder / "supplier")
    calling.watch = CallWatch(calling.provider)
    world.run(calling.head, lambda unit: set_recording_rule(unit, institution=MEDIUM, days=30))
    calling.go_live()
    for one in (calling.mother, calling.convict):
        calling.do(one, agree_to_recording)
    calling.do(calling.officer, record_call, on=True, able=True)
    calling.tick(seconds=60)
    calling.leave(calling.officer)
    world.clock.now += timedelta(seconds=40)
    calling.join(calling.officer, seat="2")
    calling.do(calling.officer, start_call)
    calling.tick(seconds=30)
    calling.do(calling.officer, end_call, code="completed")
    calling.tick(seconds=1)
    assert RecordingKeeper(calling.provider, folder / "kept").turn(world.environment) == 1
    calling.do(calling.head, hold_recording, ground="Запрос прокурора")
    calling.do(calling.head, look_at_recording, reason="Жалоба семьи")
    return calling


def test_an_auditor_reads_that_a_recording_exists_and_by_whose_leave(world: World, tmp_path: Path) -> None:
    calling = recorded(world, tmp_path)
    who = Clicker(oversight.create_app(world.environment, SETTINGS))
    who.send_and_follow("/sign-in", login=f"auditor@{MEDIUM}", password=PASSWORD)
    page = who.see("/recordings")
    said = words_of(page)
    assert "1:30" in said, "what was paused is not counted"
    for fact in ("Convict,", "Relative,", "held back since", "turned on by officer"):
        assert fact in said
    with world.environment.database.reading() as session:
        head = session.get(Officer, calling.head.id)
        assert head is not None
        number = head.employee_number
    assert said.count(number) >= 3, "who held both sides back, and who opened them"
    for hidden in ("Запрос", "Жалоба", "Ахметов", "Айгүл", "Ерлан", calling.call):
        assert hidden not in page.text
    assert "webm" not in page.text
    assert "<video" not in page.text


def test_a_call_that_nobody_recorded_is_not_on_the_page(world: World) -> None:
    Calling(world).go_live()
    who = Clicker(oversight.create_app(world.environment, SETTINGS))
    who.send_and_follow("/sign-in", login=f"auditor@{MEDIUM}", password=PASSWORD)
    assert "None." in words_of(who.see("/recordings"))
