"""The settings of every Placet process, and the connection to Temporal: the only reader of the environment.

`CTP_*` are the names that commercetools itself exports; `TEMPORAL_*` belong to the Temporal SDK
(`temporalio.envconfig`); `PLACET_*` are ours. With nothing set, everything points at the embedded default.
"""

import difflib
import os
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AwareDatetime, BeforeValidator, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from temporalio.client import Client
from temporalio.contrib.pydantic import pydantic_data_converter
from temporalio.envconfig import ClientConfig, ClientConnectConfig
from temporalio.runtime import Runtime

from domain.endpoint import Address, parse_address

__all__ = [
    "DEV_TOKEN",
    "SHIPPED_CONFIG",
    "Address",
    "Settings",
    "SettingsError",
    "connect",
    "load_settings",
    "temporal_config",
]

DEV_TOKEN = "placet-dev"  # noqa: S105 - public by design: every right, and refused on any address but loopback
SHIPPED_CONFIG = Path(__file__).resolve().parent / "config"
_EMBEDDED_PROJECT = {"project_key": "placet-demo", "client_id": "placet", "client_secret": "placet"}


class SettingsError(ValueError):
    """The environment does not say how to run: one line for each variable that is wrong, never its secret value."""


def _split(written: object) -> object:
    return tuple(written.split()) if isinstance(written, str) else written


def _paths(written: object) -> object:
    return tuple(filter(None, written.split(os.pathsep))) if isinstance(written, str) else written


ListenAddress = Annotated[Address, NoDecode, BeforeValidator(parse_address)]
Words = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split)]
Files = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_paths)]
Port = Annotated[int, Field(ge=1, le=65535)]
HttpUrl = Annotated[str, Field(pattern=r"^https?://[^/?#\s]+[^?#\s]*$")]


class Settings(BaseSettings):
    """All settings. A field `x` is the variable `PLACET_X`; those of commercetools have their own names."""

    model_config = SettingsConfigDict(
        env_prefix="PLACET_",
        case_sensitive=False,
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        populate_by_name=True,
        hide_input_in_errors=True,  # a secret must not show because its neighbour is wrong
    )

    project_key: str = Field(
        default="", validation_alias="CTP_PROJECT_KEY", pattern=r"^([A-Za-z0-9_-]{2,})?$"
    )
    client_id: str = Field(default="", validation_alias="CTP_CLIENT_ID")
    client_secret: SecretStr = Field(default=SecretStr(""), validation_alias="CTP_CLIENT_SECRET")
    api_url: HttpUrl | None = Field(default=None, validation_alias="CTP_API_URL")
    auth_url: HttpUrl | None = Field(default=None, validation_alias="CTP_AUTH_URL")
    scopes: Words = Field(default=(), validation_alias="CTP_SCOPES")
    """Blank-separated, as commercetools exports them. None: all that the client has."""

    config_dir: Path = SHIPPED_CONFIG
    state_dir: Path = Path("var")
    """Where the embedded servers keep what must outlive a restart of `placet dev`."""
    exchange_log_dir: Path | None = None
    """Where each process keeps the exchanges with outside systems, redacted; absent: only a line each in its log."""
    edge_address: ListenAddress = Address("127.0.0.1", 8080)
    edge_url: HttpUrl | None = None
    """How others reach the edge, where that is not its listening address."""
    sandbox_address: ListenAddress = Address("127.0.0.1", 8989)
    temporal_port: Port = 7233
    temporal_ui_port: Port = 8233

    api_token: SecretStr | None = None
    """The one bearer token, with every right. Neither this nor a tokens file: `placet-dev`, on loopback only."""
    tokens_file: Path | None = None
    fulfillment_url: HttpUrl | None = None
    fulfillment_token: SecretStr | None = None
    notify_url: HttpUrl | None = None
    notify_token: SecretStr | None = None

    providers_file: Path | None = None
    """How each provider is reached, by name: `{fluent: {host: ..., client_id: ...}}`; it holds secrets."""
    fluent_public_keys: Files = ()
    """The keys that Fluent's webhooks may be signed with, separated by the path separator; looked at anew each time."""
    fluent_legacy_signatures: bool = False
    """Whether `flex.signature` (MD5withRSA) will do where there is no `fluent-signature`."""
    webhook_secrets: Files = ()
    """Files with a secret each, for signed CloudEvents at `/webhooks/webhook`; separated and looked at as above."""

    operator_client_ids: Words = ()
    """The API clients that may make the moves which states.yaml leaves to operators; blank-separated."""
    adopt_since: AwareDatetime | None = None
    """Orders created before are not taken up; absent: the instant of the first `placet setup`."""
    sticky_timeout_seconds: float = Field(default=1, gt=0, le=60)
    cached_workflows: int = Field(default=1000, ge=0)
    commercetools_per_second: float | None = Field(default=None, gt=0)
    """So many activities on commercetools at most, by all workers together; absent: as many as come."""
    reconcile_every_hours: float = Field(default=24, gt=0)
    silent_after_hours: float = Field(default=72, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _embedded_project(cls, data: dict[str, Any]) -> dict[str, Any]:
        """All of `CTP_*` or none of it: half of a project's settings would mix two projects."""
        names = {"project_key", "client_id", "client_secret", "api_url", "auth_url"}
        given = {name for name in (*names, "scopes") if data.get(name) or data.get(_variable(name))}
        missing = sorted(_variable(name) for name in names - given)
        if given and missing:
            raise ValueError(
                f"{', '.join(sorted(map(_variable, given)))} given, but not {', '.join(missing)}: "
                "set all CTP_* variables of a project, or none for the embedded sandbox"
            )
        return data if given else {**data, **_EMBEDDED_PROJECT}

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        problems = []
        if self.api_token is not None and self.tokens_file is not None:
            problems.append("PLACET_API_TOKEN and PLACET_TOKENS_FILE contradict each other: set one of them")
        if self.dev_token_in_force and not self.edge_address.is_loopback:
            problems.append(
                f"PLACET_EDGE_ADDRESS {self.edge_address} is not loopback, where the token {DEV_TOKEN} is "
                "refused: set PLACET_API_TOKEN or PLACET_TOKENS_FILE"
            )
        problems += [
            f"PLACET_{kind}_TOKEN is set without PLACET_{kind}_URL"
            for kind, token, url in (
                ("FULFILLMENT", self.fulfillment_token, self.fulfillment_url),
                ("NOTIFY", self.notify_token, self.notify_url),
            )
            if token is not None and url is None
        ]
        if problems:
            raise ValueError("\n".join(problems))
        return self

    @property
    def dev_token_in_force(self) -> bool:
        """Whether the one public token opens the edge."""
        given = self.api_token.get_secret_value() if self.api_token else DEV_TOKEN
        return self.tokens_file is None and given == DEV_TOKEN

    @property
    def embedded(self) -> bool:
        """Whether commercetools is the sandbox on this machine."""
        return self.api_url is None

    @property
    def commercetools_api_url(self) -> str:
        """Where the API is; the sandbox, unless `CTP_API_URL` says otherwise."""
        return self.api_url or self.sandbox_address.url

    @property
    def commercetools_auth_url(self) -> str:
        """Where tokens are had, as above."""
        return self.auth_url or self.sandbox_address.url

    @property
    def public_edge_url(self) -> str:
        """How others reach the edge, without a slash at the end."""
        return (self.edge_url or self.edge_address.url).rstrip("/")

    def bearer(self) -> SecretStr:
        """The token for our own calls of the edge (CLI, demo, the subscription of the sandbox).

        Raises:
            SettingsError: tokens stand in a file, so that none is ours by default.
        """
        if self.tokens_file is not None:
            raise SettingsError(
                "call the edge with PLACET_API_TOKEN set to one of its tokens; PLACET_TOKENS_FILE is for the edge itself"
            )
        return self.api_token or SecretStr(DEV_TOKEN)

    def environment(self) -> dict[str, str]:
        """The environment for a process that we start: this one's, with exactly these settings in it."""
        kept = {n: v for n, v in os.environ.items() if not n.startswith("PLACET_") and n not in _CTP}
        written: dict[str, str] = {}
        for name in self.model_fields_set:
            value = getattr(self, name)
            if value is None or (self.embedded and _variable(name) in _CTP):
                continue
            written[_variable(name)] = _written(value)
        return {**kept, **written}


def _variable(field: str) -> str:
    """The name of a field's environment variable."""
    alias = Settings.model_fields[field].validation_alias
    return alias if isinstance(alias, str) else f"PLACET_{field.upper()}"


_CTP = frozenset(name for name in map(_variable, Settings.model_fields) if name.startswith("CTP_"))


def _written(value: object) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    if isinstance(value, tuple):
        return (os.pathsep if any(isinstance(one, Path) for one in value) else " ").join(map(str, value))
    return str(value)


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        SettingsError: names every variable that is unknown, malformed or contradicts another.
    """
    problems = _unknown_names()
    try:
        settings = Settings()
    except ValidationError as error:
        problems += [
            _problem(*found["loc"], message=found["msg"]) for found in error.errors(include_input=False)
        ]
    if problems:
        raise SettingsError("\n".join(problems))
    return settings


def _unknown_names() -> list[str]:
    known = sorted(map(_variable, Settings.model_fields))
    problems = []
    for name in sorted(set(os.environ) - set(known)):
        if name.startswith("PLACET_"):
            near = difflib.get_close_matches(name, known, n=1)
            problems.append(f"{name}: no such setting" + (f"; did you mean {near[0]}?" if near else ""))
    return problems


def _problem(*loc: int | str, message: str) -> str:
    said = message.removeprefix("Value error, ")
    if not loc:
        return said
    name = str(loc[0])
    return f"{_variable(name) if name in Settings.model_fields else name}: {said}"


def temporal_config(settings: Settings) -> ClientConnectConfig:
    """How to reach Temporal: `TEMPORAL_*` and `temporal.toml`; the embedded server where they name no address.

    Raises:
        SettingsError: `TEMPORAL_*` or the file cannot be read.
    """
    try:
        config = ClientConfig.load_client_connect_config()
    except RuntimeError as error:
        raise SettingsError(f"TEMPORAL_*: {error}") from error
    if not config.get("target_host"):
        config["target_host"] = f"127.0.0.1:{settings.temporal_port}"
    return config


async def connect(settings: Settings, *, lazy: bool = False, runtime: Runtime | None = None) -> Client:
    """A Temporal client with the one data converter. A lazy one connects at its first call.

    Raises:
        SettingsError: as `temporal_config`.
        RuntimeError: Temporal cannot be reached (not where `lazy`).
    """
    config = temporal_config(settings)
    return await Client.connect(**config, data_converter=pydantic_data_converter, lazy=lazy, runtime=runtime)
