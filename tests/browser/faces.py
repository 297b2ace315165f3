"""The faces of one world, each on an address of its own, with the local inbox between them."""

import contextlib
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask

from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms
from service.web import inbox, public, staff
from service.web.code_sending import code_sender
from service.web.settings import WebSettings
from tests.browser.serving import served
from tests.builders import SetClock, make_environment
from tests.cast import NOW, Made, World

SETTINGS = WebSettings(key=b"k" * 32, secure=False, time_zone=ZoneInfo("Asia/Almaty"), pause=lambda _: None)


@dataclass(frozen=True)
class Faces:
    """The apps of one world."""

    world: World
    texts: LocalSms
    public: Flask
    staff: Flask
    inbox: Flask

    def code(self) -> str:
        """The code in the newest text."""
        found = re.search(r"\b\d{6}\b", self.texts.received()[0].text)
        assert found is not None
        return found[0]


@contextlib.contextmanager
def sqlite_world(made: Made, folder: Path) -> Iterator[World]:
    """A copy of the cast on SQLite, on Monday 2 March 2026 at 09:00 in Almaty."""
    shutil.copytree(made.keys, folder / "keys")
    shutil.copyfile(made.url, folder / "kezdesu.db")
    clock = SetClock(NOW)
    environment = make_environment(f"sqlite:///{folder / 'kezdesu.db'}", folder / "keys", clock)
    copied = {name: dict(value) for name, value in vars(made.world).items() if isinstance(value, dict)}
    yield replace(made.world, environment=environment, clock=clock, **copied)
    environment.database.close()


def make_faces(world: World, folder: Path) -> Faces:
    """The apps over a world; texts and letters lie in files of the folder."""
    texts, letters = (kind(folder / name, world.clock) for kind, name in ((LocalSms, "sms"), (LocalMail, "mail")))
    environment = world.environment
    return Faces(
        world,
        texts,
        public.create_app(environment, SETTINGS, send_code=code_sender(environment, texts)),
        staff.create_app(environment, SETTINGS),
        inbox.create_app(environment, SETTINGS, texts=texts, letters=letters),
    )


@dataclass(frozen=True)
class Addresses:
    """Where the apps of `faces` are served."""

    faces: Faces
    public: str
    staff: str
    inbox: str


@contextlib.contextmanager
def served_faces(faces: Faces) -> Iterator[Addresses]:
    """Serves every app for as long as the block lasts."""
    with served(faces.public) as public_at, served(faces.staff) as staff_at, served(faces.inbox) as inbox_at:
        yield Addresses(faces, public_at, staff_at, inbox_at)
