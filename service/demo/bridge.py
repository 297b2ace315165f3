"""What the demonstration's bridge is told: its settings, as they lie beside its key and its journal."""

from pathlib import Path
from uuid import UUID

import sqlalchemy as sa

from service.config import Settings
from service.demo.cast import CODE, NUMBER
from service.demo.house import GATE_ZONE
from service.store.columns import of
from service.store.environment import Environment
from service.store.tables import Device, Gate, Log, PassKey

BAUD = 9600
DIRECTIONS = ("entry", "exit")
KEY_FILE = 'device_key_file = "device.key"\ndeadline_ms = 1500\n'
ALWAYS = "valid_from = 2000-01-01T00:00:00Z\nvalid_until = 2100-01-01T00:00:00Z\n"


def folder(settings: Settings) -> Path:
    """The bridge's own folder; on a real gate it lies on another machine."""
    return settings.data_dir / "bridge"


def is_demonstration(settings: Settings) -> bool:
    """Whether the data folder holds a demonstration and not somebody's installation."""
    return (folder(settings) / "device.key").exists()


def line(settings: Settings, direction: str) -> Path:
    """The serial line of the simulated reader in one direction, as the bridge opens it."""
    return (folder(settings) / direction).absolute()


def hand(settings: Settings, direction: str) -> Path:
    """The line at which a pass is held before that reader."""
    return (folder(settings) / f"hand-{direction}").absolute()


def write_settings(environment: Environment, settings: Settings) -> Path:
    """Writes `bridge.toml` for the ports and keys in force."""
    device, key, row = of(Device), of(PassKey), of(Gate)
    with environment.database.reading() as session:
        gate = session.scalars(
            sa.select(row.id)
            .join(Device, device.gate_id == row.id)
            .where(row.institution_id == CODE, device.kind == "bridge", device.revoked_at.is_(None))
        ).one()
        keys = session.execute(sa.select(key.number, key.public_key).order_by(key.number)).all()
        verifier = session.execute(sa.select(of(Log).verifier_key).where(of(Log).id == CODE)).scalar_one()
    parts = [
        f'[bridge]\ninstitution = {NUMBER}\njournal = "gate.journal"\n',
        f'[service]\nurl = "http://127.0.0.1:{settings.api_port}"\nverifier_key = "{verifier}"\n{KEY_FILE}',
        f"[screen]\nport = {settings.gate_port}\n",
        *(f'[[keys]]\nid = {number}\npublic = "{public}"\n{ALWAYS}' for number, public in keys),
        *(
            f'[[readers]]\nname = "{direction}"\ndirection = "{direction}"\n'
            f'gate = "{UUID(gate)}"\ngate_zone = {GATE_ZONE}\n'
            f'path = "{line(settings, direction)}"\nbaud = {BAUD}\nkind = "honeywell"\n'
            for direction in DIRECTIONS
        ),
    ]
    file = folder(settings) / "bridge.toml"
    file.write_text("\n".join(parts), encoding="utf-8")
    return file
