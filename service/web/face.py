"""What the pages of every audience stand on: the world, who is signed in, how an act is done and a refusal shown."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from flask import Flask, Response, render_template, request
from markupsafe import Markup
from sqlalchemy.exc import InterfaceError, OperationalError, TimeoutError

from service.app.session_find import find_principal
from service.app.session_list import whose_session
from service.app.transact import transact
from service.domain.access import NOBODY, Actor
from service.domain.reasons import REASONS, Reason, reason
from service.domain.refusal import Refusal
from service.language.articles import article_text
from service.store.environment import Environment
from service.store.tables import Institution
from service.store.unit_of_work import UnitOfWork
from service.web import names
from service.web.call_words import END_NAMES, PARTY_NAMES, WARNING_NAMES
from service.web.entitled import day_in
from service.web.errors import TEXTS, ErrorText
from service.web.forms import Form
from service.web.i18n import words
from service.web.messages import N_, Message

T = TypeVar("T")
INSTITUTION_COOKIE = "kezdesu_institution"
"""Where an officer works now who holds roles at several institutions; says nothing that has to be secret."""
TRIED_TOO_OFTEN = "too-many-tries"

REFUSED: Mapping[str, tuple[int, ErrorText]] = {
    "not-found": (404, TEXTS[404]),
    "not-allowed": (403, TEXTS[403]),
    "conflict": (
        409,
        ErrorText(
            N_("This is not possible any more"),
            N_("Something has changed meanwhile, or somebody was faster. Nothing was changed by you."),
        ),
    ),
    "not-possible": (
        422,
        ErrorText(N_("The rules do not allow this"), N_("Nothing was changed. The ground is named with each reason.")),
    ),
}
"""What a page says to a refusal, by its sort."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Somebody signed in to pages. `kind` is who they are for a page's audience: a relative who has not said yet who
    they are is a "newcomer", and sees nothing but the registration."""

    actor: Actor

    @property
    def kind(self) -> str:
        actor = self.actor
        return "newcomer" if actor.principal == "relative" and actor.person is None else actor.principal

    @property
    def id(self) -> str:
        return self.actor.id

    @property
    def institution(self) -> str | None:
        return self.actor.institution


class Sessions:
    """The sessions in the store, for an app that takes some kinds of people only: others are not signed in there."""

    def __init__(self, environment: Environment, *kinds: str) -> None:
        self._environment, self._kinds = environment, kinds

    def find(self, token: str) -> SignedIn | None:
        """Who the token stands for."""
        actor = find_principal(self._environment, token, institution=request.cookies.get(INSTITUTION_COOKIE))
        caller = None if actor is None else SignedIn(actor)
        return caller if caller is not None and caller.kind in self._kinds else None


@dataclass(frozen=True)
class Face:
    """The pages under construction and the world behind them."""

    environment: Environment

    def do(self, caller: SignedIn, use_case: Callable[[UnitOfWork], T]) -> T:
        """Carries out one use case as whoever is signed in. Raises Refusal."""
        return transact(self.environment, caller.actor, use_case)


def owner_of(environment: Environment) -> Callable[[str], str | None]:
    """Whose session a token was, for `page_app`."""
    return lambda token: transact(environment, NOBODY, lambda unit: whose_session(unit, token))


def status_of(error: Exception) -> int | None:
    """What is no fault of ours: a store that does not answer."""
    return 503 if isinstance(error, OperationalError | InterfaceError | TimeoutError) else None


def install_words(app: Flask) -> None:
    """Gives templates the names of codes, articles written out, and ids as addresses hold them."""
    app.jinja_env.globals.update(
        KINDS=names.KINDS,
        KIND_ICONS=names.KIND_ICONS,
        STATES=names.STATES,
        STATE_PICTURES=names.STATE_PICTURES,
        HOUSES=names.HOUSES,
        CONDITIONS=names.CONDITIONS,
        BRING_NAMES=names.BRING_NAMES,
        QUEUE_STATES=names.QUEUE_STATES,
        QUEUE_PICTURES=names.QUEUE_PICTURES,
        TIES=names.TIES,
        TIE_STATES=names.TIE_STATES,
        DISPUTES=names.DISPUTES,
        OUTCOMES=names.OUTCOMES,
        kind_name=names.kind_name,
        article=lambda article: unbroken(article_text(article, words().language)),
        unbroken=unbroken,
        ground_text=ground_text,
        institution_name=institution_name,
        day_in=day_in,
        CALL_PARTIES=PARTY_NAMES,
        CALL_ENDS=END_NAMES,
        CALL_WARNINGS=WARNING_NAMES,
    )
    app.jinja_env.filters["uuid"] = UUID


def unbroken(text: str) -> Markup:
    """Text for a page in which a number and its word ("136-бап") never stand on two lines."""
    whole = Markup('<span class="nowrap">{}</span>')
    return Markup(" ").join(whole.format(part) if "-" in part else part for part in text.split(" "))


def institution_name(row: Institution) -> str:
    """What an institution is called in the language of the page."""
    named: str = getattr(row, f"name_{words().language}")
    return named


def ground_text(code: str | None) -> str:
    """The sentence of a coded ground that needs no arguments; "" for none."""
    rule = REASONS.get(code or "")
    return words().reason(reason(rule.code)) if rule is not None and not rule.arguments else ""


def install_refusals(app: Flask) -> None:
    """A refusal that no form has caught becomes a page with every reason and its article."""

    def page(refusal: Refusal) -> Response:
        status, text = REFUSED[refusal.sort]
        if any(one.code == TRIED_TOO_OFTEN for one in refusal.reasons):
            status, text = 429, TEXTS[429]
        # Whoever is told that something is not there is told nothing else.
        reasons = () if status == 404 else refusal.reasons
        html = render_template("shared/refused.html", text=text, reasons=reasons, due=due_of(refusal))
        return Response(html, status=status, mimetype="text/html")

    app.register_error_handler(Refusal, page)


def due_of(refusal: Refusal) -> date | None:
    """The first day on which nothing that depends on the day stands against it, where a refusal names one."""
    return next((date.fromisoformat(one["due"]) for one in refusal.alternatives if "due" in one), None)


def refuse_into(form: Form[Any], refusal: Refusal, fields: Mapping[str, str] | None = None) -> None:
    """Shows a refusal in the form it came from: each reason at the field that `fields` names for its code, others
    above the form. Raises the refusal again where it is no matter of the form: what is not there, or not allowed."""
    shown = {TRIED_TOO_OFTEN, *(fields or {})}
    if not refusal.reasons or (refusal.sort == "not-allowed" and not any(one.code in shown for one in refusal.reasons)):
        raise refusal
    for one in refusal.reasons:
        form.refuse((fields or {}).get(one.code, ""), said(one))


def said(reason: Reason) -> Message:
    """The sentence of a reason, as a form takes it: it is in the reader's language already."""
    return Message(words().reason(reason))
