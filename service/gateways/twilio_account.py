"""An account at Twilio, and what its answers mean for a call."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from requests.exceptions import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

from service.gateways.calls import NotInRoom, ProviderAway

TIMEOUT_SECONDS = 3.0
"""Less than a third of a timer's lease: who waits longer is no longer the one who acts. The library waits for ever."""
NOT_FOUND = 404
NOT_THIS_ONE = (400, 409, 422)

# The library writes numbers and words of each request to its log at level INFO.
SILENT = logging.Logger("kezdesu.twilio", logging.CRITICAL)


class NotTaken(Exception):
    """Twilio refuses this request for what it says, as a number that is none; asked again it would refuse again."""


@dataclass(frozen=True)
class TwilioAccount:
    """`user` and `secret`: an API key (`SK…`), or the account and its token."""

    account: str
    user: str
    secret: str = field(repr=False)
    http_client: HttpClient | None = None
    _client: list[Client] = field(default_factory=list, repr=False)

    @property
    def client(self) -> Client:
        """The library's client, made once; it says nothing to any log and does not wait for ever."""
        if not self._client:
            http = self.http_client or TwilioHttpClient(timeout=TIMEOUT_SECONDS, logger=SILENT)
            self._client.append(Client(self.user, self.secret, self.account, http_client=http))
        return self._client[0]


@contextmanager
def asked() -> Iterator[None]:
    """Raises NotInRoom for what is not there, NotTaken for what is refused, ProviderAway for everything else."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as fault:
        raise _meant(fault.status, fault.code or fault.status) from None
    except RequestException:
        raise ProviderAway("twilio-not-reached") from None
    except TwilioException as fault:  # of a list, the library says only that it could not fetch a page
        status = getattr(fault.args[-1], "status_code", None) if fault.args else None
        raise (ProviderAway("twilio-no-sense") if status is None else _meant(status, status)) from None
    except ValueError:  # an answer that is not Twilio's
        raise ProviderAway("twilio-no-sense") from None


def _meant(status: int, code: int) -> Exception:
    why = f"twilio-{code}"
    if status == NOT_FOUND:
        return NotInRoom(why)
    return NotTaken(why) if status in NOT_THIS_ONE else ProviderAway(why)
