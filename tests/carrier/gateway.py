"""The service's own gateway, led to the carrier of the tests instead of the internet."""

from typing import Any

from twilio.http.http_client import TwilioHttpClient

from service.gateways.twilio import _SILENT, TwilioSms
from tests.carrier.carrier import ACCOUNT, TOKEN

PUBLIC = "https://api.kezdesu.example"
SENDER = "Kezdesu"


class Loopback(TwilioHttpClient):  # type: ignore[misc]
    """Asks the carrier at `base` whatever is meant for Twilio, and nobody else anything."""

    def __init__(self, base: str, timeout: float) -> None:
        super().__init__(timeout=timeout, logger=_SILENT)
        self.session.trust_env = False
        self._hosts = {"https://api.twilio.com": base, "https://video.twilio.com": base}

    def request(self, method: str, url: str, *arguments: Any, **options: Any) -> Any:
        host = "/".join(url.split("/", 3)[:3])
        return super().request(method, self._hosts[host] + url[len(host) :], *arguments, **options)


def twilio_sms(base: str, *, sender: str = SENDER, timeout: float = 10, token: str = TOKEN) -> TwilioSms:
    return TwilioSms(ACCOUNT, ACCOUNT, token, sender, PUBLIC, Loopback(base, timeout))
