"""Three real browser pages over a real Janus: who sees whom and when, and what ends it (PEC 109, IR 101-105)."""

import time
from collections.abc import Callable
from datetime import timedelta

from service.app.call_supervise import confirm_identity, mute_party, start_call
from service.gateways.janus.process import OwnJanus
from tests.calls.stage import ROGUE, WATCHED, Stage


def test_nobody_sees_anybody_before_the_officer_and_each_control_holds(stage: Stage) -> None:
    stage.arrange()
    relative, convict = stage.comes("relative"), stage.comes("convict")
    stage.until(lambda: relative.state == convict.state == "waiting_monitor", "they wait for the officer")
    officer = stage.comes("supervisor")
    stage.until(lambda: officer.counts()["frames"] > 0, "the officer sees")
    # A page that asks for what it may not see is refused, whatever its script does.
    status, told = relative.asks("subscribe", seat=stage.seat("relative"), party="convict")
    assert (status, told["code"]) == (409, "call-not-now")
    assert relative.asks("subscribe", seat=stage.seat("convict"), party="supervisor")[0] == 409
    assert all(stage.seat(party) for party in stage.parties)
    stage.do(confirm_identity, matched=True)
    assert relative.counts()["frames"] == convict.counts()["frames"] == 0
    stage.do(start_call)
    for party in stage.parties.values():
        stage.grows(party)

    stage.do(mute_party, party="relative")
    stage.until(lambda: relative.state == "muted" and stage.quiet(convict, "sound", 1) == 0, "nobody hears her")
    stage.grows(convict)
    stage.do(mute_party, party=None)
    stage.grows(convict, "sound")

    limit = stage.row.hard_end_at
    older = relative
    relative = stage.comes("relative")
    stage.until(lambda: older.state == "elsewhere", "the older device is told")
    stage.grows(relative)
    stage.grows(convict)
    older.context.close()

    officer.context.close()
    del stage.parties["supervisor"]
    stage.service.looks.value = 1
    stage.until(lambda: stage.row.state == "paused", "the call pauses")
    stage.service.looks.value = 0
    stage.until(lambda: stage.quiet(convict, "packets", 1) + stage.quiet(relative, "packets", 1) == 0, "no media flows")
    officer = stage.comes("supervisor")
    stage.until(lambda: officer.state == "paused", "the officer sits again")
    stage.do(start_call)
    stage.grows(relative)
    stage.grows(convict)
    assert stage.row.hard_end_at == limit


def test_the_limit_holds_on_pages_that_ignore_it(stage: Stage, record_property: Callable[[str, object], None]) -> None:
    parties = stage.go_live(ROGUE)
    limit = stage.row.hard_end_at
    assert limit is not None
    for party in parties.values():
        stage.grows(party)
    stage.clock.jump(limit - timedelta(seconds=6))
    ends = time.time() + 6
    stage.until(lambda: time.time() > ends + 3 and stage.row.state == "ended", "the call is cut")
    late = max(party.last_media() for party in parties.values()) - ends
    record_property("media_after_limit_s", round(late, 2))
    print(f"last media {late:.2f} s after the limit")
    assert late < 10  # by itself Janus would have ended it after 12 seconds
    assert stage.row.ended_code == "time-limit"
    assert parties["relative"].asks("join")[0] == 409
    assert parties["relative"].asks("publish", seat="0" * 32, sdp="")[0] == 410


def test_a_new_janus_takes_the_call_up_and_a_dead_service_ends_its_media(
    stage: Stage, janus: OwnJanus, record_property: Callable[[str, object], None]
) -> None:
    parties = stage.go_live(WATCHED)
    limit = stage.row.hard_end_at
    janus.stop()
    janus.start()
    for party in parties.values():
        stage.grows(party)
    assert stage.row.hard_end_at == limit

    stage.service.kill()
    killed = time.time()
    stage.until(lambda: time.time() - max(one.last_media() for one in parties.values()) > 4, "media is gone")
    late = max(party.last_media() for party in parties.values()) - killed
    record_property("media_after_kill_s", round(late, 2))
    print(f"last media {late:.2f} s after the service was killed")
    assert late < 30
