"""What both faces need of passkeys: who asks, by the address of the page, and the forms a script fills in."""

from typing import Annotated
from urllib.parse import urlsplit

from flask import Response, request
from pydantic import Field

from service.gateways.passkeys import Party
from service.web.api.values import Body
from service.web.forms import Form
from service.web.messages import N_

LONGEST_ANSWER = 20_000


class NewPasskey(Body):
    name: Annotated[str, Field(min_length=1, max_length=40)]
    answer: Annotated[str, Field(min_length=2, max_length=LONGEST_ANSWER)]


class PasskeyAnswer(Body):
    answer: Annotated[str, Field(min_length=2, max_length=LONGEST_ANSWER)]


NOT_ANSWERED = N_("The passkey did not answer. Try once more, or choose another way.")


def party() -> Party:
    """The relying party that this page belongs to."""
    parts = urlsplit(request.host_url)
    return Party(parts.hostname or "", f"{parts.scheme}://{parts.netloc}")


def new_passkey_form() -> Form[NewPasskey]:
    """The form in which a new passkey is named; the script adds what the device answered."""
    return Form(
        NewPasskey,
        labels={"name": N_("Name, so that you know it again"), "answer": N_("Passkey")},
        wording={"answer": NOT_ANSWERED},
    )


def passkey_answer_form() -> Form[PasskeyAnswer]:
    """The form of the second step, that the script fills in."""
    return Form(PasskeyAnswer, labels={"answer": N_("Passkey")}, wording={"answer": NOT_ANSWERED})


def options_response(text: str) -> Response:
    """The options of the browser's call, as JSON."""
    return Response(text, mimetype="application/json")
