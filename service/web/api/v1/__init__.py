"""The resources of `/api/v1`, one file each; to add one, write it and name it here."""

from service.web.api.v1 import (
    appointments,
    bridges,
    call_rooms,
    convicts,
    decisions,
    disputes,
    exceptions,
    gates,
    health,
    holds,
    institutions,
    kiosk,
    kiosk_calls,
    kiosk_desk,
    kiosk_own,
    kiosk_way,
    logs,
    officers,
    passes,
    registry,
    relationships,
    sessions,
)
from service.web.api.v1.interface import Interface

RESOURCES = (
    health, sessions, relationships, holds, appointments, passes, disputes, kiosk, kiosk_own, kiosk_way, kiosk_desk,
    registry, convicts, decisions, exceptions, officers, institutions, gates, bridges, logs, call_rooms,
    kiosk_calls,
)  # fmt: skip


def install(face: Interface) -> None:
    """Declare every resource."""
    for resource in RESOURCES:
        resource.install(face)
