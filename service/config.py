"""Settings: environment variables `KEZDESU_*` or a TOML file named by `KEZDESU_SETTINGS`."""

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, NonNegativeInt, PositiveInt, model_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from service.domain.access import ROLES
from service.domain.call_cost import Rounding

Secret = Literal[
    "twilio_token",
    "twilio_webhook_secret",
    "twilio_key_secret",
    "livekit_secret",
    "smtp_password",
    "janus_secret",
    "turn_secret",
]


class Settings(BaseSettings):
    """Everything an installation may set. Each field is documented in README's table (a test holds it)."""

    model_config = SettingsConfigDict(env_prefix="KEZDESU_", extra="forbid", frozen=True, hide_input_in_errors=True)

    data_dir: Path = Path(".kezdesu")
    database_url: str = ""
    reading_database_url: str = ""
    keys_dir: Path | None = None
    witness_policy: Path | None = None
    stamp_url: str = ""
    stamp_roots: Path | None = None
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
    oversight_port: int = 8005
    kiosk_port: int = 8010
    gate_port: int = 8011
    second_factor: tuple[str, ...] = ROLES
    oidc_issuer: str = ""
    oidc_client_id: str = "kezdesu"
    oidc_client_secret: str = ""
    oidc_scope: str = "openid profile"
    oidc_claims: dict[str, str] = {}
    sms: Literal["local", "twilio"] = "local"
    twilio_account: str = ""
    twilio_token: str = Field(default="", repr=False)
    twilio_token_file: Path | None = None
    twilio_webhook_secret: str = Field(default="", repr=False)
    twilio_webhook_secret_file: Path | None = None
    twilio_sender: str = ""
    twilio_callback: str = ""
    twilio_caller: str = ""
    twilio_key: str = ""
    twilio_key_secret: str = Field(default="", repr=False)
    twilio_key_secret_file: Path | None = None
    calls: Literal["memory", "janus", "twilio-video", "livekit"] = "memory"
    phone_calls: Literal["same", "twilio-voice"] = "same"
    call_lines: dict[str, str] = {}
    call_languages: tuple[Literal["kk", "ru", "en"], ...] = ("kk", "ru")
    call_prompts: Path | None = None
    call_tariffs: dict[Literal["call", "video_call"], NonNegativeInt] = {}
    call_rounding: Rounding = "minute"
    livekit_url: str = ""
    livekit_pages_url: str = ""
    livekit_key: str = ""
    livekit_secret: str = Field(default="", repr=False)
    livekit_secret_file: Path | None = None
    janus_url: str = "http://127.0.0.1:8088/janus"
    janus_secret: str = Field(default="", repr=False)
    janus_secret_file: Path | None = None
    janus_recordings: Path | None = None
    call_library: Path | None = None
    max_live_calls: PositiveInt = 20
    turn_urls: tuple[str, ...] = ()
    turn_secret: str = Field(default="", repr=False)
    turn_secret_file: Path | None = None
    mail: Literal["local", "smtp"] = "local"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_security: Literal["starttls", "tls", "none"] = "starttls"
    smtp_user: str = ""
    smtp_password: str = Field(default="", repr=False)
    smtp_password_file: Path | None = None
    smtp_sender: str = ""

    @model_validator(mode="after")
    def _suppliers_are_whole(self) -> Self:
        """Half a supplier is refused at the start, not when the first family is to be told something."""
        needed: list[str] = []
        if self.sms == "twilio":
            needed += ["twilio_account", "twilio_sender", "twilio_callback"]
            needed += [] if self.secret("twilio_token") else ["twilio_token"]
        if self.twilio_callback and not self.twilio_callback.startswith("https://"):
            raise ValueError("KEZDESU_TWILIO_CALLBACK must begin with https://")
        if self.calls == "janus":
            needed += [] if self.secret("janus_secret") else ["janus_secret"]
            if not self.janus_url.startswith(("http://127.0.0.1:", "http://localhost:", "http://[::1]:")):
                raise ValueError("KEZDESU_JANUS_URL must be an http:// address of this machine: it carries the secret")
        if self.turn_urls:
            needed += [] if self.secret("turn_secret") else ["turn_secret"]
        needed += self._calls_need()
        if self.mail == "smtp":
            needed += ["smtp_host", "smtp_sender"]
            needed += ["smtp_password"] if self.smtp_user and not self.secret("smtp_password") else []
            if self.smtp_security == "none" and self.smtp_host not in ("localhost", "127.0.0.1", "::1"):
                raise ValueError("KEZDESU_SMTP_SECURITY may be none for a server on this machine only")
        if self.reading_database_url and not self.database_url.startswith("postgresql"):
            raise ValueError("KEZDESU_READING_DATABASE_URL is for a copy of PostgreSQL; KEZDESU_DATABASE_URL is none")
        missing = [f"KEZDESU_{name.upper()}" for name in needed if not getattr(self, name)]
        if missing:
            raise ValueError(f"still to be told: {', '.join(missing)}")
        return self

    def _calls_need(self) -> list[str]:
        named: dict[str, list[str]] = {
            "twilio-voice": ["twilio_account", "twilio_caller", "twilio_callback"],
            "twilio-video": ["twilio_account", "twilio_key", "twilio_callback"],
            "livekit": ["livekit_url", "livekit_pages_url", "livekit_key", "call_library"],
        }
        secrets: dict[str, list[Secret]] = {
            "twilio-voice": ["twilio_token"],
            "twilio-video": ["twilio_token", "twilio_key_secret"],
            "livekit": ["livekit_secret"],
        }
        chosen = {self.calls, self.phone_calls} & set(named)
        needed = [field for supplier in sorted(chosen) for field in named[supplier]]
        return needed + [one for supplier in sorted(chosen) for one in secrets[supplier] if not self.secret(one)]

    def secret(self, name: Secret) -> str:
        """A secret, from the environment or from the file that `<name>_file` names (without its last line end)."""
        file: Path | None = getattr(self, f"{name}_file")
        if file is None:
            return str(getattr(self, name))
        try:
            return file.read_text(encoding="utf-8").rstrip("\r\n")
        except OSError as fault:
            raise ValueError(f"the file of KEZDESU_{name.upper()}_FILE cannot be read: {fault.strerror}") from None

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
