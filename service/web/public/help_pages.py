"""Help: the rules of visits read from the law file, what to bring, how to complain, and the words of the consent."""

from flask import abort, render_template

from service.app.institution_guide import all_guides
from service.app.reading import Reading
from service.domain.access import NOBODY
from service.domain.queue import MOST_DAYS, OFFER, SHORTEST
from service.web.i18n import words
from service.web.names import HOUSES
from service.web.pages import Pages
from service.web.public.face import CONSENT_VERSION, PublicFace
from service.web.public.rules import general, of_house


def pages(face: PublicFace) -> Pages:
    """The pages of this part."""
    part = Pages("help")
    environment = face.environment

    @part.page("/help", audience=("anyone",))
    def show() -> str:
        houses = [house for house in environment.law.institutions if house in HOUSES]
        return render_template("public/help.html", houses=houses)

    @part.page("/help/rules/<house>", audience=("anyone",))
    def rules(house: str) -> str:
        if house not in environment.law.institutions or house not in HOUSES:
            abort(404)
        law, day = environment.law, environment.clock().date()
        return render_template(
            "public/rules.html",
            house=house,
            conditions=of_house(law, house, day),
            general=general(law, house, day),
            read_as_of=law.read_as_of,
        )

    @part.page("/help/bring", audience=("anyone",))
    def bring() -> str:
        return render_template("public/bring.html")

    @part.page("/help/queue", audience=("anyone",))
    def queue() -> str:
        hours, shortest = (int(span.total_seconds()) // 3600 for span in (OFFER, SHORTEST))
        return render_template("public/queue_rule.html", hours=hours, shortest=2 * shortest, most=MOST_DAYS)

    @part.page("/help/contact", audience=("anyone",))
    def contact() -> str:
        with Reading(environment, NOBODY) as reading:
            guides = all_guides(reading.session, words().language)
        return render_template("public/contact.html", guides=guides)

    @part.page("/help/complain", audience=("anyone",))
    def complain() -> str:
        return render_template("public/complain.html")

    @part.page("/help/consent", audience=("anyone",))
    def consent() -> str:
        return render_template("public/consent.html", version=CONSENT_VERSION)

    return part
