"""systemd's readiness and watchdog protocol (sd_notify(3)): one datagram a word, to the socket it names."""

import socket
from contextlib import suppress


class Notifier:
    """Speaks to the socket named by NOTIFY_SOCKET; to nobody when there is none. Never raises."""

    def __init__(self, address: str) -> None:
        # An address that begins with @ is in the abstract namespace.
        self._address = "\0" + address[1:] if address.startswith("@") else address

    def ready(self) -> None:
        """The bridge serves."""
        self._say("READY=1")

    def alive(self, status: str) -> None:
        """Every loop has come round; `status` is shown by `systemctl status`."""
        self._say(f"WATCHDOG=1\nSTATUS={status[:200]}")

    def stopping(self) -> None:
        """The bridge was told to stop."""
        self._say("STOPPING=1")

    def _say(self, words: str) -> None:
        if self._address:
            with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
                line.sendto(words.encode(), self._address)
