"""What a PIN of the kiosk may be: four digits, none of those that everybody tries first.

All have one length, so that the last digit signs in by itself and nobody has to find another key. What keeps it from
being guessed is the throttle: five tries for a card in a quarter of an hour.
"""

from itertools import pairwise

DIGITS = 4


def is_pin(text: str) -> bool:
    """Whether the text has the form of a PIN."""
    return len(text) == DIGITS and text.isascii() and text.isdigit()


def is_weak(pin: str) -> bool:
    """Whether everybody tries it first: one digit repeated, a row up or down, pairs of one kind, a year."""
    steps = {(int(after) - int(before)) % 10 for before, after in pairwise(pin)}
    halves = len(pin) % 2 == 0 and pin[: len(pin) // 2] == pin[len(pin) // 2 :]
    year = len(pin) == DIGITS and pin[:2] in ("19", "20")
    return (len(steps) == 1 and steps <= {0, 1, 9}) or halves or year


def are_alike(pin: str, other: str) -> bool:
    """Whether a shaking hand may type one for the other: fewer than two digits differ."""
    return sum(one != two for one, two in zip(pin, other, strict=True)) < 2
