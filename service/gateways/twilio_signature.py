"""Which requests Twilio has signed: by the account's token, or by a shared webhook key; never by both.

Source: Twilio, "Webhooks security"; twilio-python's RequestValidator. What the request says of its own address counts
for nothing: the address is built from the settings.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from twilio.request_validator import HMAC_SHA1, HMAC_SHA256, RequestValidator, get_signature_algorithm

from service.gateways.receipts import Forged


@dataclass(frozen=True)
class TwilioSignature:
    """`secret` is the account's token (HMAC-SHA1 over address and fields), or, with `shared_key`, the secret of a
    shared webhook key (HMAC-SHA256). An algorithm that this installation was not set up for is a forgery.
    """

    base: str
    secret: str = field(repr=False)
    shared_key: bool = False

    def check(
        self, *, target: str, headers: Mapping[str, str], form: Mapping[str, str], body: bytes
    ) -> Mapping[str, Any] | str:
        """What was signed: the form, or the text of a JSON body. `target`: path and query. Raises Forged."""
        signature = headers.get("X-Twilio-Signature", "")
        algorithm = get_signature_algorithm(headers.get("X-Twilio-Webhooks-Signature-Settings", ""))
        if not signature or algorithm.upper() != (HMAC_SHA256 if self.shared_key else HMAC_SHA1):
            raise Forged
        said: Mapping[str, Any] | str = form
        if headers.get("Content-Type", "").partition(";")[0].strip().lower() == "application/json":
            if "bodySHA256" not in parse_qs(urlsplit(target).query):
                raise Forged
            said = body.decode("utf-8", "replace")
        address = f"{self.base.rstrip('/')}{target}"
        if not RequestValidator(self.secret).validate(address, said, signature, algorithm):
            raise Forged
        return said
