"""The gallery as an app: four pages built only from what the real ones are built from."""

from datetime import date
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import jinja2
from flask import Flask, render_template, request
from pydantic import Field

from service.web.api.values import Body, Day, text
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import Message
from service.web.month import Month, MonthDay, month
from service.web.page_app import page_app
from service.web.pages import Pages
from service.web.settings import WebSettings
from tests.web.gallery.said import said

SETTINGS = WebSettings(key=b"gallery" * 5, secure=False, time_zone=ZoneInfo("Asia/Almaty"))


class Registration(Body):
    phone: Annotated[str, Field(pattern=r"^[+0-9 ]{10,20}$")]
    born: Day
    relation: text(20)
    note: text(500, lines=True) | None = None
    agree: bool


def registration_form() -> Form[Registration]:
    language = words().language
    names = ("phone", "born", "relation", "note", "agree")
    return Form(
        Registration,
        labels={name: Message(said(name, language)) for name in names},
        wording={"phone": Message(said("phone-wrong", language))},
    )


def month_of_march(language: str) -> Month:
    def day(on: date) -> MonthDay:
        if on.day < 15:
            return MonthDay(on, "closed", today=on.day == 1)
        state = {17: "few", 24: "few", 31: "few", 19: "chosen", 15: "full", 20: "full", 25: "full", 30: "full"}.get(
            on.day, "free"
        )
        word = said(state, language)
        return MonthDay(on, state, word, said(f"{state}-legend", language), f"?day={on}")

    legend = [(state, said(f"{state}-legend", language)) for state in ("free", "few", "full", "chosen")]
    return month(date(2026, 3, 1), day, legend=legend, later="?month=2026-04")


def gallery() -> Flask:
    app = page_app("gallery", SETTINGS)
    own = jinja2.FileSystemLoader(Path(__file__).parent / "pages")
    app.jinja_loader = jinja2.ChoiceLoader([own, app.jinja_loader])
    app.jinja_env.globals["said"] = lambda name, **places: said(name, words().language).format(**places)
    pages = Pages("gallery")

    @pages.page("/", audience=("anyone",))
    def book() -> str:
        return render_template("book.html", page=month_of_march(words().language), first=date(2026, 3, 19))

    @pages.page("/states", audience=("anyone",))
    def states() -> str:
        return render_template("states.html")

    @pages.page("/desk", audience=("anyone",))
    def desk() -> str:
        return render_template("desk.html")

    @pages.page("/form", audience=("anyone",), methods=("GET", "POST"))
    def form() -> str:
        form, read = registration_form(), None
        if switching_language():
            form.keep()
        elif request.method == "POST":
            read = form.read()
        return render_template("form.html", form=form, read=read)

    app.register_blueprint(pages)
    return app
