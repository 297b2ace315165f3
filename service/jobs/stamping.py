"""Has the newest heads stamped: the authority is asked outside any transaction, and its silence holds nobody up."""

from collections.abc import Sequence

import structlog
from cryptography.x509 import Certificate

from service.app.reading import Reading
from service.app.stamp_take import due_stamps, keep_stamp
from service.app.transact import transact
from service.domain.access import Actor
from service.gateways.time_stamp import NotStamped, StampGateway
from service.record.refusals import RecordRefused
from service.record.stamp import request_stamp
from service.store.environment import Environment

EVERY_SECONDS = 600
STAMPER = Actor("system", "stamp")

_log = structlog.get_logger("kezdesu.stamp")


def stamp_heads(environment: Environment, gateway: StampGateway, roots: Sequence[Certificate]) -> int:
    """Asks for every stamp that is due; answers how many were kept. What failed is due again at the next turn."""
    with Reading(environment, STAMPER) as reading:
        due = due_stamps(reading, gateway.name)
    done = 0
    for head in due:
        request = request_stamp(head.text)
        try:
            token = gateway.stamp(request.data)
            transact(
                environment,
                STAMPER,
                lambda unit, head=head, token=token, nonce=request.nonce: keep_stamp(  # type: ignore[misc]
                    unit, head=head, authority=gateway.name, token=token, nonce=nonce, roots=roots
                ),
            )
        except (NotStamped, RecordRefused) as fault:
            _log.warning("not stamped", log=head.log, fault=str(fault))
            break
        done += 1
    return done
