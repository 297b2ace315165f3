"""The media of the demonstration's calls: a Janus of its own where the package is installed, nobody where it is not."""

import ipaddress
import secrets
import shutil
from collections.abc import Mapping
from pathlib import Path

from service.config import Settings
from service.gateways.janus.configuration import JanusSetup, write_configuration
from service.gateways.janus.process import PROGRAM, free_port, installed


def carried(settings: Settings) -> bool:
    """Whether the demonstration starts a Janus: unless another supplier was chosen, or none can be started."""
    return settings.calls == "memory" and installed()


def prepare(settings: Settings) -> tuple[list[str], Mapping[str, str]]:
    """Writes Janus' configuration; answers the program's line, and what the other parts are told of it."""
    folder = settings.data_dir.absolute() / "janus"
    setup = JanusSetup(free_port(), secrets.token_urlsafe(32), _address(settings), media=(20000, 20999))
    write_configuration(folder, setup)
    recordings = folder / "recordings"
    recordings.mkdir(mode=0o700, exist_ok=True)
    told = {
        "KEZDESU_CALLS": "janus",
        "KEZDESU_JANUS_RECORDINGS": str(recordings),
        "KEZDESU_JANUS_URL": f"http://127.0.0.1:{setup.port}/janus",
        "KEZDESU_JANUS_SECRET_FILE": str(_secret(folder, setup.secret)),
    }
    return [shutil.which(PROGRAM) or PROGRAM, "--configs-folder", str(folder)], told


def _address(settings: Settings) -> str:
    """Where media is taken: where the faces are, or on this machine where they listen everywhere or by a name."""
    try:
        address = ipaddress.ip_address(settings.address)
    except ValueError:
        return "127.0.0.1"
    return "127.0.0.1" if address.is_unspecified else str(address)


def _secret(folder: Path, secret: str) -> Path:
    file = folder / "secret"
    file.touch(mode=0o600)
    file.write_text(secret, encoding="utf-8")
    return file
