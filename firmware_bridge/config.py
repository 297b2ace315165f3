"""The bridge's settings: a TOML file, and a check that says in words what is wrong with it.

`docs/bridge.toml` is an example with every setting.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_bridge.actuate.line import ACTUATORS
from firmware_bridge.decide import Direction
from firmware_bridge.gatehouse import LIVE_DEADLINE, Place
from firmware_bridge.passes import PublicKey
from firmware_bridge.section import Section

BAUD_RATES = (1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200)
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class WrongConfig(ValueError):
    """The settings cannot be used; `problems` are sentences for whoever wrote them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class ReaderConfig:
    """One reader on one line."""

    place: Place
    path: str
    baud: int
    kind: str
    prefixes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a bridge is told. `url` is None for a bridge without a service; `deadline` is in seconds."""

    institution: int
    journal: Path
    url: str | None
    device_key: str
    deadline: float
    keys: Mapping[int, PublicKey]
    readers: tuple[ReaderConfig, ...]


def load(path: Path) -> Config:
    """Reads the file; paths in it are taken from its folder. Raises WrongConfig with every problem found."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except OSError as fault:
        raise WrongConfig([f"{path} cannot be read: {fault.strerror}"]) from fault
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise WrongConfig([f"{path} is no TOML: {fault}"]) from fault
    return parse(table, path.parent)


def parse(table: Mapping[str, Any], folder: Path) -> Config:
    """Takes the settings from a read table. Raises WrongConfig with every problem found, not the first alone."""
    problems: list[str] = []
    top = Section(table, "the file", problems)
    bridge = Section(top.table("bridge"), "[bridge]", problems)
    service = Section(top.table("service", required=False), "[service]", problems)
    config = Config(
        institution=bridge.number("institution", 1, 0xFFFF),
        journal=folder / bridge.text("journal", "gate.journal"),
        url=_url(service),
        device_key=_device_key(service, folder),
        deadline=service.number("deadline_ms", 50, 2000, round(LIVE_DEADLINE * 1000)) / 1000,
        keys=_keys(top),
        readers=tuple(_reader(section) for section in top.sections("readers")),
    )
    for section in (top, bridge, service):
        section.nothing_else()
    _across(config, problems)
    if problems:
        raise WrongConfig(problems)
    return config


def cautions(config: Config) -> Iterator[str]:
    """What works and will be regretted."""
    for reader in config.readers:
        if "/ttyUSB" in reader.path or "/ttyACM" in reader.path:
            yield (
                f"reader {reader.place.reader}: {reader.path} may be another reader after the next start;"
                " use its path under /dev/serial/by-id or /dev/serial/by-path"
            )
    if config.url is None:
        yield "there is no [service]: every answer will be the offline one, and no scan will be uploaded"
    if not config.keys:
        yield "there are no [[keys]]: offline, every pass will be refused as unknown-key"


def _across(config: Config, problems: list[str]) -> None:
    if not config.readers:
        problems.append("there is no [[readers]] section: a bridge needs at least one reader")
    for what, values in (
        ("readers have the name", [reader.place.reader for reader in config.readers]),
        ("readers have the path", [reader.path for reader in config.readers]),
    ):
        problems += [f"two {what} {value!r}" for value in sorted({v for v in values if values.count(v) > 1})]


def _url(service: Section) -> str | None:
    url = service.text("url", "")
    if not url:
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        service.wrong("url", "must be an address such as https://kezdesu.example.kz")
    elif parts.scheme == "http" and parts.hostname not in LOOPBACK:
        service.wrong("url", "must begin with https: the device key would cross the network in the clear")
    return url


def _device_key(service: Section, folder: Path) -> str:
    name = service.text("device_key_file", "")
    if not name:
        if service.text("url", ""):
            service.wrong("device_key_file", "is missing: the file with the key this bridge was given")
        return ""
    path = folder / name
    try:
        if path.stat().st_mode & 0o077:
            service.wrong("device_key_file", f"{path} can be read by others: chmod 600 {path}")
        key = path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError) as fault:
        service.wrong("device_key_file", f"{path} cannot be read: {fault}")
        return ""
    if not key:
        service.wrong("device_key_file", f"{path} is empty")
    return key


def _keys(top: Section) -> dict[int, PublicKey]:
    keys: dict[int, PublicKey] = {}
    for section in top.sections("keys"):
        key_id, key = _key(section)
        if key_id in keys:
            section.wrong("id", f"{key_id} is given to two keys")
        keys[key_id] = key
    return keys


def _key(section: Section) -> tuple[int, PublicKey]:
    key_id = section.number("id", 1, 0xFFFF)
    public = section.text("public")
    valid_from, valid_until = section.moment("valid_from"), section.moment("valid_until")
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public))
    except ValueError:
        if public:
            section.wrong("public", "must be the public key, 64 hexadecimal digits")
        key = Ed25519PublicKey.from_public_bytes(bytes(32))
    if valid_from > valid_until:
        section.wrong("valid_until", "must lie after valid_from")
    section.nothing_else()
    return key_id, PublicKey(key, valid_from, valid_until)


def _reader(section: Section) -> ReaderConfig:
    reader = ReaderConfig(
        place=Place(
            reader=section.text("name"),
            gate=section.text("gate"),
            gate_zone=section.number("gate_zone", 1, 0xFF),
            direction=Direction(section.choice("direction", [way.value for way in Direction])),
        ),
        path=section.text("path"),
        baud=section.choice("baud", BAUD_RATES, 9600),
        kind=section.choice("kind", list(ACTUATORS), "silent"),
        prefixes=tuple(section.texts("prefixes")),
    )
    section.nothing_else()
    return reader
