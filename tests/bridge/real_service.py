"""The real service behind a bridge's link: its own app, called without a network in between."""

from zoneinfo import ZoneInfo

import httpx

from firmware_bridge.channel import HttpChannel
from firmware_bridge.link import HttpLink
from service.web.api.app import create_app
from service.web.settings import WebSettings
from tests.cast import MEDIUM, World

URL = "http://localhost"


def transport(world: World) -> httpx.WSGITransport:
    settings = WebSettings(key=b"k" * 32, secure=False, time_zone=ZoneInfo("Asia/Almaty"))
    return httpx.WSGITransport(app=create_app(world.environment, settings, send_code=lambda _: None))


def link(world: World) -> HttpLink:
    return HttpLink(URL, world.devices[f"bridge@{MEDIUM}"].key, transport(world))


def channel(world: World) -> HttpChannel:
    return HttpChannel(URL, world.devices[f"bridge@{MEDIUM}"].key, transport(world))
