"""The environment is read once, by name, and every wrong variable is named."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from settings import (
    DEV_TOKEN,
    SHIPPED_CONFIG,
    Address,
    Settings,
    SettingsError,
    load_settings,
    temporal_config,
)

PROJECT = {
    "CTP_PROJECT_KEY": "acme",
    "CTP_CLIENT_ID": "client",
    "CTP_CLIENT_SECRET": "keep-this-secret",
    "CTP_API_URL": "https://api.example.com",
    "CTP_AUTH_URL": "https://auth.example.com",
    "CTP_SCOPES": "manage_orders:acme view_messages:acme",
}


@pytest.fixture(autouse=True)
def empty_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the machine that the tests run on."""
    for name in list(os.environ):
        if name.startswith(("PLACET_", "CTP_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("TEMPORAL_CONFIG_FILE", "/nowhere/temporal.toml")


def given(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Settings:
    """The settings of an environment."""
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return load_settings()


def test_with_nothing_set_everything_points_at_the_embedded_default() -> None:
    """Sandbox, Temporal and edge are on this machine, and the shipped example is the configuration."""
    settings = load_settings()
    assert (settings.project_key, settings.client_id) == ("placet-demo", "placet")
    assert settings.client_secret.get_secret_value() == "placet"
    assert settings.commercetools_api_url == settings.commercetools_auth_url == "http://127.0.0.1:8989"
    assert settings.public_edge_url == "http://127.0.0.1:8080"
    assert temporal_config(settings)["target_host"] == "127.0.0.1:7233"
    assert settings.bearer().get_secret_value() == DEV_TOKEN
    assert settings.config_dir == SHIPPED_CONFIG
    assert settings.embedded
    assert settings.dev_token_in_force


def test_the_embedded_project_follows_the_sandbox_where_it_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    """Moving the sandbox moves what talks to it; so does moving the embedded Temporal."""
    settings = given(monkeypatch, PLACET_SANDBOX_ADDRESS="127.0.0.1:9000", PLACET_TEMPORAL_PORT="9001")
    assert settings.commercetools_api_url == "http://127.0.0.1:9000"
    assert temporal_config(settings)["target_host"] == "127.0.0.1:9001"


def test_a_real_project_is_read_from_the_names_that_commercetools_exports(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """All of CTP_*: no longer embedded; scopes are separated by blanks."""
    settings = given(monkeypatch, **PROJECT)
    assert not settings.embedded
    assert settings.project_key == "acme"
    assert settings.commercetools_api_url == "https://api.example.com"
    assert settings.scopes == ("manage_orders:acme", "view_messages:acme")


def test_temporals_own_names_win_over_the_embedded_server(monkeypatch: pytest.MonkeyPatch) -> None:
    """TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE are the SDK's."""
    monkeypatch.setenv("TEMPORAL_ADDRESS", "temporal.example.com:7233")
    monkeypatch.setenv("TEMPORAL_NAMESPACE", "orders")
    config = temporal_config(load_settings())
    assert (config["target_host"], config["namespace"]) == ("temporal.example.com:7233", "orders")


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        (
            {"PLACET_EDGE_ADRESS": "127.0.0.1:1"},
            "PLACET_EDGE_ADRESS: no such setting; did you mean PLACET_EDGE_ADDRESS?",
        ),
        ({"PLACET_EDGE_ADDRESS": "8080"}, "PLACET_EDGE_ADDRESS: '8080' is not host:port"),
        (
            {"PLACET_EDGE_ADDRESS": "127.0.0.1:65536"},
            "PLACET_EDGE_ADDRESS: '127.0.0.1:65536' is not host:port",
        ),
        ({"PLACET_EDGE_ADDRESS": "127.0.0.1:²"}, "is not host:port"),
        ({"PLACET_TEMPORAL_PORT": "many"}, "PLACET_TEMPORAL_PORT: Input should be a valid integer"),
        (
            {"PLACET_STICKY_TIMEOUT_SECONDS": "0"},
            "PLACET_STICKY_TIMEOUT_SECONDS: Input should be greater than 0",
        ),
        (
            {"PLACET_ADOPT_SINCE": "2026-01-01T00:00:00"},
            "PLACET_ADOPT_SINCE: Input should have timezone info",
        ),
        ({"PLACET_FULFILLMENT_URL": "somewhere"}, "PLACET_FULFILLMENT_URL: "),
        ({"PLACET_FULFILLMENT_TOKEN": "t"}, "PLACET_FULFILLMENT_TOKEN is set without PLACET_FULFILLMENT_URL"),
        ({"PLACET_NOTIFY_TOKEN": "t"}, "PLACET_NOTIFY_TOKEN is set without PLACET_NOTIFY_URL"),
        (
            {"PLACET_API_TOKEN": "t", "PLACET_TOKENS_FILE": "tokens.yaml"},
            "PLACET_API_TOKEN and PLACET_TOKENS_FILE contradict each other",
        ),
        ({"PLACET_EDGE_ADDRESS": "0.0.0.0:8080"}, "PLACET_EDGE_ADDRESS 0.0.0.0:8080 is not loopback"),
        (
            {"PLACET_EDGE_ADDRESS": "[::]:8080", "PLACET_API_TOKEN": DEV_TOKEN},
            "PLACET_EDGE_ADDRESS [::]:8080 is not loopback",
        ),
        (
            {"CTP_PROJECT_KEY": "acme"},
            "CTP_PROJECT_KEY given, but not CTP_API_URL, CTP_AUTH_URL, CTP_CLIENT_ID",
        ),
        ({"CTP_SCOPES": "manage_orders:acme"}, "CTP_SCOPES given, but not CTP_API_URL"),
        ({**PROJECT, "CTP_API_URL": "api.example.com"}, "CTP_API_URL: "),
    ],
)
def test_what_is_wrong_is_named(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], said: str
) -> None:
    """Unknown, malformed and contradictory settings are errors that name the variable."""
    with pytest.raises(SettingsError) as refused:
        given(monkeypatch, **variables)
    assert said in str(refused.value)


@pytest.mark.parametrize("missing", sorted(set(PROJECT) - {"CTP_SCOPES"}))
def test_half_a_project_is_refused(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    """A missing variable is named; the sandbox does not silently take its place."""
    with pytest.raises(SettingsError, match=f"but not {missing}: set all CTP_"):
        given(monkeypatch, **{name: value for name, value in PROJECT.items() if name != missing})


def test_everything_wrong_is_said_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """One line for each variable, so that nobody mends them one by one."""
    with pytest.raises(SettingsError) as refused:
        given(monkeypatch, PLACET_TEMPORAL_PORT="x", PLACET_EDGE_ADDRESS="y", PLACET_NO_SUCH="z")
    assert len(str(refused.value).splitlines()) == 3


def test_secrets_show_in_no_error_and_no_representation(monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong neighbour must not bring the secret out, nor must printing the settings."""
    secret = PROJECT["CTP_CLIENT_SECRET"]
    settings = given(monkeypatch, **PROJECT, PLACET_API_TOKEN="also-secret")
    assert secret not in repr(settings)
    assert "also-secret" not in repr(settings)
    with pytest.raises(SettingsError) as refused:
        given(monkeypatch, CTP_API_URL="nowhere", PLACET_EDGE_ADDRESS="x", PLACET_TEMPORAL_PORT="y")
    error: BaseException | None = refused.value
    while error is not None:
        assert secret not in str(error)
        assert "also-secret" not in str(error)
        error = error.__cause__ or error.__context__


def test_a_child_process_gets_exactly_these_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """What we hand to a child reads back as the same settings, and nothing of ours leaks in beside them."""
    monkeypatch.setenv("PLACET_CACHED_WORKFLOWS", "7")
    settings = Settings(
        edge_address=Address("::1", 8081),
        adopt_since=datetime(2026, 1, 2, 3, tzinfo=UTC),
        state_dir=Path("elsewhere"),
        scopes=("a", "b"),
        project_key="acme",
        client_id="client",
        client_secret=SecretStr("keep-this-secret"),
        api_url="https://api.example.com",
        auth_url="https://auth.example.com",
    )
    for name, value in settings.environment().items():
        monkeypatch.setenv(name, value)
    assert load_settings() == settings
    assert settings.environment()["PATH"] == os.environ["PATH"]


def test_a_child_of_the_embedded_default_is_embedded_too() -> None:
    """The sandbox's credentials are not written out as if they were a project's."""
    assert not any(name.startswith("CTP_") for name in Settings().environment())


@pytest.mark.parametrize(
    ("written", "loopback"),
    [
        ("127.0.0.1:1", True),
        ("[::1]:1", True),
        ("localhost:1", True),
        ("0.0.0.0:1", False),
        ("edge:1", False),
    ],
)
def test_only_this_machine_is_loopback(monkeypatch: pytest.MonkeyPatch, written: str, loopback: bool) -> None:
    """A name counts as reachable; an address is written back as it was read."""
    settings = given(monkeypatch, PLACET_EDGE_ADDRESS=written, PLACET_API_TOKEN="a-proper-one")
    assert settings.edge_address.is_loopback is loopback
    assert str(settings.edge_address) == written


def test_settings_do_not_change() -> None:
    """They are read once."""
    with pytest.raises(ValidationError):
        Settings().temporal_port = 1  # type: ignore[misc]


def test_with_a_tokens_file_no_token_is_ours_to_call_with(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command has to be given one."""
    settings = given(monkeypatch, PLACET_TOKENS_FILE="tokens.yaml")
    assert not settings.dev_token_in_force
    with pytest.raises(SettingsError, match="PLACET_API_TOKEN"):
        settings.bearer()
