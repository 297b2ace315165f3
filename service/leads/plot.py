"""A funnel plot as SVG, made by hand: each officer a point, the limits as lines, words for whoever does not see it."""

from collections.abc import Callable, Sequence
from html import escape

from service.leads.excess import Funnel

WIDTH, HEIGHT = 640, 360
LEFT, BOTTOM, TOP, RIGHT = 56, 44, 28, 16
TAILS = (0.025, 0.001)
STEPS = 40
Scale = Callable[[float], float]


def funnel_plot(found: Funnel, title: str, named: Sequence[str] = ()) -> str:
    """The plot as an SVG element. `named` are the officers marked, with a shape and not by colour alone.

    Across: how many chances an officer had; up: the share counted. The text alternative says the same in words.
    """
    judged = found.judged
    most = max((one.unit.chances for one in judged), default=1)
    highest = max([one.unit.count / one.unit.chances for one in judged] + [found.rate * 2, 0.01])
    across = _scale(0, most, LEFT, WIDTH - RIGHT)
    up = _scale(0, highest, HEIGHT - BOTTOM, TOP)
    points = "".join(
        _point(across(unit.chances), up(unit.count / unit.chances), unit.name in named, unit.name)
        for unit in (one.unit for one in judged)
    )
    lines = "".join(_line(found, tail, most, highest, across, up) for tail in TAILS)
    usual = (
        f'<path d="M{LEFT} {up(found.rate):.1f}H{WIDTH - RIGHT}" stroke="currentColor" stroke-width="1" fill="none"/>'
    )
    words = (
        f"{len(judged)} officers; the usual share is {found.rate:.2%}. Lines: the share passed by chance once in 40, "
        f"and once in 1000, officers differing as they do here (correlation {found.spread:.4f}). "
        + (f"Above and named: {', '.join(named)}." if named else "Nobody is named.")
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(words)}</desc>'
        f"{usual}{lines}{points}{_axes(most, highest, across, up)}</svg>"
    )


def _scale(low: float, high: float, first: float, last: float) -> Scale:
    span = (high - low) or 1.0
    return lambda value: first + (value - low) / span * (last - first)


def _point(x: float, y: float, named: bool, name: str) -> str:
    if named:
        return f'<path d="M{x - 5:.1f} {y:.1f}l5 -7 5 7 -5 7z" fill="#a3261b"><title>{escape(name)}</title></path>'
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="currentColor" fill-opacity=".5"/>'


def _line(found: Funnel, tail: float, most: int, highest: float, across: Scale, up: Scale) -> str:
    places = []
    for step in range(1, STEPS + 1):
        chances = max(1, round(most * step / STEPS))
        share = min(found.limit(chances, tail), highest)
        places.append(f"{across(chances):.1f} {up(share):.1f}")
    dashes = "6 4" if tail == TAILS[0] else "2 3"
    return f'<path d="M{"L".join(places)}" stroke="currentColor" stroke-dasharray="{dashes}" fill="none"/>'


def _axes(most: int, highest: float, across: Scale, up: Scale) -> str:
    words = 'font-family="sans-serif" font-size="14" fill="currentColor"'
    ticks = "".join(
        f'<text x="{across(most * part):.0f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" {words}>'
        f"{most * part:.0f}</text>"
        f'<text x="{LEFT - 6}" y="{up(highest * part) + 5:.0f}" text-anchor="end" {words}>{highest * part:.0%}</text>'
        for part in (0, 0.5, 1)
    )
    return f'<path d="M{LEFT} {TOP}V{HEIGHT - BOTTOM}H{WIDTH - RIGHT}" stroke="currentColor" fill="none"/>{ticks}'
