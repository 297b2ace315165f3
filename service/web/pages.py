"""Declaring pages: address, methods and audience in one place; the signed-in person comes in as an argument."""

import inspect
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, TypeVar

from flask import Blueprint, g

from service.web.audience import declare, takes_file

View = TypeVar("View", bound=Callable[..., Any])
_OPEN_TO_OTHERS = "kezdesu_no_form_token"


class Pages(Blueprint):
    """A blueprint whose every view says who may see it.

        pages = Pages("visits")

        @pages.page("/visits/<uuid:visit>", audience=("relative",))
        def show_visit(caller: Principal, visit: UUID) -> str: ...

    A view that takes `caller` receives the signed-in principal (None on a page for "anyone" when nobody is).
    """

    def __init__(self, name: str, url_prefix: str | None = None) -> None:
        super().__init__(name, __name__, url_prefix=url_prefix)

    def page(
        self, path: str, *, audience: Sequence[str], methods: Sequence[str] = ("GET",), largest: int | None = None
    ) -> Callable[[View], View]:
        """Declare the decorated function as the view of `path` for `audience` ("anyone" for everybody).

        `largest`: how many octets a request to it may have, where a form carries a file.
        """

        def add(view: View) -> View:
            takes_caller = "caller" in inspect.signature(view).parameters

            @wraps(view)
            def shown(**parts: Any) -> Any:
                return view(caller=g.get("caller"), **parts) if takes_caller else view(**parts)

            declared = declare(*audience)(shown)
            self.add_url_rule(
                path,
                endpoint=view.__name__,
                view_func=declared if largest is None else takes_file(largest)(declared),
                methods=list(methods),
                provide_automatic_options=False,
            )
            return view

        return add


def from_other_systems(view: View) -> View:
    """Mark a view that takes unsafe requests without a form token, because its caller is a machine that proves itself
    in another way (the signature of a carrier's report, for example)."""
    setattr(view, _OPEN_TO_OTHERS, True)
    return view


def needs_form_token(view: Callable[..., Any] | None) -> bool:
    """Whether unsafe requests to this view need a form token: all but those marked otherwise."""
    return not getattr(view, _OPEN_TO_OTHERS, False)
