"""Importing a register: checked line by line first, then imported whole while the page says how far it is."""

from collections.abc import Iterator
from typing import Annotated

from flask import Response, render_template, request, stream_with_context
from markupsafe import Markup, escape
from pydantic import Field

from service.app.register_import import Progress, RegisterReport, check_register, import_steps
from service.app.register_read import MOST_OCTETS
from service.domain.reasons import reason
from service.domain.refusal import Refusal, refuse
from service.domain.register import COLUMNS, NEEDED
from service.web.api.values import Body
from service.web.face import SignedIn, refuse_into
from service.web.forms import Form
from service.web.i18n import ngettext, switching_language, words
from service.web.messages import N_
from service.web.pages import Pages
from service.web.staff.face import StaffFace

SHOWN = 200
"""So many faulty lines stand on the page; the file has the others."""
EVERY = 500
"""After so many lines the page says how far it is."""
_HERE = "progress-stands-here"


class Chosen(Body):
    checked: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None


def pages(face: StaffFace) -> Pages:
    """The pages of this part."""
    part = Pages("registers")
    environment = face.environment

    @part.page("/convicts/import", audience=("officer",), methods=("GET", "POST"), largest=MOST_OCTETS + 65_536)
    def bring(caller: SignedIn) -> str | Response:
        place = face.enter(caller, "convict.import")
        form = Form(Chosen, labels={"file": N_("File with the register (CSV or XLSX)")})
        report: RegisterReport | None = None
        if switching_language():
            form.keep()
        elif request.method == "POST":
            read, file = form.read(), request.files.get("file")
            octets = file.read() if file is not None else b""
            try:
                if not octets:
                    raise refuse("not-possible", "text-missing")
                if read is not None and read.checked:
                    return _imported(caller, octets, read.checked)
                report = check_register(environment, caller.actor, caller.institution or "", octets)
            except Refusal as refusal:
                codes = [one.code for one in refusal.reasons]
                refuse_into(form, refusal, dict.fromkeys(codes, "file"))
        faulty = [one for one in report.rows if one.faults] if report else []
        return render_template(
            "staff/import.html",
            place=place,
            form=form,
            report=report,
            faulty=faulty[:SHOWN],
            more=len(faulty) - SHOWN,
            columns=[(name, others, name in NEEDED) for name, others in COLUMNS.items()],
        )

    def _imported(caller: SignedIn, octets: bytes, digest: str) -> Response:
        """The page arrives in pieces while the import runs; whoever closes it takes everything back."""
        steps = import_steps(environment, caller.actor, caller.institution or "", octets, digest=digest)
        try:
            first = next(steps)  # what is refused at once is refused as on every page
        except Refusal as refusal:
            if refusal.sort in ("not-found", "not-allowed"):
                raise
            return Response(_whole(refused_list(refusal)), mimetype="text/html", status=422)
        begin, _, end = _page().partition(_HERE)

        def pieces() -> Iterator[str]:
            yield begin
            yield from _told(first)
            try:
                for step in steps:
                    yield from _told(step)
            except Refusal as refusal:
                yield refused_list(refusal)
            yield end

        return Response(stream_with_context(pieces()), mimetype="text/html")

    def _page() -> str:
        return render_template("staff/imported.html", here=_HERE)

    def _whole(inside: str) -> str:
        return _page().replace(_HERE, inside)

    return part


def _told(step: Progress | RegisterReport) -> Iterator[str]:
    if isinstance(step, RegisterReport):
        done = ngettext("{count} convict was imported.", "{count} convicts were imported.", step.imported)
        yield f'<p class="answer granted" role="status">{done}</p>'
    elif step.done % EVERY == 0 or step.done == step.total:
        line = words().markup(N_("{done} of {total}"), done=words().number(step.done), total=words().number(step.total))
        yield f"<p>{line}</p>\n"


def refused_list(refusal: Refusal) -> str:
    """Why nothing was imported, as a list."""
    reasons = refusal.reasons or (reason("state-does-not-allow"),)
    items = Markup().join(Markup("<li>{}</li>").format(escape(words().reason(one))) for one in reasons)
    nothing = escape(words().sentence(N_("Nothing was imported.")))
    return f'<div class="answer refused" role="alert"><p class="first">{nothing}</p><ul>{items}</ul></div>'
