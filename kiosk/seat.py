"""Who stands at the kiosk: in memory alone, one at a time, gone without a trace when he leaves or is silent."""

from collections.abc import Callable
from dataclasses import dataclass, field
from secrets import token_urlsafe
from threading import RLock

IDLE = 60.0
"""Seconds without a touch after which nobody is here any more; the screen asks before."""
PIN = 4
"""Digits of every PIN: the last one is the end of it."""


@dataclass
class Sitting:
    """One visit to the kiosk, from the card to the end. `mark` ties it to the one browser of this screen."""

    card: str
    language: str
    mark: str = field(default_factory=lambda: token_urlsafe(24))
    token: str = field(default_factory=lambda: token_urlsafe(24))
    typed: str = ""
    session: str | None = None
    step: str = "enter"
    """What the keypad is for: 'enter', or a step of choosing a PIN; '' where it is for nothing."""
    choosing: str | None = None
    """A PIN that has been typed once, while it is asked for again."""
    current: str | None = None
    """The PIN he has, while he chooses another; forgotten as soon as he has, or turns elsewhere."""
    chose_language: bool = False
    """He touched a language himself; it is the one that is remembered for him."""
    offline_pin: str | None = None
    first_pin: bool = False
    draft: dict[str, str] = field(default_factory=dict)
    spoken: str = ""

    def turn(self, step: str) -> None:
        """The keypad is for this from now on."""
        self.step, self.typed = step, ""
        if step == "":
            self.choosing = self.current = None


class Seat:
    """The one place before the screen. Everything is behind one lock; times are monotonic seconds."""

    def __init__(self, monotonic: Callable[[], float], idle: float = IDLE) -> None:
        self._monotonic = monotonic
        self._idle = idle
        self._lock = RLock()
        self._card: tuple[str, float] | None = None
        self._sitting: Sitting | None = None
        self._touched = 0.0
        self._displaced: list[Sitting] = []

    def show_card(self, number: str) -> None:
        """The reader has read a card: a new person stands here, and whoever stood here before is gone."""
        with self._lock:
            self._displace()
            self._card = (number, self._monotonic())

    def card_is_shown(self) -> bool:
        """Whether a card waits to be taken up by the screen."""
        with self._lock:
            return self._card is not None and self._monotonic() - self._card[1] < self._idle

    def sit(self, language: str) -> Sitting | None:
        """Takes up the card that was shown."""
        with self._lock:
            if not self.card_is_shown() or self._card is None:
                return None
            self._displace()
            self._sitting = Sitting(self._card[0], language)
            self._card = None
            self._touched = self._monotonic()
            return self._sitting

    def sitting(self, mark: str) -> Sitting | None:
        """Who stands here, if the browser is the one he began with and he was not silent for too long."""
        with self._lock:
            found = self._sitting
            if found is None or found.mark != mark:
                return None
            if self._monotonic() - self._touched > self._idle:
                self._displace()
                return None
            self._touched = self._monotonic()
            return found

    def leave(self) -> Sitting | None:
        """Nobody stands here any more; answers who did, for signing out."""
        with self._lock:
            gone, self._sitting, self._card = self._sitting, None, None
            return gone

    def gone(self) -> Sitting | None:
        """Somebody who stood here and has gone, being silent for too long or another having come; each once."""
        with self._lock:
            if self._sitting is not None and self._monotonic() - self._touched > self._idle:
                self._displace()
                self._card = None
            return self._displaced.pop(0) if self._displaced else None

    def _displace(self) -> None:
        if self._sitting is not None:
            self._displaced.append(self._sitting)
            self._sitting = None
