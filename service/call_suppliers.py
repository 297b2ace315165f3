"""Who carries the sound and picture of calls, as the settings say: nobody, in memory, until something is set up."""

from service.app.call_handles import DatabaseBook
from service.config import Settings
from service.gateways.calls import CallProvider, InMemoryCalls
from service.gateways.janus.line import JanusLine
from service.gateways.janus.rooms import JanusCalls
from service.gateways.turn import TurnServers
from service.store.environment import Environment
from service.web.call_room import CallRooms


def call_provider(settings: Settings, world: Environment) -> CallProvider:
    """The supplier by which calls are arranged from now on."""
    if settings.calls == "janus":
        return JanusCalls(JanusLine(settings.janus_url, settings.secret("janus_secret")), DatabaseBook(world))
    return InMemoryCalls()


def call_rooms(settings: Settings, world: Environment) -> CallRooms:
    """The same for pages, with the relays that they may use."""
    turn = TurnServers(settings.turn_urls, settings.secret("turn_secret"))
    return CallRooms(call_provider(settings, world), turn)
