"""The kiosk's settings: a TOML file; what is wrong with it is said in words."""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from firmware_bridge.hardware import BAUD_RATES, PrinterConfig

PROTOCOLS = ("framed", "number", "typed")
"""A reader with start and stop octets, one that sends a line of digits, or none: the number is typed."""

SERVER = re.compile(r"wss?://[0-9A-Za-z.:-]+")


class WrongConfig(ValueError):
    """The settings cannot be used; `problems` are sentences for whoever wrote them."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Config:
    """Everything a kiosk is told. `state` holds the count of sequences and what waits, sealed, for the line."""

    url: str
    device_key: str
    state: Path
    port: int = 8010
    language: str = "kk"
    reader: str = "typed"
    reader_path: str = ""
    reader_baud: int = 9600
    printer: PrinterConfig | None = None
    speech: bool = True
    public: str = ""
    """Address of the families' pages, for the short link on slips; none is printed without."""
    call_library: Path | None = None
    """The program of a supplier of calls, where pages speak to one themselves, and its address, `wss://…`."""
    call_server: str = ""


def read_config(path: Path) -> Config:
    """Reads and checks a file. Raises WrongConfig with everything that is wrong."""
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise WrongConfig([f"{path} cannot be read: {error}"]) from error
    problems: list[str] = []
    device_key = _key(told, path.parent, problems)
    for name in ("url", "state"):
        if not isinstance(told.get(name), str) or not told.get(name):
            problems.append(f"'{name}' is missing")
    reader = told.get("reader", {})
    protocol = reader.get("protocol", "typed")
    if protocol not in PROTOCOLS:
        problems.append(f"the reader's 'protocol' is one of {', '.join(PROTOCOLS)}")
    if protocol != "typed" and not reader.get("path"):
        problems.append("the reader's 'path' is missing; take one of /dev/serial/by-id")
    if reader.get("baud", 9600) not in BAUD_RATES:
        problems.append(f"the reader's 'baud' is one of {', '.join(map(str, BAUD_RATES))}")
    if told.get("language", "kk") not in ("kk", "ru", "en"):
        problems.append("'language' is kk, ru or en")
    if not str(told.get("public", "https://")).startswith(("https://", "http://")):
        problems.append("'public' is the address of the families' pages, with https://")
    if ("call_library" in told) != ("call_server" in told) or not SERVER.fullmatch(told.get("call_server", "wss://a")):
        problems.append("'call_library' and 'call_server' go together: a file, and wss://host without a path")
    if problems:
        raise WrongConfig(problems)
    return Config(
        url=told["url"].rstrip("/"),
        device_key=device_key,
        state=path.parent / told["state"],
        port=int(told.get("port", 8010)),
        language=told.get("language", "kk"),
        reader=protocol,
        reader_path=reader.get("path", ""),
        reader_baud=reader.get("baud", 9600),
        printer=_printer(told.get("printer")),
        speech=bool(told.get("speech", True)),
        public=str(told.get("public", "")),
        call_library=path.parent / told["call_library"] if "call_library" in told else None,
        call_server=str(told.get("call_server", "")),
    )


def _key(told: dict[str, Any], folder: Path, problems: list[str]) -> str:
    file = told.get("device_key_file")
    if not isinstance(file, str):
        problems.append("'device_key_file' is missing: the file with the key that was shown when the kiosk was added")
        return ""
    try:
        return (folder / file).read_text(encoding="ascii").strip()
    except (OSError, ValueError) as error:
        problems.append(f"the device key cannot be read: {error}")
        return ""


def _printer(told: dict[str, Any] | None) -> PrinterConfig | None:
    if told is None:
        return None
    return PrinterConfig(
        "kiosk", str(told.get("path", "")), int(told.get("baud", 115_200)), str(told.get("profile", "default")),
        str(told.get("font", "")),
    )  # fmt: skip
