"""The faces and a worker in a process of their own, on a clock that tests may move, over a real Janus."""

import multiprocessing
import multiprocessing.sharedctypes
import os
import signal
import threading
import time
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from flask import Flask, Response, request
from markupsafe import Markup

from service.app.call_handles import DatabaseBook
from service.gateways.janus.line import JanusLine
from service.gateways.janus.rooms import JanusCalls
from service.jobs.call_rooms import sweep_rooms
from service.jobs.calling import CallWatch
from service.store.environment import Environment
from service.web import public, staff
from service.web.api.app import create_app as create_api_app
from service.web.call_room import CallRooms
from service.web.page_app import page_app
from service.web.pages import Pages, from_other_systems
from tests.browser.faces import SETTINGS
from tests.browser.serving import served
from tests.builders import SetClock, make_environment

KIOSK, RECORDED, KEPT = "kiosk", "recorded", "kept"
SPAWN = multiprocessing.get_context("spawn")


class MovedClock(SetClock):
    """Runs as the wall's does, from `start`; processes share `offset`, so that all of them jump together."""

    def __init__(self, start: datetime, offset: Any, begun: float) -> None:
        self.start, self.offset, self.begun = start, offset, begun

    def __call__(self) -> datetime:
        return self.start + timedelta(seconds=time.time() - self.begun + self.offset.value)

    @property
    def now(self) -> datetime:  # type: ignore[override]
        return self()

    def jump(self, to: datetime) -> None:
        """It is that moment now, and time goes on."""
        self.offset.value += (to - self()).total_seconds()


@dataclass(frozen=True)
class Served:
    """Where the faces are."""

    public: str
    staff: str
    booth: str


def _serve(
    url: str, keys: Path, clock: MovedClock, looks: Any, janus: JanusLine, folder: Path, told: Connection
) -> None:
    environment = make_environment(url, keys, clock)
    provider = JanusCalls(janus, DatabaseBook(environment), folder / RECORDED)
    rooms = CallRooms(provider, recordings=folder / KEPT)
    api = create_api_app(environment, SETTINGS, send_code=lambda _: None, calls=rooms)
    with ExitStack() as stack:
        faces = (
            public.create_app(environment, SETTINGS, send_code=lambda _: None, calls=rooms),
            staff.create_app(environment, SETTINGS, calls=rooms),
            _booth(api, folder / KIOSK),
        )
        addresses = [stack.enter_context(served(face)) for face in faces]
        threading.Thread(target=_work, args=(environment, provider, looks), daemon=True).start()
        told.send(addresses)
        signal.pause()


def _work(environment: Environment, provider: JanusCalls, looks: Any) -> None:
    watch, swept = CallWatch(provider), 0.0
    while True:
        watch.turn(environment)
        if looks.value:  # on a machine under load pages are slow, and nobody has gone
            watch.look(environment)
        if time.monotonic() > swept + 2:
            sweep_rooms(environment, provider)
            swept = time.monotonic()
        time.sleep(0.2)


def _booth(api: Flask, kiosk: Path) -> Flask:
    """The kiosk's page in a booth: the same room, whose questions go to the interface with the kiosk's own key."""
    app = page_app("kiosk", SETTINGS)
    part = Pages("booth")

    @part.page("/calls/<call>", audience=("anyone",))
    def show(call: str) -> str:
        from service.web.face import install_words

        install_words(app)
        macro = app.jinja_env.get_template("shared/call_room.html").make_module().call_room  # type: ignore[attr-defined]
        room: Markup = macro(call, "convict", ["relative", "supervisor"])
        script = app.jinja_env.globals["static"]("call.js")  # type: ignore[operator]
        return f'<!doctype html><html lang="kk"><title>1</title><script src="{script}" defer></script>{room}'

    def room(call: str, op: str) -> Response:
        key, session = kiosk.read_text().split()
        carried = {"Authorization": f"Bearer {key}", "Kezdesu-Convict": session}
        answer = api.test_client().post(
            f"/api/v1/calls/{call}/room/{op}", data=request.get_data(), content_type="application/json", headers=carried
        )
        return Response(answer.data, answer.status_code, mimetype=answer.mimetype)

    part.page("/calls/<call>/room/<op>", audience=("anyone",), methods=("POST",))(from_other_systems(room))
    app.register_blueprint(part)
    return app


@dataclass
class Service:
    """The service as a process that can be killed and started again."""

    url: str
    keys: Path
    clock: MovedClock
    looks: Any
    """Whether its worker looks for seats that have fallen silent, shared with it."""
    janus: JanusLine
    folder: Path
    """Its own: the kiosk's key and the convict's session, what Janus records, what is kept of it."""
    at: Served = field(init=False)
    _child: Any = field(default=None, init=False)

    def start(self) -> None:
        """Returns when its faces answer."""
        here, there = SPAWN.Pipe()
        told = (self.url, self.keys, self.clock, self.looks, self.janus, self.folder, there)
        self._child = SPAWN.Process(target=_serve, args=told)
        self._child.start()
        assert here.poll(120), "the service did not start"
        self.at = Served(*here.recv())

    def kill(self) -> None:
        """As a power cut would end it."""
        if self._child is not None and self._child.is_alive():
            os.kill(self._child.pid, signal.SIGKILL)
            self._child.join()
