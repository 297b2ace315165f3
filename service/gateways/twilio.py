"""Text messages by Twilio, and what Twilio says of them afterwards. The one module that imports twilio-python.

Twilio has no key by which a message sent twice would be one (Message resource, API 2010-04-01). So where an answer did
not come, Twilio is asked for the messages to that number, and the words are compared.
"""

import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from requests.exceptions import ConnectTimeout, RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client
from urllib3.exceptions import NewConnectionError

from service.gateways.receipts import CALLBACK_PATH, Receipt
from service.gateways.sms import NotReached, NotSent, Sent, Unanswered
from service.gateways.twilio_signature import TwilioSignature

TIMEOUT_SECONDS = 10.0
VALID_SECONDS = 3600
"""How long Twilio may keep a text before it is no longer sent: none comes in the night that was sent in the evening."""
LOOKED_THROUGH = 200
"""How many of the newest texts to one number are looked through for one that may have been taken over."""
TOO_MANY = 429
NOT_OURS = (401, 403, 404)
"""Our key, our account or the whole service: nothing is wrong with the message."""
FAULTS = 500

# The library writes numbers and words of each request to its log at level INFO.
_SILENT = logging.Logger("kezdesu.twilio", logging.CRITICAL)


@dataclass(frozen=True)
class TwilioSms:
    """Sends by Twilio's Messages resource.

    `sender`: a number, a registered name, or a messaging service (`MG…`); `callback`: the public address of the API
    face, to which receipts come; `user` and `secret`: an API key (`SK…`), or the account and its token.
    """

    account: str
    user: str
    secret: str = field(repr=False)
    sender: str
    callback: str
    http_client: HttpClient | None = None
    _client: list[Client] = field(default_factory=list, repr=False)

    def send(self, *, to: str, text: str, reference: str) -> Sent:
        """Creates the message; `reference`, 32 hexadecimal digits, stands in the address of its receipts."""
        sender = {"messaging_service_sid" if self.sender.startswith("MG") else "from_": self.sender}
        with _told_apart(asking=False):
            made = self._opened().messages.create(
                to=to,
                body=text,
                status_callback=f"{self.callback.rstrip('/')}{CALLBACK_PATH}/{UUID(reference)}",
                validity_period=VALID_SECONDS,
                smart_encoded=False,
                **sender,
            )
        return Sent(str(made.sid))

    def find(self, *, to: str, text: str, reference: str, since: datetime) -> Sequence[Sent]:  # noqa: ARG002
        """The texts to this number with these words since then, the newest first."""
        with _told_apart(asking=True):
            found = self._opened().messages.list(to=to, limit=LOOKED_THROUGH, page_size=50)
        return [Sent(str(one.sid)) for one in found if one.body == text and one.date_created >= since]

    def _opened(self) -> Client:
        if not self._client:
            http = self.http_client or TwilioHttpClient(timeout=TIMEOUT_SECONDS, logger=_SILENT)
            self._client.append(Client(self.user, self.secret, self.account, http_client=http))
        return self._client[0]


@contextmanager
def _told_apart(*, asking: bool) -> Iterator[None]:
    """Tells a refused message from a supplier that does not work, and from one that may have taken it."""
    try:
        yield
    except (TwilioRestException, TwilioServiceException) as fault:
        why = f"twilio-{fault.code or fault.status}"
        if fault.status == TOO_MANY or fault.status in NOT_OURS or (asking and fault.status >= FAULTS):
            raise NotReached(why) from None
        # 503 is said by whoever stands before the service; any other fault may have come after the message was taken.
        if fault.status == FAULTS + 3:
            raise NotReached(why) from None
        if fault.status >= FAULTS:
            raise Unanswered(why) from None
        raise NotSent(why, again=False) from None
    except RequestException as fault:
        if asking or isinstance(fault, ConnectTimeout) or _never_connected(fault):
            raise NotReached("twilio-not-reached") from None
        raise Unanswered("twilio-no-answer") from None
    except (TwilioException, ValueError):  # an answer that is not Twilio's
        raise (NotReached if asking else Unanswered)("twilio-no-sense") from None


def _never_connected(fault: RequestException) -> bool:
    reason = getattr(fault.args[0], "reason", None) if fault.args else None
    return isinstance(reason, NewConnectionError)


@dataclass(frozen=True)
class TwilioReceipts:
    """Reads what Twilio posts to us, and believes only what it has signed.

    `secret` is the account's token (HMAC-SHA1 over address and fields), or, with `shared_key`, the secret of a shared
    webhook key (HMAC-SHA256). `base` is our own public address: never what the request says of itself.
    """

    base: str
    secret: str = field(repr=False)
    shared_key: bool = False

    def read(self, *, target: str, headers: Mapping[str, str], form: Mapping[str, str], body: bytes) -> Receipt:
        """The receipt behind a request for `target` (path and query). Raises Forged."""
        signed = TwilioSignature(self.base, self.secret, self.shared_key)
        said = signed.check(target=target, headers=headers, form=form, body=body)
        return _receipt(json.loads(said) if isinstance(said, str) else said)


def _receipt(said: Mapping[str, Any]) -> Receipt:
    code = str(said.get("ErrorCode") or "").strip()
    return Receipt(
        reference=str(said.get("MessageSid") or said.get("SmsSid") or "")[:80],
        status=str(said.get("MessageStatus") or said.get("SmsStatus") or "").lower()[:20],
        code=f"twilio-{code}"[:40] if code and code != "0" else None,
    )
