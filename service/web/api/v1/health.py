"""Whether the service answers."""

from typing import Literal

import sqlalchemy as sa

from service.web.api.contract import Answer
from service.web.api.v1.interface import Interface


class Health(Answer):
    status: Literal["ok"] = "ok"


def install(face: Interface) -> None:
    """Declare the resource."""

    @face.api.endpoint("GET", "/health", summary="Whether the service answers", principals=("anyone",), answer=Health)
    def check_health() -> Health:
        """503 when its database does not."""
        with face.environment.database.single.connect() as connection:
            connection.execute(sa.text("SELECT 1"))
        return Health()
