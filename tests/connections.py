"""Tests talk to this machine only: any other connection or name look-up in a test process is an error."""

import ipaddress
import sys
from typing import Any


class OutsideConnectionError(AssertionError):
    """A test tried to leave the machine."""


def _stays_here(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else None  # a string is the path of a Unix socket
    elif event in ("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"):
        host = arguments[0]
    else:
        return
    if not _stays_here(host):
        raise OutsideConnectionError(f"{event} to {host!r}: tests talk to this machine only")


def keep_inside() -> None:
    """Holds for the rest of this process: an audit hook cannot be removed, and sees every Python socket."""
    sys.addaudithook(_watch)
