"""The supplier's room is brought into line with the call, at once, by whoever has just changed who may be in it."""

from service.app.call_room import Wanted, wanted_room
from service.gateways.calls import CallProvider
from service.gateways.recordings import RecordingProvider
from service.store.environment import Environment

MOST_TURNS = 5


def align_room(environment: Environment, provider: CallProvider, call: str) -> str:
    """Opens, arranges or ends the room until it is as the call says; answers 'done', 'ended', or 'gone'.

    Two may do so at once, one of them with a call that has changed meanwhile: whoever comes last looks again.
    Raises NotInRoom where the room ended meanwhile, ProviderAway; no database session is open while it is asked.
    """
    outcome, before = "gone", _wanted(environment, call)
    for _ in range(MOST_TURNS):
        if before is None or before.view is None:
            outcome = "ended" if provider.end(call) else "gone"
        else:
            provider.open(before.spec)
            provider.arrange(call, before.view)
            if "record" in provider.caps and isinstance(provider, RecordingProvider):
                provider.record(call, before.recorded)
            outcome = "done"
        after = _wanted(environment, call)
        if after == before:
            break
        before = after
    return outcome


def _wanted(environment: Environment, call: str) -> Wanted | None:
    with environment.database.reading() as session:
        return wanted_room(session, call)
