"""For each route of the interface, a request that the right caller is answered."""

from tests.cast import MEDIUM
from tests.web.api.v1.stage import (
    BINDING,
    Prepare,
    absence,
    account_body,
    appointment,
    ban_body,
    block_to_lift,
    claim_body,
    claimed,
    code_given,
    completion,
    convict_body,
    device_to_revoke,
    dispute_answer,
    entry_to_lift,
    exception_body,
    exception_to_decide,
    file_of_log,
    flag_to_resolve,
    identity,
    login_body,
    pass_as,
    quarantine,
    receipt,
    request_of_hold,
    scan_of_pass,
    told,
    verification,
)
from tests.web.api.v1.stage_bridge import bundle_of_bridge, journal_part, keys_body, late_scans
from tests.web.api.v1.stage_calls import agreement, room
from tests.web.api.v1.stage_desk import (
    merge_body,
    merge_to_decide,
    reopening_body,
    role_to_end,
    role_to_give,
    role_wanted,
)
from tests.web.api.v1.stage_kiosk import (
    ASKED_AT,
    card_shown,
    card_to_end,
    convict_asked,
    kiosk_dispute,
    letter_body,
    letter_to_fetch,
    pin_in_use,
    request_body,
)

PLACED = {"institution": "la-155-14", "since": "2026-03-02", "paper": "№ 1-5/2026"}
DATED = {"since": "2026-03-02", "paper": "№ 3"}
SESSIONS = {"weekdays": "7", "starts": "16:00", "minutes": 120, "valid_from": "2026-03-09"}
GROUND = {"ground": "ground-kinship-not-proved"}
ENDED = {"ground": "ground-relation-ended"}

ASKS: dict[str, Prepare] = {
    "GET /problems": told("/problems"),
    "GET /openapi.json": told("/openapi.json"),
    "GET /health": told("/health"),
    "POST /sessions/codes": told("/sessions/codes", {"phone": "+7 701 123 45 67", "binding": BINDING}),
    "POST /sessions": told("/sessions", code_given),
    "POST /accounts": told("/accounts", account_body),
    "POST /officer-sessions": told("/officer-sessions", login_body),
    "DELETE /sessions/current": told("/sessions/current"),
    "GET /me": told("/me"),
    "GET /relationships": told("/relationships", role="registry_officer"),
    "POST /relationships": told("/relationships", claim_body),
    "POST /relationships/{relationship}/withdrawal": told("/relationships/{mother}/withdrawal"),
    "GET /relationships/{relationship}/entitlement": told("/relationships/{mother}/entitlement?kind=long"),
    "GET /relationships/{relationship}/times": told("/relationships/{mother}/times?kind=long&month=2026-03"),
    "POST /holds": told("/holds", lambda face: face.hold_body()),
    "GET /appointments": told("/appointments"),
    "GET /appointments/{appointment}": appointment("granted", ""),
    "POST /appointments": request_of_hold,
    "POST /appointments/{appointment}/cancellation": appointment(
        "granted", "/cancellation", {"ground": "ground-visitor-asks", "words": "по просьбе"}, "duty_officer"
    ),
    "POST /appointments/{appointment}/move": appointment(
        "granted", "/move", lambda face: {"template": face.template(), "day": "2026-03-21"}, "duty_officer"
    ),
    "GET /appointments/{appointment}/passes": appointment("granted", "/passes", role="duty_officer"),
    "GET /passes/{pass_}.svg": pass_as("svg"),
    "GET /passes/{pass_}.png": pass_as("png"),
    "GET /appointments/{appointment}/receipt": receipt,
    "POST /appointments/{appointment}/disputes": appointment("granted", "/disputes", {"code": "other"}),
    "POST /disputes/{dispute}/answer": dispute_answer,
    "GET /kiosk": told("/kiosk"),
    "POST /kiosk/sessions": told("/kiosk/sessions", card_shown),
    "DELETE /kiosk/session": told("/kiosk/session"),
    "POST /kiosk/pin": told("/kiosk/pin", lambda face: {"pin": "4071", "current": pin_in_use(face)}),
    "POST /kiosk/second-pin": told("/kiosk/second-pin", lambda face: {"current": pin_in_use(face)}),
    "POST /kiosk/language": told("/kiosk/language", {"language": "ru"}),
    "GET /kiosk/home": told("/kiosk/home"),
    "POST /kiosk/queue": told("/kiosk/queue", {"sequence": 9, "asked_at": ASKED_AT, "sealed": "AAAA"}),
    "GET /kiosk/relationships": told("/kiosk/relationships"),
    "POST /kiosk/relationships/{relationship}/acceptance": told("/kiosk/relationships/{brother}/acceptance"),
    "POST /kiosk/relationships/{relationship}/declination": told("/kiosk/relationships/{brother}/declination"),
    "POST /kiosk/relationships/{relationship}/revocation": told("/kiosk/relationships/{mother}/revocation", ENDED),
    "GET /kiosk/appointments": told("/kiosk/appointments"),
    "POST /kiosk/appointments/{appointment}/disputes": kiosk_dispute,
    "GET /kiosk/requests": told("/kiosk/requests"),
    "POST /kiosk/requests": told("/kiosk/requests", request_body),
    "POST /kiosk/requests/{made}/withdrawal": convict_asked("/withdrawal", at="/kiosk/requests"),
    "POST /kiosk/letters": told("/kiosk/letters", letter_body),
    "GET /kiosk/notices": told("/kiosk/notices"),
    "GET /kiosk/way": told("/kiosk/way"),
    "POST /kiosk/contact": told("/kiosk/contact", lambda face: {"relationship": face.relationship("Айгүл")}),
    "POST /convicts/{convict}/cards": told("/convicts/{convict}/cards", {"number": "04A2B3C4D5"}, "registry_officer"),
    "POST /convicts/{convict}/card-ending": card_to_end,
    "GET /convict-requests": told("/convict-requests"),
    "POST /convict-requests/{made}/grant": convict_asked("/grant", {}),
    "POST /convict-requests/{made}/refusal": convict_asked(
        "/refusal", {"ground": "ground-medical", "words": "карантин по гриппу"}
    ),
    "GET /letters": told("/letters"),
    "POST /letters/{letter}/fetching": letter_to_fetch,
    "POST /relationships/{relationship}/acceptance": claimed("/acceptance", {"paper": "№ 4"}),
    "POST /relationships/{relationship}/declination": claimed("/declination", {"paper": "№ 4"}),
    "POST /relationships/{relationship}/verification": verification,
    "POST /relationships/{relationship}/confirmation": told(
        "/relationships/{friend}/confirmation", role="second_registry_officer"
    ),
    "POST /relationships/{relationship}/refusal": told("/relationships/{friend}/refusal", GROUND),
    "POST /relationships/{relationship}/permission": told("/relationships/{friend}/permission"),
    "POST /relationships/{relationship}/listing": told(
        "/relationships/{friend}/listing", {"listed": True}, "registry_officer"
    ),
    "POST /relationships/{relationship}/revocation": told("/relationships/{mother}/revocation", ENDED),
    "POST /visitor-bans": told("/visitor-bans", ban_body),
    "POST /convicts": told("/convicts", convict_body, "registry_officer"),
    "POST /convicts/{convict}/transfers": told("/convicts/{convict}/transfers", PLACED, "registry_officer"),
    "POST /convicts/{convict}/conditions": told(
        "/convicts/{convict}/conditions", {"condition": "light", **DATED}, "commission_secretary"
    ),
    "POST /convicts/{convict}/degrees": told("/convicts/{convict}/degrees", {"degree": 1, **DATED}),
    "POST /convicts/{convict}/entries": told(
        "/convicts/{convict}/entries", {"kind": "penalty", "value": "reprimand", **DATED}
    ),
    "POST /entries/{entry}/lifting": entry_to_lift,
    "POST /convicts/{convict}/quarantine-end": quarantine,
    "POST /convicts/{convict}/release": told("/convicts/{convict}/release", {"on": "2026-03-02"}, "registry_officer"),
    "POST /appointments/{appointment}/grant": appointment("requested", "/grant"),
    "POST /appointments/{appointment}/refusal": appointment(
        "requested", "/refusal", {"ground": "ground-medical", "words": "карантин по гриппу"}
    ),
    "POST /appointments/{appointment}/completion": completion,
    "POST /appointments/{appointment}/absence": absence,
    "GET /exceptions": told("/exceptions"),
    "POST /reopenings": told("/reopenings", reopening_body, "registry_officer"),
    "POST /merges": told("/merges", merge_body, "registry_officer"),
    "POST /merges/{merge}/decision": merge_to_decide,
    "POST /relationships/{relationship}/registry-questions": told(
        "/relationships/{friend}/registry-questions", role="registry_officer"
    ),
    "GET /officers": told("/officers"),
    "POST /officers/{officer}/roles": role_wanted,
    "POST /roles/{role}/approval": role_to_give,
    "POST /roles/{role}/ending": role_to_end,
    "POST /exceptions": told("/exceptions", exception_body, "duty_officer"),
    "POST /exceptions/{exception}/decision": exception_to_decide,
    "POST /flags/{flag}/resolution": flag_to_resolve,
    "POST /admissions/{admission}/identity": identity,
    "POST /gates": told("/gates", {"institution": MEDIUM, "name": "КПП 2", "zone": 2}),
    "POST /rooms": told(
        "/rooms",
        lambda face: {
            "institution": MEDIUM, "kind": "short", "name": "Кіші зал", "gate": face.gate(), "places": ["1", "2"],
        },
    ),
    "POST /rooms/{room}/closing": told("/rooms/{room}/closing", {"on": "2026-06-01"}),
    "POST /places/{place}/closing": told("/places/{place}/closing", {"on": "2026-06-01"}),
    "POST /rooms/{room}/sessions": told("/rooms/{room}/sessions", SESSIONS),
    "POST /session-templates/{template}/end": told("/session-templates/{template}/end", {"last": "2026-06-01"}),
    "POST /blocked-dates": told(
        "/blocked-dates",
        {"institution": MEDIUM, "first": "2026-03-20", "last": "2026-03-21", "ground": "Санитарлық күн"},
    ),
    "POST /blocked-dates/{block}/lifting": block_to_lift,
    "POST /devices/{device}/revocation": device_to_revoke,
    "POST /scans": scan_of_pass,
    "GET /gates/{gate}/bundle": told("/gates/{gate}/bundle"),
    "POST /scans/late": late_scans,
    "POST /bridge/key": told("/bridge/key", keys_body),
    "POST /bridge/journal": journal_part,
    "GET /bridge/bundle": bundle_of_bridge,
    "GET /kiosk/calls": told("/kiosk/calls"),
    "POST /kiosk/calls/{call}/agreement": agreement,
    "POST /calls/{call}/room/{op}": room("join", {}),
    "GET /logs": told("/logs"),
    "GET /logs/{log}/checkpoint": file_of_log("/checkpoint"),
    "GET /logs/{log}/tile/{level}/{index}": file_of_log("/tile/0/000"),
    "GET /logs/{log}/tile/{level}/{index}/{rest}": file_of_log("/tile/entries/000.p/3"),
    "GET /logs/{log}/tile/{level}/{index}/{rest}/{width}": file_of_log("/tile/0/x001/000.p/3"),
}  # fmt: skip
