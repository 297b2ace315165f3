"""Settings: environment variables `KEZDESU_*` or a TOML file named by `KEZDESU_SETTINGS`."""

import os
from pathlib import Path

from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)


class Settings(BaseSettings):
    """Everything an installation may set. Each field is documented in README's table (a test holds it)."""

    model_config = SettingsConfigDict(env_prefix="KEZDESU_", extra="forbid", frozen=True)

    data_dir: Path = Path(".kezdesu")
    database_url: str = ""
    keys_dir: Path | None = None
    witness_policy: Path | None = None
    domain: str = "kezdesu.kz"
    law: str = "kz"
    time_zone: str = "Asia/Almaty"
    secure: bool = True
    hosts: tuple[str, ...] = ()
    proxies: int = 0
    address: str = "127.0.0.1"
    public_port: int = 8001
    staff_port: int = 8002
    api_port: int = 8003
    inbox_port: int = 8004

    @property
    def database(self) -> str:
        """The database's URL; SQLite in the data directory unless another is named."""
        return self.database_url or f"sqlite:///{self.data_dir.absolute() / 'kezdesu.db'}"

    @property
    def keys(self) -> Path:
        """Where the keys lie."""
        return self.keys_dir or self.data_dir / "keys"

    @property
    def policy(self) -> Path:
        """Where the policy lies that names the witnesses of our logs."""
        return self.witness_policy or self.data_dir / "witness-policy"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003  (named by pydantic)
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What is said in the environment wins over the file."""
        file = os.environ.get("KEZDESU_SETTINGS")
        sources: tuple[PydanticBaseSettingsSource, ...] = (init_settings, env_settings)
        return (*sources, TomlConfigSettingsSource(settings_cls, Path(file))) if file else sources
