"""Recording: off unless the head allows it and both agree; sealed, opened with a reason, removed on its day."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from service.app.call_record import agree_to_recording, record_call, set_recording_rule
from service.app.call_room import wanted_room
from service.app.call_supervise import end_call
from service.app.recording_keep import hold_recording, look_at_recording, note_played, play_recording, show_recordings
from service.backup.refused import NotDone
from service.domain.refusal import Refusal
from service.gateways.recordings import InMemoryRecording
from service.jobs.calling import CallWatch
from service.jobs.recordings import RecordingKeeper
from tests.app.calling import Calling
from tests.cast import MEDIUM, World


@pytest.fixture
def calling(world: World, tmp_path: Path) -> Calling:
    made = Calling(world)
    made.provider = InMemoryRecording(tmp_path / "supplier")
    made.watch = CallWatch(made.provider)
    return made


def refused(calling: Calling, *who_and_act: object, **more: object) -> list[str]:
    with pytest.raises(Refusal) as refusal:
        calling.do(*who_and_act, **more)  # type: ignore[arg-type]
    return [one.code for one in refusal.value.reasons] or [refusal.value.sort]


def allow(calling: Calling, days: int | None = 30) -> None:
    calling.world.run(calling.head, lambda unit: set_recording_rule(unit, institution=MEDIUM, days=days))


def recorded(calling: Calling) -> None:
    """A call of which both sides were recorded, over."""
    allow(calling)
    calling.go_live()
    for one in (calling.mother, calling.convict):
        calling.do(one, agree_to_recording)
    calling.do(calling.officer, record_call, on=True, able=True)
    calling.tick(seconds=1)
    calling.do(calling.officer, end_call, code="completed")
    calling.tick(seconds=1)


def test_nothing_is_recorded_without_the_heads_rule_and_both_sides_word(calling: Calling) -> None:
    calling.go_live()
    assert refused(calling, calling.mother, agree_to_recording) == ["recording-off"]
    assert refused(calling, calling.officer, record_call, on=True, able=True) == ["recording-off"]
    allow(calling)
    assert refused(calling, calling.officer, record_call, on=True, able=True) == ["recording-not-agreed"]
    calling.do(calling.mother, agree_to_recording)
    assert refused(calling, calling.officer, record_call, on=True, able=True) == ["recording-not-agreed"]
    calling.do(calling.convict, agree_to_recording)
    assert refused(calling, calling.officer, record_call, on=True, able=False) == ["recording-off"]
    calling.do(calling.officer, record_call, on=True, able=True)
    assert calling.row.recorded_since is not None
    assert calling.told("call.agreed", "call.recorded") == ["call.agreed", "call.agreed", "call.recorded"]
    with pytest.raises(Refusal):
        calling.world.run(calling.officer, lambda unit: set_recording_rule(unit, institution=MEDIUM, days=1))


def test_what_is_kept_is_sealed_and_opened_only_with_a_reason(calling: Calling, tmp_path: Path) -> None:
    recorded(calling)
    world, folder = calling.world, tmp_path / "kept"
    keeper = RecordingKeeper(calling.provider, folder)
    assert keeper.turn(world.environment) == 1
    assert keeper.turn(world.environment) == 0
    assert calling.provider.tracks(calling.call) == [], "nothing unsealed is left at the supplier"
    assert all(b"says" not in file.read_bytes() for file in folder.iterdir())
    shown, looks = show_recordings(world.environment, calling.head, calling.call)
    assert ([one.row.party for one in shown], looks) == (["convict", "relative"], False)
    first = shown[0].row.id
    with pytest.raises(Refusal):
        play_recording(world.environment, calling.head, first, folder)
    assert refused(calling, calling.officer, look_at_recording, reason="так") == ["another-role-needed"]
    calling.do(calling.head, look_at_recording, reason="Жалоба № 7")
    assert b"".join(play_recording(world.environment, calling.head, first, folder)) == b"what the convict says"
    assert "recording.opened" in calling.told("recording.")
    calling.world.run(calling.head, lambda unit: note_played(unit, recording=first))
    assert calling.told("recording.played") == ["recording.played"]
    with pytest.raises(Refusal):
        play_recording(world.environment, world.as_officer("deputy_head"), first, folder)
    (folder / first).write_bytes((folder / shown[1].row.id).read_bytes())
    with pytest.raises((Refusal, NotDone)):
        b"".join(play_recording(world.environment, calling.head, first, folder))


def test_its_day_removes_it_unless_it_is_held(calling: Calling, tmp_path: Path) -> None:
    recorded(calling)
    world, folder = calling.world, tmp_path / "kept"
    keeper = RecordingKeeper(calling.provider, folder)
    keeper.turn(world.environment)
    calling.do(calling.head, hold_recording, ground="Запрос прокурора")
    world.clock.now += timedelta(days=31)
    assert keeper.turn(world.environment) == 0
    assert len(list(folder.iterdir())) == 2
    calling.do(calling.head, hold_recording, ground=None)
    assert keeper.turn(world.environment) == 2
    assert list(folder.iterdir()) == []
    shown, _ = show_recordings(world.environment, calling.head, calling.call)
    assert all(one.row.purged_at is not None for one in shown), "that it was kept stays to be seen"


def test_a_worker_that_dies_leaves_nothing_in_plain_for_the_next_one(calling: Calling, tmp_path: Path) -> None:
    recorded(calling)
    world, folder = calling.world, tmp_path / "kept"
    keeper = RecordingKeeper(calling.provider, folder)
    kept = calling.provider.forget
    calling.provider.forget = lambda call: (_ for _ in ()).throw(OSError("the machine stops"))
    assert keeper.turn(world.environment) == 1
    assert len(calling.provider.tracks(calling.call)) == 2, "sealed and kept, and not yet removed"
    calling.provider.forget = kept
    (tmp_path / "supplier" / "nobodys.convict").write_bytes(b"of no call")
    stray = folder / world.environment.new_id()
    stray.write_bytes(b"sealed before the machine stopped")
    os.utime(stray, (0, 0))
    keeper.turn(world.environment)
    assert calling.provider.lying() == frozenset()
    assert not stray.exists()
    assert len(list(folder.iterdir())) == 2


def test_what_lies_there_of_a_call_that_goes_on_is_left_alone(calling: Calling, tmp_path: Path) -> None:
    allow(calling)
    calling.go_live()
    for one in (calling.mother, calling.convict):
        calling.do(one, agree_to_recording)
    calling.do(calling.officer, record_call, on=True, able=True)
    calling.tick(seconds=1)
    assert RecordingKeeper(calling.provider, tmp_path / "kept").turn(calling.world.environment) == 0
    assert calling.provider.lying() == {calling.call}
    calling.leave(calling.officer)
    calling.tick(seconds=1)
    wanted = view_recorded(calling)
    assert (calling.row.state, calling.row.recorded_since is not None, wanted) == ("paused", True, False)


def view_recorded(calling: Calling) -> bool:
    """Whether the supplier is to record now."""
    with calling.world.environment.database.reading() as session:
        found = wanted_room(session, calling.call)
    assert found is not None
    return found.recorded
