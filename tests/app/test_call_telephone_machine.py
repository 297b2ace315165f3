"""A call by telephone while Twilio's signed events are lost, repeated and reordered on their way to us.

The model and what must hold are those of `tests.app.test_call_machine`; here everything the supplier tells comes by the
address that it posts to.
"""

from email.utils import format_datetime

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import rule, run_state_machine_as_test
from twilio.request_validator import RequestValidator

from service.app.call_join import CameOrWent
from service.gateways.twilio_events import TwilioVoiceEvents
from service.gateways.twilio_signature import TwilioSignature
from service.web.api.app import create_app
from service.web.api.call_callbacks import CallHooks
from tests.app.test_call_machine import CallMachine
from tests.browser.faces import SETTINGS
from tests.cast import Made

TOKEN, PUBLIC = "token-of-the-tests", "https://api.kezdesu.example"


class TelephoneMachine(CallMachine):
    """The same, heard by the address that Twilio posts to."""

    def __init__(self) -> None:
        super().__init__()
        signature = TwilioSignature(PUBLIC, TOKEN)
        hooks = CallHooks(PUBLIC, {"twilio-voice": TwilioVoiceEvents(signature)}, signature.check)
        world = self.calling.world
        app = create_app(world.environment, SETTINGS, send_code=lambda _: None, hooks=hooks)
        self.face = app.test_client()
        self.numbers: dict[CameOrWent, int] = {}

    @rule(conference=st.booleans())
    def the_line_of_everybody_breaks(self, conference: bool) -> None:
        """All are out at once, and Twilio tells of the conference's end, or of nothing at all."""
        self.there.clear()
        self.calling.world.clock.tick(seconds=1)
        if conference:
            self._post({"StatusCallbackEvent": "conference-end"}, len(self.numbers) + 1000)

    def _hear(self, event: CameOrWent) -> None:
        number = self.numbers.setdefault(event, len(self.numbers) + 1)
        word = "participant-join" if event.came else "participant-leave"
        fields = {"StatusCallbackEvent": word, "ParticipantLabel": f"{event.party}.{event.seat}", "CallSid": "CA1"}
        self._post(fields | {"Timestamp": format_datetime(event.at)}, number)

    def _post(self, fields: dict[str, str], number: int) -> None:
        now = format_datetime(self.calling.world.clock.now)
        told = {"ConferenceSid": "CF1", "FriendlyName": f"kezdesu-{self.calling.call}", "Timestamp": now, **fields}
        told["SequenceNumber"] = str(number)
        path = f"/callbacks/calls/twilio-voice/{self.calling.call}"
        signature = RequestValidator(TOKEN).compute_signature(PUBLIC + path, told)
        answer = self.face.post(path, data=told, headers={"X-Twilio-Signature": signature})
        assert answer.status_code == 204


def test_whatever_becomes_of_twilios_events_a_call_is_never_unwatched_and_ends_once(sqlite_cast: Made) -> None:
    TelephoneMachine.made = sqlite_cast
    few = settings(
        max_examples=6, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
    )
    run_state_machine_as_test(TelephoneMachine, settings=few)
