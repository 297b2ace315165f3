"""What a PIN of the kiosk may be (digits only, 4 to 6), so that guessing it within the throttle is hopeless."""

from itertools import pairwise

FEWEST, MOST = 4, 6
FIRST_DIGITS = 6


def is_pin(text: str) -> bool:
    """Whether the text has the form of a PIN."""
    return FEWEST <= len(text) <= MOST and text.isascii() and text.isdigit()


def is_weak(pin: str) -> bool:
    """Whether everybody tries it first: one digit repeated, a row up or down, pairs of one kind, a year."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    halves = len(pin) % 2 == 0 and pin[: len(pin) // 2] == pin[len(pin) // 2 :]
    year = len(pin) == 4 and pin[:2] in ("19", "20")
    return (len(steps) == 1 and steps <= {0, 1, 9}) or halves or year
