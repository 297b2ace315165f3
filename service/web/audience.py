"""Who may see a view at all: declared beside it, and refused where nothing is declared."""

from collections.abc import Callable
from typing import Any, TypeVar

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "kezdesu_audience"
_LARGEST = "kezdesu_largest_request"


def declare(*names: str) -> Callable[[View], View]:
    """Mark a view as open to these kinds of people or devices ("anyone" for everybody)."""
    if not names:
        raise TypeError("an audience needs at least one name")

    def mark(view: View) -> View:
        setattr(view, _ATTRIBUTE, tuple(names))
        return view

    return mark


def declared(view: Callable[..., Any] | None) -> tuple[str, ...]:
    """The names declared for a view; empty where none were, which means nobody."""
    names = getattr(view, _ATTRIBUTE, ())
    return names if isinstance(names, tuple) else ()


def takes_file(most: int) -> Callable[[View], View]:
    """Mark a view whose form may carry a file: requests to it may have `most` octets, read from nobody else."""

    def mark(view: View) -> View:
        setattr(view, _LARGEST, most)
        return view

    return mark


def largest(view: Callable[..., Any] | None) -> int | None:
    """How large a request to this view may be, where that is not as everywhere."""
    most = getattr(view, _LARGEST, None)
    return most if isinstance(most, int) else None
