"""Where suppliers say what became of a message: one address, believed only when signed."""

import uuid

import structlog
from flask import Flask, abort, request
from werkzeug.wrappers import Response

from service.app.notice_receipt import take_receipt
from service.app.transact import transact
from service.domain.access import Actor
from service.gateways.receipts import CALLBACK_PATH, Forged, ReceiptReader
from service.store.environment import Environment
from service.web.audience import declare

SUPPLIER = Actor("system", "receipts")
_log = structlog.get_logger("kezdesu.web")


def install(app: Flask, environment: Environment, reader: ReceiptReader | None) -> None:
    """Adds the address to the API face; without a supplier that is contracted, it is not there."""
    if reader is None:
        return

    def take(message: uuid.UUID) -> Response:
        query = request.query_string.decode("ascii", "replace")
        body = request.get_data(cache=True)
        try:
            receipt = reader.read(
                target=f"{request.path}?{query}" if query else request.path,
                headers=dict(request.headers),
                form=request.form,
                body=body,
            )
        except (Forged, ValueError):
            _log.warning("receipt not signed by the supplier")
            abort(403)
        transact(
            environment,
            SUPPLIER,
            lambda unit: take_receipt(
                unit, message=message.hex, reference=receipt.reference, status=receipt.status, code=receipt.code
            ),
        )
        return Response(status=204)

    app.add_url_rule(f"{CALLBACK_PATH}/<uuid:message>", "receipt", declare("supplier")(take), methods=["POST"])
