"""The officers' desk and the gate's screen: requests, ties, flags and disputes, who may enter."""

from flask import Flask, g, request

from service.store.environment import Environment
from service.web.call_room import CallRooms
from service.web.face import Sessions, install_refusals, install_words, owner_of, status_of
from service.web.i18n import words
from service.web.page_app import page_app
from service.web.settings import WebSettings
from service.web.staff import (
    arrivals,
    asked,
    board,
    call_kept,
    call_rooms,
    call_rota,
    call_watch,
    calls,
    cards,
    convicts,
    devices,
    entrance,
    entries,
    erasures,
    exceptions,
    faces,
    gate,
    gate_pin,
    keys,
    late,
    lists,
    merges,
    movements,
    officer_ways,
    officers,
    own_account,
    proposals,
    registers,
    relations,
    requests,
    reviews,
    second_step,
    set_up,
    settling,
    timetable,
)
from service.web.staff.face import StaffFace, menu_of

__all__ = ["create_app"]

PARTS = (
    entrance,
    second_step,
    set_up,
    own_account,
    faces,
    requests,
    relations,
    reviews,
    gate,
    gate_pin,
    late,
    exceptions,
    merges,
    erasures,
    officers,
    officer_ways,
    keys,
    convicts,
    arrivals,
    registers,
    entries,
    proposals,
    movements,
    board,
    timetable,
    settling,
    lists,
    asked,
    cards,
    devices,
    call_rooms,
    calls,
    call_watch,
    call_rota,
    call_kept,
)


def create_app(environment: Environment, settings: WebSettings, *, calls: CallRooms | None = None) -> Flask:
    """The app of the officers, gate officers included. `calls`: the rooms of supervised calls, in memory by default."""
    app = page_app(
        "staff",
        settings,
        sign_ins=Sessions(environment, "officer"),
        sign_in_page="/sign-in",
        same_site="Strict",
        status_of=status_of,
        owner_of=owner_of(environment),
    )
    install_refusals(app)
    install_words(app)
    app.jinja_env.globals["frame"] = "staff/layout.html"
    face = StaffFace(environment, settings, calls=calls or CallRooms())
    for part in PARTS:
        app.register_blueprint(part.pages(face))
    app.context_processor(_places)
    return app


def _places() -> dict[str, object]:
    """The main menu of the officer who is signed in: what the policy opens to them, and nothing else."""
    caller = g.get("caller")
    if caller is None:
        return {}
    menu = menu_of(caller)
    if len(menu) < 2:  # a gate officer's screen has no use for a menu of one
        return {}
    return {
        "places": [
            {
                "address": address,
                "icon": icon,
                "name": words().sentence(name),
                "here": request.path.startswith(address),
            }
            for address, icon, name in menu
        ]
    }
