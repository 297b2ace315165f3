"""Leads as questions with their evidence: read from the auditor's own file, kept nowhere, answered in the record."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import sqlalchemy as sa
from flask import redirect, render_template, request, url_for
from markupsafe import Markup
from pydantic import Field
from werkzeug.wrappers import Response as AnyResponse

from service.app.lead_answer import answer_lead
from service.app.oversight_show import code_of, list_outcomes
from service.domain.refusal import Refusal
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Officer
from service.store.tables.oversight import LEAD_OUTCOMES
from service.web.api.values import Body
from service.web.face import SignedIn
from service.web.forms import Form
from service.web.i18n import switching_language, words
from service.web.messages import N_
from service.web.oversight.face import OversightFace
from service.web.oversight.lead_words import COUNTS, OUTCOMES, QUESTIONS
from service.web.pages import Pages

LARGEST = 4 * 1024 * 1024
MOST = 100
PLOTS = ("officer-exceptions", "officer-off-hours", "officer-queue-jumps", "officer-just-before", "officer-swaps")


class Chosen(Body):
    """The file comes beside the fields of the form."""


class Answered(Body):
    test: Annotated[str, Field(min_length=1, max_length=40)]
    subject: Annotated[str, Field(min_length=1, max_length=2000)]
    records: Annotated[str, Field(max_length=8000)] = ""
    outcome: Annotated[str, Field(min_length=1, max_length=20)]
    paper: Annotated[str, Field(min_length=1, max_length=80)]


@dataclass(frozen=True)
class Question:
    """A lead as the page shows it. `about` names officers by their numbers and people by their codes."""

    test: str
    question: str
    about: str
    counts: list[tuple[str, str]]
    q: float | None
    subject: str
    records: list[str]


@dataclass(frozen=True)
class Found:
    """What the auditor's file says of one institution: the first MOST leads of `all`, and a plot for each test."""

    questions: list[Question]
    all: int
    plots: list[tuple[str, Markup]]


def pages(face: OversightFace) -> Pages:
    """The pages of this part."""
    part = Pages("leads")
    environment = face.environment

    @part.page("/leads", audience=("auditor",), methods=("GET", "POST"), largest=LARGEST)
    def everything(caller: SignedIn) -> str:
        house = face.here(caller)
        form = Form(Chosen, labels={"file": N_("File of kezdesu leads find --json")})
        found: Found | None = None
        if switching_language():
            form.keep()
        elif request.method == "POST":
            try:
                found = read_leads(environment, house.id, _file())
            except (ValueError, KeyError, TypeError, AttributeError):
                form.refuse("file", N_("This is no file of leads"))
        return render_template(
            "oversight/leads.html",
            house=house,
            form=form,
            found=found,
            answers=list_outcomes(environment, caller.actor),
            questions=QUESTIONS,
            outcomes=OUTCOMES,
            chosen=[(code, words().sentence(OUTCOMES[code])) for code in LEAD_OUTCOMES],
        )

    @part.page("/leads/answer", audience=("auditor",), methods=("POST",))
    def answer(caller: SignedIn) -> AnyResponse:
        house = face.here(caller)
        read = Form(Answered).read()
        if read is None or read.test not in QUESTIONS:
            raise Refusal("not-possible")
        face.do(
            caller,
            lambda unit: answer_lead(
                unit,
                institution=house.id,
                test=read.test,
                subject=read.subject.split("|"),
                records=[one for one in read.records.split("|") if one],
                outcome=read.outcome,
                paper=read.paper,
            ),
        )
        return redirect(url_for("leads.everything", _anchor="answers"), code=303)

    return part


def _file() -> Any:
    sent = request.files.get("file")
    return json.loads(sent.read() if sent is not None else b"")


def read_leads(environment: Environment, institution: str, told: Any) -> Found:
    """What a file of `kezdesu leads find --json` says of one institution. Raises ValueError, KeyError, TypeError."""
    leads = [one for one in told["leads"] if one["institution"] == institution and one["test"] in QUESTIONS]
    officers = _officers(environment)

    def named(one: str) -> str:
        return officers.get(one) or code_of(environment, one)

    questions = [
        Question(
            str(one["test"]),
            words().sentence(QUESTIONS[one["test"]]),
            ", ".join(named(str(who)) for who in one["subject"]),
            [(words().sentence(COUNTS[name]), words().number(round(float(value), 2)))
             for name, value in sorted(one["counts"].items()) if name in COUNTS],
            None if one["q"] is None else float(one["q"]),
            "|".join(map(str, one["subject"])),
            [str(record) for record in one["records"]],
        )
        for one in leads[:MOST]
    ]  # fmt: skip
    marked = {test: [str(one["subject"][0]) for one in leads if one["test"] == test] for test in PLOTS}
    plots = [
        (test, plot)
        for test in PLOTS
        if test in told.get("funnels", {}) and (plot := _plot(told["funnels"][test], test, marked[test], named))
    ]
    return Found(questions, len(leads), plots)


def _officers(environment: Environment) -> dict[str, str]:
    row = of(Officer)
    with environment.database.reading() as session:
        return {one.id: one.employee_number for one in session.execute(sa.select(row.id, row.employee_number))}


def _plot(told: Any, test: str, marked: list[str], named: Callable[[str], str]) -> Markup | None:
    """The funnel drawn here, of figures only: nothing that a file says is put into the page as it is."""
    try:
        from service.leads.excess import Funnel, Judged, Unit  # noqa: PLC0415  (scipy is an extra)
        from service.leads.plot import funnel_plot  # noqa: PLC0415
    except ImportError:
        return None
    units = [
        Judged(Unit(named(str(name)), str(house), int(count), int(chances)), 0.0, 1.0, 1.0)
        for name, house, count, chances in told["units"][:5000]
        if int(chances) > 0
    ]
    if not units:
        return None
    funnel = Funnel(float(told["rate"]), float(told["spread"]), tuple(units))
    drawn = funnel_plot(funnel, words().sentence(QUESTIONS[test]), [named(one) for one in marked])
    # Several plots on one page: each needs names of its own for its title and description.
    drawn = drawn.replace('id="t"', f'id="{test}-t"').replace('id="d"', f'id="{test}-d"')
    return Markup(drawn.replace('"t d"', f'"{test}-t {test}-d"'))  # noqa: S704  (our own drawing, names escaped there)
