"""The web applications for a WSGI server: `gunicorn 'service.wsgi:public()'`, and all of them for the demonstration."""

from collections.abc import Iterable
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flask import Flask

from service.bootstrap import environment, identity_provider, reading_world
from service.call_suppliers import call_hooks, call_rooms
from service.config import Settings
from service.gateways.mail import LocalMail
from service.gateways.sms import LocalSms
from service.store.engine import when_it_answers
from service.store.environment import Environment
from service.suppliers import receipt_reader, suppliers
from service.web.call_room import CallRooms
from service.web.code_sending import code_sender
from service.web.logs import configure
from service.web.settings import WebSettings

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def public() -> Flask:
    """The relatives' pages."""
    return _alone("public")


def staff() -> Flask:
    """The officers' desk and the gate's screen."""
    return _alone("staff")


def api() -> Flask:
    """The interface of kiosks, bridges and outside systems."""
    return _alone("api")


def oversight() -> Flask:
    """The pages of bodies of oversight."""
    return _alone("oversight")


def demonstration() -> "WSGIApplication":
    """Every face in one process, told apart by the port that was asked, the local inbox among them."""
    configure()
    settings = Settings()
    world = when_it_answers(lambda: environment(settings))
    calls = call_rooms(settings, world)
    by_port = {str(port): _made(face, world, settings, calls) for face, port in ports(settings).items()}

    def answer(asked: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        return by_port[asked["SERVER_PORT"]](asked, start)

    return answer


def ports(settings: Settings) -> dict[str, int]:
    """The faces of the demonstration, and the port of each."""
    return {
        "public": settings.public_port,
        "staff": settings.staff_port,
        "api": settings.api_port,
        "inbox": settings.inbox_port,
        "oversight": settings.oversight_port,
    }


def _alone(face: str) -> Flask:
    configure()
    settings = Settings()
    return _made(face, when_it_answers(lambda: environment(settings)), settings)


def _made(face: str, world: Environment, settings: Settings, calls: CallRooms | None = None) -> Flask:
    rooms = calls or call_rooms(settings, world)
    told = WebSettings(
        world.keys.read("server"),
        settings.secure,
        ZoneInfo(settings.time_zone),
        settings.hosts,
        settings.proxies,
        settings.second_factor,
        identity_provider(settings, world),
        call_library=settings.call_library if settings.calls == "livekit" else None,
        call_server=settings.livekit_pages_url if settings.calls == "livekit" else "",
        keys=lambda: world.keys.accepted("server"),
    )
    carried = suppliers(settings)
    send_code = code_sender(world, carried.sms, carried.mail)
    # Each process serves one face, and starts again after a fault: it reads no more than that face needs.
    match face:
        case "public":
            from service.web import public as public_face  # noqa: PLC0415

            return public_face.create_app(world, told, send_code=send_code, calls=rooms)
        case "staff":
            from service.web import staff as staff_face  # noqa: PLC0415

            return staff_face.create_app(world, told, calls=rooms)
        case "oversight":
            from service.web import oversight as oversight_face  # noqa: PLC0415

            return oversight_face.create_app(world, told, reading=reading_world(settings, world))
        case "api":
            from service.web.api import app as api_face  # noqa: PLC0415

            receipts = receipt_reader(settings)
            hooks = call_hooks(settings, world)
            return api_face.create_app(world, told, send_code=send_code, receipts=receipts, hooks=hooks, calls=rooms)
        case _:
            from service.web import inbox as inbox_face  # noqa: PLC0415

            assert isinstance(carried.sms, LocalSms)
            assert isinstance(carried.mail, LocalMail)
            return inbox_face.create_app(world, told, texts=carried.sms, letters=carried.mail)
