"""The kiosk as a process of its own: reader and printer on pseudo-terminals, the service behind a real line."""

import subprocess
import sys
from pathlib import Path
from random import Random
from threading import Event, Thread
from time import monotonic
from typing import Any

import httpx
from flask import Flask
from werkzeug.serving import make_server

from firmware_bridge.simulate.line import FramedCardModel, SimulatedLine
from firmware_bridge.simulate.printer import SimulatedPrinter
from tests.kiosk.standing import hidden, wait_until
from tests.structure.tree import ROOT

BAUD = 115_200
FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"


class ServedApi:
    """The interface on one port of loopback, which is closed and opened again."""

    def __init__(self, app: Flask) -> None:
        self._app, self.port, self._server = app, 0, None
        self.mend()

    def mend(self) -> None:
        self._server: Any = make_server("127.0.0.1", self.port, self._app, threaded=True)
        self.port = self._server.port
        self._thread = Thread(target=self._server.serve_forever, name="served-api")
        self._thread.start()

    def cut(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class CardLine:
    """The reader's end of the line, turned in a thread."""

    def __init__(self, at: Path) -> None:
        self._line = SimulatedLine(at, FramedCardModel(), BAUD, Random(1))
        self._stopped = Event()
        self._thread = Thread(target=self._turn, name="card-line")
        self._thread.start()
        self.path = self._line.path

    def show(self, card: str) -> None:
        """A card is held before the reader."""
        self._line.model.scan(card)

    def close(self) -> None:
        self._stopped.set()
        self._thread.join()
        self._line.close()

    def _turn(self) -> None:
        while not self._stopped.wait(0.005):
            self._line.turn(monotonic())


class Program:
    """`kezdesu kiosk` with its folder. `start` begins it on a free port, `kill` ends it as a power cut does."""

    def __init__(self, folder: Path, api: ServedApi, key: str) -> None:
        folder.mkdir(exist_ok=True)
        self.state = folder / "waiting"
        self.cards = CardLine(folder / "card")
        self.printer = SimulatedPrinter(folder / "printer")
        (folder / "device.key").write_text(key, encoding="ascii")
        self._settings = folder / "kiosk.toml"
        self._settings.write_text(
            f'url = "http://127.0.0.1:{api.port}"\ndevice_key_file = "device.key"\nstate = "waiting"\nlanguage = "ru"\n'
            f'speech = false\npublic = "https://kezdesu.example"\n'
            f'[reader]\nprotocol = "framed"\npath = "{self.cards.path}"\nbaud = {BAUD}\n'
            f'[printer]\npath = "{self.printer.path}"\nprofile = "TM-T20II"\nfont = "{FONT}"\n',
            encoding="utf-8",
        )
        self._process: subprocess.Popen[str] | None = None
        self.url = ""

    def start(self) -> None:
        command = [sys.executable, "-m", "service", "kiosk", str(self._settings), "--port", "0"]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().strip()
        assert self.url.startswith("http://127.0.0.1:"), self.url

    def kill(self) -> None:
        """SIGKILL: nothing is closed, nothing is written any more."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            if self._process.stdout is not None:
                self._process.stdout.close()
            self._process = None

    def close(self) -> None:
        self.kill()
        self.cards.close()
        self.printer.close()

    @property
    def waiting(self) -> list[int]:
        """The sequences that wait on the disk."""
        return sorted(int(one.stem) for one in self.state.glob("*.json"))


class AtTheScreen:
    """Somebody before the screen of the program, without a browser."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._client = httpx.Client(base_url=program.url, follow_redirects=True, timeout=60)
        self.page = ""

    def get(self, path: str) -> str:
        self.page = self._client.get(path).text
        return self.page

    def send(self, path: str, **form: str) -> str:
        """Posts with the token and the key of the page before."""
        given = {name: found for name in ("token", "once") if (found := hidden(self.page, name)) is not None}
        self.page = self._client.post(path, data={**given, **form}).text
        return self.page

    def sign_in(self, card: str, pin: str) -> str:
        """Holds the card to the reader until the screen has taken it up, and types the PIN."""
        self._program.cards.show(card)
        wait_until(lambda: bool(self._client.get("/state").json()["card"]))
        self.get("/")
        self.send("/language", language="ru", back="/pin")
        for digit in pin:
            self.send("/pin", key=digit)
        return self.page
