"""Every control of the officer's pages, clicked in a browser over a real Janus: what the two others see and hear."""

import time
from datetime import date

from playwright.sync_api import Page, expect

from service.app.call_arrange import arrange_call
from service.app.call_join import join_call
from service.app.convict_request_make import Asked, make_request
from tests.calls.stage import Party, Stage
from tests.cast import MEDIUM
from tests.web.clicking import dashed

HEARD_FROM = """async (who) => {
  const shown = document.querySelector(`[data-of=${who}]`).srcObject;
  let packets = 0;
  for (const one of window.connections) {
    const own = one.getReceivers().find((each) => shown && shown.getAudioTracks().includes(each.track));
    if (!own) continue;
    (await own.getStats()).forEach((stat) => { if (stat.type === "inbound-rtp") packets += stat.packetsReceived; });
  }
  return packets;
}"""
"""Packets of sound that came from one party."""
NOTE = "Үшінші адам көрінді"


def click(page: Page, act: str, code: str = "", of: str = "") -> None:
    """Presses the button of an act, which a page may be replacing at that moment."""
    chosen = f":has(input[name=code][value='{code}'])" if code else ""
    page.locator(f"form[action*='/calls/{of}'][action$='/{act}']{chosen} button").first.click(timeout=60_000)


def hears(stage: Stage, listener: Party, who: str, *, wanted: bool) -> None:
    before = listener.page.evaluate(HEARD_FROM, who)
    if wanted:
        stage.until(lambda: listener.page.evaluate(HEARD_FROM, who) > before + 5, f"{who} is heard")
        return

    def silent() -> bool:
        first = listener.page.evaluate(HEARD_FROM, who)
        stage.wait(1)
        return bool(listener.page.evaluate(HEARD_FROM, who) == first)

    stage.until(silent, f"{who} is silent")


def second_call(stage: Stage) -> str:
    """Another call at the same hour, in which the same officer sits; its parties have not come yet."""
    world = stage.world
    tie = world.relations["Гульзат", "Олег"]
    wish = Asked(kind="video_call", sequence=int(time.time()) + 1, asked_at=stage.clock(), relationship=tie)
    asked = world.run(world.at_kiosk("Олег"), lambda unit: make_request(unit, wish)).request
    slot = world.templates[MEDIUM, "call"]
    day = date(2026, 3, 4)
    made = world.run(
        world.as_officer("head"),
        lambda unit: arrange_call(unit, request=asked, template=slot, day=day, provider="janus"),
    )
    return made.call


def test_each_control_is_pressed_and_both_see_or_hear_what_it_does(stage: Stage) -> None:
    stage.arrange()
    other = second_call(stage)
    officer, relative, convict = (stage.comes(party) for party in ("supervisor", "relative", "convict"))
    desk = officer.page
    stage.until(lambda: all(stage.seat(party) for party in stage.parties), "all three sit")
    click(desk, "matched")
    click(desk, "live")
    for party in stage.parties.values():
        stage.grows(party)

    click(desk, "warn", "frame")
    for party in (relative, convict):
        place = party.page.locator("[data-warning]")
        place.wait_for(timeout=60_000)
        assert place.inner_text() == party.page.locator("[data-warning-of=frame]").text_content()
    assert "жалғыз" in relative.page.locator("[data-warning]").inner_text(), "in Kazakh, as the page is"

    click(desk, "mute", "relative")
    stage.until(lambda: relative.state == "muted", "the relative is told")
    hears(stage, convict, "relative", wanted=False)
    hears(stage, relative, "convict", wanted=True)
    click(desk, "unmute")
    hears(stage, convict, "relative", wanted=True)

    for party in (relative, convict):
        hears(stage, party, "supervisor", wanted=False)
    click(desk, "speak")
    for party in (relative, convict):
        hears(stage, party, "supervisor", wanted=True)
        stage.until(lambda one=party: one.state == "voice", "the page says who speaks")  # type: ignore[misc]
    click(desk, "quiet")
    hears(stage, relative, "supervisor", wanted=False)

    desk.locator("textarea[name=words]").fill(NOTE)
    click(desk, "note")
    desk.get_by_text(NOTE).wait_for(timeout=60_000)
    assert NOTE not in relative.page.content()

    seat = stage.world.environment.new_id()
    stage.world.run(stage.officer, lambda unit: join_call(unit, call=other, seat=seat))
    here = dashed(stage.call)
    for tiles in (1, 2, 4, 6):
        desk.goto(f"{stage.service.at.staff}/calls/wall?tiles={tiles}", wait_until="domcontentloaded")
        assert desk.locator(f".call-wall.of-{tiles} [data-tile]").count() == min(tiles, 2)
    stage.grows(officer)
    loud = "(room) => [...document.querySelectorAll(`[data-call='${room}'] video`)].some((one) => !one.muted)"
    for chosen, silent in ((here, dashed(other)), (dashed(other), here), (here, dashed(other))):
        desk.locator(f"input[name=listen][value='{chosen}']").check()
        stage.until(lambda one=chosen: bool(desk.evaluate(loud, one)), "the chosen call is heard")  # type: ignore[misc]
        assert not desk.evaluate(loud, silent), "one at a time"

    tile = desk.locator(f"[data-tile]:has([data-call='{here}'])")
    tile.locator("summary").last.click()
    click(desk, "end", "rules-broken", of=here)
    for party in (relative, convict):
        stage.until(lambda one=party: one.state == "rules-broken", "both read why")  # type: ignore[misc]
        said = party.page.locator("[data-end-of='rules-broken']").text_content()
        expect(party.page.locator("[data-status]")).to_have_text(said or "?", timeout=60_000)
    assert (stage.row.state, stage.row.ended_code) == ("ended", "rules-broken")
