"""The bridge's settings: a TOML file, and a check that says in words what is wrong with it.

`docs/bridge.toml` is an example with every setting.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from firmware_bridge import hardware
from firmware_bridge.channel import note_key
from firmware_bridge.gatehouse import LIVE_DEADLINE
from firmware_bridge.hardware import OsdpConfig, PrinterConfig, ReaderConfig, RelayConfig
from firmware_bridge.passes import PublicKey
from firmware_bridge.section import Section

LOOPBACK = ("127.0.0.1", "::1", "localhost")


class WrongConfig(ValueError):
    """The settings cannot be used; `problems` are sentences for whoever wrote them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a bridge is told. `url` is None for a bridge without a service; `deadline` is in seconds.

    `identity` is the file of its own keys, `bundle` that of the newest bundle, which is used until `bundle_limit`; both
    lie beside the journal where they are not named;
    `verifier_key` is the key that signs bundles, empty to believe the first one the service says.

    `health_port` and `screen_port` are the ports of health page and gate's screen on loopback, None for none.
    """

    institution: int
    journal: Path
    url: str | None
    device_key: str
    deadline: float
    keys: Mapping[int, PublicKey]
    readers: tuple[ReaderConfig, ...] = ()
    osdp: tuple[OsdpConfig, ...] = ()
    relays: tuple[RelayConfig, ...] = ()
    printers: tuple[PrinterConfig, ...] = ()
    health_port: int | None = None
    screen_port: int | None = None
    identity: Path | None = None
    bundle: Path | None = None
    bundle_limit: timedelta = timedelta(hours=4)
    bundle_every: float = 60.0
    verifier_key: str = ""

    def paths(self) -> list[tuple[str, str]]:
        """Every line that is served: what is on it, and its path."""
        return [
            *((f"reader {one.place.reader}", one.path) for one in self.readers),
            *((f"OSDP line {number}", one.path) for number, one in enumerate(self.osdp, 1)),
            *((f"relay {one.name}", one.path) for one in self.relays),
        ]

    def all_paths(self) -> list[tuple[str, str]]:
        """The same, with the printers, whose lines are opened when something is printed."""
        return [*self.paths(), *((f"printer {one.name}", one.path) for one in self.printers)]

    def names(self) -> list[str]:
        """Every reader's name, in the order of the file."""
        behind = (one.place.reader for line in self.osdp for one in line.readers)
        return [*(one.place.reader for one in self.readers), *behind]


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
    health = Section(top.table("health", required=False), "[health]", problems)
    screen = Section(top.table("screen", required=False), "[screen]", problems)
    bundle = Section(top.table("bundle", required=False), "[bundle]", problems)
    config = Config(
        institution=bridge.number("institution", 1, 0xFFFF),
        journal=folder / bridge.text("journal", "gate.journal"),
        url=_url(service),
        device_key=_device_key(service, folder),
        deadline=service.number("deadline_ms", 50, 2000, round(LIVE_DEADLINE * 1000)) / 1000,
        keys=_keys(top),
        readers=tuple(hardware.reader(section) for section in top.sections("readers")),
        osdp=tuple(hardware.osdp(section, folder) for section in top.sections("osdp")),
        relays=tuple(hardware.relay(section) for section in top.sections("relays")),
        printers=tuple(hardware.printer(section, folder) for section in top.sections("printers")),
        health_port=health.number("port", 0, 0xFFFF, 0) or None,
        screen_port=screen.number("port", 0, 0xFFFF, 0) or None,
        identity=folder / bridge.text("identity", "bridge.identity"),
        bundle=folder / bundle.text("file", "gate.bundle"),
        bundle_limit=timedelta(hours=bundle.number("limit_hours", 1, 24, 4)),
        bundle_every=float(bundle.number("every_seconds", 15, 900, 60)),
        verifier_key=_verifier_key(service),
    )
    for section in (top, bridge, service, health, screen, bundle):
        section.nothing_else()
    _across(config, problems)
    if problems:
        raise WrongConfig(problems)
    return config


def cautions(config: Config) -> Iterator[str]:
    """What works and will be regretted."""
    yield from hardware.unstable(config.all_paths())
    for line in config.osdp:
        for reader in line.readers:
            if reader.install:
                yield (
                    f"reader {reader.place.reader}: install = true lets its key be set by whoever is on the line;"
                    " take it out as soon as the log says key-set"
                )
    if config.url is None:
        yield "there is no [service]: every answer will be the offline one, and no scan will be uploaded"
    elif not config.verifier_key:
        yield "[service] names no verifier_key: the first key the service says will be believed from then on"
    if not config.keys and config.url is None:
        yield "there are no [[keys]]: offline, every pass will be refused as unknown-key"


def _across(config: Config, problems: list[str]) -> None:
    if not config.names():
        problems.append("there is no [[readers]] or [[osdp]] section: a bridge needs at least one reader")
    for what, values in (
        ("readers have the name", config.names()),
        ("lines have the path", [path for _, path in config.all_paths()]),
        ("relays have the name", [relay.name for relay in config.relays]),
        ("printers have the name", [printer.name for printer in config.printers]),
    ):
        problems += [f"two {what} {value!r}" for value in sorted({v for v in values if values.count(v) > 1})]
    known = {relay.name for relay in config.relays}
    problems += [
        f"reader {reader.place.reader}: there is no relay {reader.relay!r}"
        for reader in config.readers
        if reader.relay and reader.relay not in known
    ]


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


def _verifier_key(service: Section) -> str:
    text = service.text("verifier_key", "")
    if text:
        try:
            note_key(text)
        except ValueError as fault:
            service.wrong("verifier_key", f"must be the institution's verifier key: {fault}")
    return text


def _device_key(service: Section, folder: Path) -> str:
    if not service.has("device_key_file") and service.text("url", ""):
        service.wrong("device_key_file", "is missing: the file with the key this bridge was given")
    return hardware.secret(service, "device_key_file", folder)


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
