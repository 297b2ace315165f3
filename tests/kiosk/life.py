"""A convict with a life on the screen: visits, requests, letters, penalties, and words as long as they come."""

from datetime import date, timedelta

from service.app.convict_enter import enter_file
from service.app.convict_request_decide import refuse_request
from service.app.kiosk_sign_in import find_convict, sign_in_convict
from service.app.language_choose import choose_language
from service.app.letter_seal import add_oversight_key
from service.app.relationship_end import revoke_relationship
from service.domain.access import Actor
from service.store.tables import ConvictRequest
from tests.app.rows import rows
from tests.builders import CONSOLE
from tests.kiosk.standing import CARD, PIN, Person, Standing
from tests.web.api.v1.callers import Face, uid

REFUSED = "Телефон бөлмесінде жөндеу жүріп жатыр: дәл осы күндерге орын жоқ, келесі аптада қайта сұраңыз."


def him(standing: Standing) -> Actor:
    """Ерлан at the kiosk, as the service knows him."""
    opened = sign_in_convict(standing.world.environment, standing.actor, card=CARD, pin=PIN)
    return find_convict(standing.world.environment, standing.actor, opened.token)


def remembered(standing: Standing, language: str) -> None:
    """The language he chose another day."""
    standing.world.run(him(standing), lambda unit: choose_language(unit, language=language))


def tie(standing: Standing, name: str = "Айгүл") -> str:
    """The tie to a relative of his, as addresses have it."""
    return uid(standing.world.relations[name, "Ерлан"])


def end_tie(standing: Standing, relationship: str) -> None:
    """He has one relative fewer."""
    standing.world.run(
        him(standing),
        lambda unit: revoke_relationship(unit, relationship=relationship, ground="ground-convict-refuses"),
    )


def lived(standing: Standing) -> tuple[str, str]:
    """Some weeks of his; answers an appointment to look at and a tie he is asked to accept, as addresses have them."""
    world, face = standing.world, Face(standing.world)
    for body in ("prosecutor", "ombudsman"):
        world.run(CONSOLE, lambda unit, body=body: add_oversight_key(unit, body=body, public_key="1" * 64))
    standing.kiosk.look()
    shown = face.granted()
    face.requested("Динара", kind="short", template=face.template("short"), day="2026-03-21")
    for kind, value, since in (("penalty", "remark", date(2026, 2, 10)), ("penalty", "reprimand", date(2026, 2, 20)),
                               ("incentive", "gratitude", date(2026, 1, 15))):  # fmt: skip
        world.run(
            world.as_officer("head"),
            lambda unit, kind=kind, value=value, since=since: enter_file(
                unit, convict=world.people["Ерлан"], kind=kind, value=value, since=since, until=None, paper="№ 1"
            ),
        )
    asking = Person(standing)
    asking.sign_in()
    for path, form in (
        (f"/ask/call/{tie(standing)}", {"window": "soon"}),
        ("/help-call", {"purpose": "legal", "words": "адвокат Сергеева"}),
        ("/copy", {}),
        ("/keep", {"kind": "long", "tie": tie(standing)}),
        (f"/ask/video_call/{tie(standing, 'Динара')}", {"window": "month"}),
    ):
        asking.get(path)
        assert 'class="number"' in asking.send(path, **form), path
        world.clock.now += timedelta(minutes=3)
        asking.sign_in()
    first = min(rows(world, ConvictRequest), key=lambda one: one.number)
    world.run(
        world.as_officer("head"),
        lambda unit: refuse_request(unit, request=first.id, ground="ground-room-unusable", words=REFUSED),
    )
    asking.send("/end")
    standing.kiosk.speak = lambda text, language: b""
    return uid(shown), uid(world.relations["Болат", "Ерлан"])
