"""Recording over a real Janus: by agreement of both alone, sealed, played as two tracks, and nothing left in plain."""

from dataclasses import replace
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from service.app.call_handles import DatabaseBook
from service.app.call_record import agree_to_recording, set_recording_rule
from service.app.call_supervise import end_call
from service.gateways.janus.rooms import JanusCalls
from service.jobs.recordings import RecordingKeeper
from tests.calls.service import KEPT, RECORDED
from tests.calls.stage import Stage
from tests.cast import MEDIUM
from tests.web.api.v1.callers import Face
from tests.web.clicking import dashed

SECONDS = 4.0
PLAYED = """async (video) => {
  const octets = await (await fetch(video.currentSrc || video.src)).arrayBuffer();
  const sound = await new AudioContext().decodeAudioData(octets.slice(0));
  video.muted = true;
  await video.play();
  const until = (true_) => new Promise((done) => {
    const look = setInterval(() => { if (true_()) { clearInterval(look); done(); } }, 50);
  });
  await until(() => video.getVideoPlaybackQuality().totalVideoFrames > 10);
  return {
    seconds: video.duration, width: video.videoWidth, heard: sound.duration,
    loudest: sound.getChannelData(0).reduce((most, one) => Math.max(most, Math.abs(one)), 0),
  };
}"""
"""What a browser makes of the file: it is the second reader of what we have written."""


def keeper(stage: Stage) -> RecordingKeeper:
    folder = stage.service.folder
    provider = JanusCalls(stage.janus.line, DatabaseBook(stage.world.environment), folder / RECORDED)
    return RecordingKeeper(provider, folder / KEPT)


def files(folder: Path) -> list[Path]:
    return sorted(one for one in folder.rglob("*") if one.is_file())


def head_opens(stage: Stage) -> Page:
    token = Face(stage.world).session("officer", stage.world.officers[MEDIUM, "head"].id)
    context = stage.browser.new_context(locale="ru-RU")
    context.add_cookies([{"name": "kezdesu_staff", "value": token, "url": stage.service.at.staff}])
    page = context.new_page()
    page.goto(f"{stage.service.at.staff}/calls/{dashed(stage.call)}/recording")
    return page


def test_two_agree_and_two_tracks_are_kept_sealed_with_sound_and_picture(stage: Stage) -> None:
    head = stage.world.as_officer("head")
    stage.world.run(head, lambda unit: set_recording_rule(unit, institution=MEDIUM, days=30))
    parties = stage.go_live()
    officer = parties["supervisor"].page
    record = officer.locator("form[action$='/record'] button")
    recorded = stage.service.folder / RECORDED
    assert files(recorded) == [], "nothing is recorded before both have agreed"
    stage.do(agree_to_recording, actor=stage.world.as_relative("Айгүл"))
    assert record.count() == 0
    stage.do(agree_to_recording, actor=replace(stage.world.at_kiosk("Ерлан")))
    record.wait_for(timeout=60_000)
    record.click()
    for party in ("relative", "convict"):
        parties[party].page.locator("[data-recording]").wait_for(timeout=60_000)
    stage.until(lambda: len(files(recorded)) >= 4, "Janus records both")
    stage.wait(SECONDS)

    stage.do(end_call, code="completed")
    stage.until(lambda: JanusCalls.rooms(keeper(stage)._provider) == frozenset(), "the room is gone")  # type: ignore[arg-type]
    assert keeper(stage).turn(stage.world.environment) == 1
    assert files(recorded) == []
    kept = files(stage.service.folder / KEPT)
    assert len(kept) == 2
    for file in kept:
        octets = file.read_bytes()
        assert octets.startswith(b"KZB1")
        assert not any(mark in octets for mark in (b"webm", b"OpusHead", b"\x9d\x01\x2a", b"MJR"))

    page = head_opens(stage)
    page.locator("[name=reason]").fill("Жалоба № 7")
    page.locator("#why button[type=submit], form:has([name=reason]) button[type=submit]").first.click()
    expect(page.locator("video")).to_have_count(2, timeout=60_000)
    for number in range(2):
        seen: dict[str, Any] = page.locator("video").nth(number).evaluate(PLAYED)
        print(seen)
        assert seen["width"] > 0
        assert seen["loudest"] > 0.01, "the beep of the test's microphone is heard"
        assert seen["heard"] > SECONDS / 2
        assert seen["seconds"] > SECONDS / 2
    page.context.close()
