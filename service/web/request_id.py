"""One random id per request: in the answer, in the log, on the error page, so that a person can quote it."""

from uuid import UUID, uuid4

from flask import g


def request_id() -> UUID:
    """The id of the request being answered; made here, never taken from the client."""
    found = g.get("request_id")
    if not isinstance(found, UUID):
        found = g.request_id = uuid4()
    return found
