"""What the demonstration's kiosk is told: no reader, so the number of the card is typed on the screen."""

from pathlib import Path

from service.config import Settings


def folder(settings: Settings) -> Path:
    """The kiosk's own folder; in an institution it lies on another machine."""
    return settings.data_dir / "kiosk"


def write_settings(settings: Settings) -> Path:
    """Writes `kiosk.toml` for the ports in force."""
    file = folder(settings) / "kiosk.toml"
    file.write_text(
        f'url = "http://127.0.0.1:{settings.api_port}"\ndevice_key_file = "device.key"\n'
        f'state = "waiting"\nport = {settings.kiosk_port}\npublic = "http://127.0.0.1:{settings.public_port}"\n',
        encoding="utf-8",
    )
    return file
