"""What a bridge asks with keys of its own."""

from service.app.bridge_register import register_key
from service.web.api.v1.bridges import entry_text
from tests.app.bridging import NAME, identity, journal
from tests.cast import MAXIMUM, MEDIUM
from tests.web.api.v1.callers import Face
from tests.web.api.v1.stage import SATURDAY, Ask


def keys_body(face: Face) -> dict[str, object]:
    del face
    own = identity()
    return {
        "journal": NAME,
        "signing_key": own.signing_public.hex(),
        "sealing_key": own.sealing_public.hex(),
        "claim": own.claim(NAME).hex(),
    }


def registered(face: Face) -> None:
    """The bridges of both institutions have named their keys."""
    for number, institution in enumerate((MEDIUM, MAXIMUM), 1):
        own = identity(number)
        face.world.run(
            face.world.bridge(institution),
            lambda unit, own=own: register_key(
                unit, journal=NAME, signing_key=own.signing_public, sealing_key=own.sealing_public,
                claim=own.claim(NAME),
            ),
        )  # fmt: skip


def journal_part(face: Face) -> Ask:
    registered(face)
    return Ask("/bridge/journal", {"entries": [entry_text(one) for one in journal().entries(1, 3)]})


def bundle_of_bridge(face: Face) -> Ask:
    registered(face)
    return Ask("/bridge/bundle")


def late_scans(face: Face) -> Ask:
    token = face.tokens(face.granted())[0]
    face.world.clock.set(SATURDAY)
    return Ask("/scans/late", {"scans": [face.scan_body(token, 5, offline_verdict="admit")]})
