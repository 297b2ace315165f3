"""A new key signs passes from now on; the old one keeps its number and stays good for the passes it signed."""

import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from service.domain.access import Target, require
from service.store.columns import of
from service.store.tables import NATIONAL, PassKey
from service.store.unit_of_work import UnitOfWork


def rotate_pass_key(unit: UnitOfWork) -> int:
    """Makes the next pass key and ends the signing of the one before; answers the new number."""
    require(unit.actor, "pass_key.rotate", Target())
    key = of(PassKey)
    keys = unit.session.scalars(sa.select(PassKey).order_by(key.number).with_for_update()).all()
    for one in keys:
        if one.signs_until is None:
            unit.change(one, signs_until=unit.now)
    number = keys[-1].number + 1 if keys else 1
    seed = unit.environment.keys.make(f"pass-{number}", unit.environment.random_bytes)
    public = Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()
    unit.add(PassKey(id=unit.environment.new_id(), number=number, public_key=public.hex(), signs_from=unit.now))
    unit.tell("pass_key.rotated", NATIONAL, number=number)
    return number
