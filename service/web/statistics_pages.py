"""The published figures as a page and a file, for everybody and without signing in: nobody is in them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flask import Response, render_template, request

from service.app.statistics_publish import as_csv, publish_statistics
from service.domain.statistics import ALL, Published
from service.store.environment import Environment
from service.web.face import ground_text
from service.web.i18n import words
from service.web.messages import N_, Message
from service.web.pages import Pages

FRESH = timedelta(hours=1)
"""Figures of months that are over seldom change; counting them reads every appointment."""
MEASURES: dict[str, Message] = {
    "used": N_("Visits and calls used"),
    "used.short": N_("… short visits"),
    "used.long": N_("… long visits"),
    "used.call": N_("… calls"),
    "waiting_days": N_("Days waited, median"),
    "refused": N_("Requests refused"),
    "exceptions": N_("Visits by exception"),
    "doors": N_("Doors opened"),
    "doors.matched": N_("… matched with a visit"),
}


def pages(environment: Environment) -> Pages:
    """The pages of this part."""
    part = Pages("statistics")
    figures = _kept(environment)

    @part.page("/statistics", audience=("anyone",))
    def show() -> str:
        rows = figures()
        months = sorted({one.month for one in rows}, reverse=True)
        wanted = request.args.get("month", "")
        month = wanted if wanted in months else (months[0] if months else "")
        shown = [one for one in rows if one.month == month]
        return render_template("shared/statistics.html", months=months, month=month, rows=shown, all=ALL, name=_name)

    @part.page("/statistics.csv", audience=("anyone",))
    def file() -> Response:
        headers = {"Content-Disposition": 'attachment; filename="kezdesu-statistics.csv"'}
        return Response(as_csv(figures()), content_type="text/csv; charset=utf-8", headers=headers)

    return part


def _kept(environment: Environment) -> Callable[[], list[Published]]:
    kept: list[tuple[datetime, list[Published]]] = []

    def figures() -> list[Published]:
        now = environment.clock()
        if not kept or not timedelta(0) <= now - kept[0][0] < FRESH:
            today = now.astimezone(ZoneInfo("UTC")).date()
            kept[:] = [(now, publish_statistics(environment, today))]
        return kept[0][1]

    return figures


def _name(measure: str) -> str:
    """What a measure is called; a ground by its sentence."""
    whole, _, ground = measure.partition(".")
    if whole == "refused" and ground:
        return f"… {ground_text(ground) or ground}"
    return words().sentence(MEASURES[measure]) if measure in MEASURES else measure
