"""Who carries the sound and picture of calls, as the settings say: nobody, in memory, until something is set up."""

from typing import TYPE_CHECKING

from service.app.appointment_weigh import CALLS
from service.app.call_arrange import LiveLimit
from service.app.call_handles import DatabaseBook
from service.app.call_lines import call_lines, kind_of
from service.config import Settings
from service.gateways.call_events import CallEventReader
from service.gateways.calls import CallProvider, InMemoryCalls
from service.gateways.calls_by_kind import CallsByKind
from service.gateways.janus.line import JanusLine
from service.gateways.janus.rooms import JanusCalls
from service.gateways.livekit import LiveKitCalls
from service.gateways.livekit_events import LiveKitEvents
from service.gateways.turn import TurnServers
from service.store.environment import Environment
from service.web.api.call_callbacks import CallHooks
from service.web.call_room import CallRooms

if TYPE_CHECKING:
    from service.gateways.twilio_account import TwilioAccount


def call_provider(settings: Settings, world: Environment) -> CallProvider:
    """The supplier by which calls are arranged from now on.

    Raises ModuleNotFoundError where the extra `twilio` is needed and not installed.
    """
    video = _video(settings, world)
    if settings.phone_calls == "same":
        return video
    from service.gateways.twilio_voice import TwilioVoiceCalls  # noqa: PLC0415  (an extra)

    phone = TwilioVoiceCalls(
        _twilio(settings),
        settings.twilio_caller,
        settings.twilio_callback,
        lambda call: call_lines(world, call, settings.call_lines),
        settings.call_languages,
    )
    return CallsByKind(phone, video, lambda call: kind_of(world, call))


def call_hooks(settings: Settings, world: Environment) -> CallHooks | None:
    """What tells suppliers' own requests from everybody else's; None while nobody is contracted who makes any."""
    readers: dict[str, CallEventReader] = {}
    signed = None
    if settings.phone_calls == "twilio-voice" or settings.calls == "twilio-video":
        from service.gateways.twilio_events import TwilioVideoEvents, TwilioVoiceEvents  # noqa: PLC0415  (an extra)
        from service.gateways.twilio_signature import TwilioSignature  # noqa: PLC0415

        shared = settings.secret("twilio_webhook_secret")
        secret = shared or settings.secret("twilio_token")
        signature = TwilioSignature(settings.twilio_callback, secret, shared_key=bool(shared))
        if settings.calls == "twilio-video":
            readers["twilio-video"] = TwilioVideoEvents(signature)
        if settings.phone_calls == "twilio-voice":
            readers["twilio-voice"] = TwilioVoiceEvents(signature)
            signed = signature.check
    livekit = None
    if settings.calls == "livekit":
        livekit = LiveKitEvents(settings.livekit_key, settings.secret("livekit_secret"), world.clock).read
    if not readers and livekit is None:
        return None
    return CallHooks(settings.twilio_callback, readers, signed, livekit, settings.call_prompts)


def _video(settings: Settings, world: Environment) -> CallProvider:
    if settings.calls == "janus":
        line = JanusLine(settings.janus_url, settings.secret("janus_secret"))
        return JanusCalls(line, DatabaseBook(world), settings.janus_recordings)
    if settings.calls == "livekit":
        return LiveKitCalls(
            settings.livekit_url,
            settings.livekit_pages_url,
            settings.livekit_key,
            settings.secret("livekit_secret"),
            world.clock,
        )
    if settings.calls == "twilio-video":
        from service.gateways.twilio_video import TwilioVideoCalls  # noqa: PLC0415  (an extra)

        key = settings.twilio_key, settings.secret("twilio_key_secret")
        return TwilioVideoCalls(_twilio(settings), *key, settings.twilio_callback)
    return InMemoryCalls()


def _twilio(settings: Settings) -> "TwilioAccount":
    from service.gateways.twilio_account import TwilioAccount  # noqa: PLC0415  (an extra)

    account = settings.twilio_account
    return TwilioAccount(account, account, settings.secret("twilio_token"))


def call_rooms(settings: Settings, world: Environment) -> CallRooms:
    """The same for pages, with the relays that they may use."""
    turn = TurnServers(settings.turn_urls, settings.secret("turn_secret"))
    provider, limit = call_provider(settings, world), None
    if settings.calls == "janus":
        limit = LiveLimit(settings.max_live_calls, CALLS if settings.phone_calls == "same" else ("video_call",))
    return CallRooms(provider, turn, settings.data_dir / "recordings", limit)
