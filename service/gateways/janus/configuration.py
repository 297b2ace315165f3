"""Janus' own configuration for this service: written into a folder of its own, never into the package's.

The Debian package listens on every interface with a known secret; nothing of its configuration is used.
"""

import argparse
import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

TEMPLATES = Path(__file__).parent / "config"
LIBRARY = Path("/usr/lib/x86_64-linux-gnu/janus")
PLACES = re.compile(r"@([A-Z_]+)@")
SECRET = re.compile(r"[0-9A-Za-z_-]{32,128}")


@dataclass(frozen=True, slots=True)
class JanusSetup:
    """How one Janus is set up. `port`: where the service speaks to it, on this machine only. `address`: where it takes
    media. `public`: the address that pages see, where Janus stands behind NAT. `media`: its range of UDP ports."""

    port: int
    secret: str
    address: str = "127.0.0.1"
    public: str = ""
    media: tuple[int, int] = (20000, 21999)
    library: Path = LIBRARY


def write_configuration(folder: Path, setup: JanusSetup) -> None:
    """Writes the files of `setup`, readable by their owner only. Raises ValueError for what cannot be meant."""
    for address in filter(None, (setup.address, setup.public)):
        ipaddress.ip_address(address)
    if not SECRET.fullmatch(setup.secret):
        raise ValueError("the secret is 32 to 128 letters, digits, - or _")
    first, last = setup.media
    if not 1024 <= first < last <= 65535:
        raise ValueError("the ports of media are two numbers from 1024 to 65535, the lower first")
    values = {
        "FOLDER": str(folder),
        "LIBRARY": str(setup.library),
        "ADDRESS": setup.address,
        "SECRET": setup.secret,
        "PORTS": f"{first}-{last}",
        "PORT": str(setup.port),
        "ICE_LITE": "true" if setup.public else "false",
        "ENFORCE": f'ice_enforce_list = "{setup.address}"',
        "NAT": f'nat_1_1_mapping = "{setup.public}"' if setup.public else "",
    }
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for template in sorted(TEMPLATES.glob("*.jcfg")):
        text = PLACES.sub(lambda place: values[place[1]], template.read_text(encoding="utf-8"))
        file = folder / template.name
        file.touch(mode=0o600)
        file.write_text(text, encoding="utf-8")


def main() -> None:
    """`python -m service.gateways.janus.configuration FOLDER --secret-file FILE …`: writes the files of a server."""
    parser = argparse.ArgumentParser(description="Write the configuration of Janus for this service.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--secret-file", type=Path, required=True)
    parser.add_argument("--port", type=int, default=8088)
    parser.add_argument("--address", required=True, help="where media is taken")
    parser.add_argument("--public", default="", help="the address that pages see, behind NAT")
    parser.add_argument("--media", default="20000-21999", help="UDP ports of media")
    given = parser.parse_args()
    first, _, last = given.media.partition("-")
    secret = given.secret_file.read_text(encoding="utf-8").strip()
    media = (int(first), int(last))
    write_configuration(given.folder, JanusSetup(given.port, secret, given.address, given.public, media))


if __name__ == "__main__":
    main()
