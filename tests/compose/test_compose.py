"""docker-compose.yml held to the code: no container engine was at hand to start it, so each name in it is checked."""

import re
from typing import Any

import pytest
from typer.main import get_command

from configuration.providers import load_provider_options
from sandbox.app import create_app
from sandbox.fluent_options import FluentOptions
from settings import Settings, load_settings, temporal_config
from starter.cli import app
from tests.compose.compose_file import ROOT, DemandedError, Service, services
from workflows.names import ORDERS_QUEUE

GIVEN = {"PLACET_API_TOKEN": "a-token-for-compose"}
SERVICES = services(GIVEN)
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "placet:local"}
# What temporalio.envconfig reads (reference of the SDK: environment configuration).
TEMPORAL_NAMES = {"TEMPORAL_ADDRESS", "TEMPORAL_NAMESPACE"}


def _settings(service: Service, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings that a container of this service would read."""
    import os  # noqa: PLC0415 - the environment is what is tested

    for name in list(os.environ):
        if name.startswith(("PLACET_", "CTP_", "TEMPORAL_")):
            monkeypatch.delenv(name)
    for name, value in service["environment"].items():
        monkeypatch.setenv(name, str(value))
    return load_settings()


def test_has_the_whole_house() -> None:
    """PostgreSQL, Temporal with its UI, and every role of ours."""
    assert set(OURS) == {"sandbox", "edge", "setup", "worker"}
    assert set(SERVICES) - set(OURS) == {"postgresql", "temporal", "temporal-ui"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_command_exists(name: str) -> None:
    """The entrypoint is `placet`, and what follows is a command of it."""
    known: Any = get_command(app)
    assert OURS[name]["command"][0] in known.commands
    assert OURS[name]["build"] == "."


@pytest.mark.parametrize("name", sorted(OURS))
def test_each_environment_is_understood(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Our own settings class reads it: an unknown name or a contradiction would end the container."""
    settings = _settings(OURS[name], monkeypatch)
    assert settings.embedded
    assert not settings.dev_token_in_force
    temporal = {n for n in OURS[name]["environment"] if n.startswith("TEMPORAL_")}
    assert temporal <= TEMPORAL_NAMES
    if temporal:
        assert temporal_config(settings)["target_host"] == "temporal:7233"


def test_the_addresses_name_services_and_their_ports(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the worker calls is where sandbox and edge listen, and the published ports are theirs."""
    sandbox = _settings(OURS["sandbox"], monkeypatch)
    edge = _settings(OURS["edge"], monkeypatch)
    worker = _settings(OURS["worker"], monkeypatch)
    assert worker.commercetools_api_url == f"http://sandbox:{sandbox.sandbox_address.port}"
    assert worker.fulfillment_url == f"http://sandbox:{sandbox.sandbox_address.port}/sandbox/downstream"
    assert worker.public_edge_url == sandbox.public_edge_url == f"http://edge:{edge.edge_address.port}"
    assert _published("sandbox") == sandbox.sandbox_address.port
    assert _published("edge") == edge.edge_address.port
    assert not sandbox.sandbox_address.is_loopback
    assert not edge.edge_address.is_loopback


def test_the_sandboxs_fluent_is_known_to_edge_and_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """The key is written where the edge reads it, in one volume; the worker is told where that Fluent is."""
    sandbox, edge, worker = (OURS[name] for name in ("sandbox", "edge", "worker"))
    (key,) = _settings(edge, monkeypatch).fluent_public_keys
    assert sandbox["command"][1:] == ["--fluent-public-key-file", str(key)]
    volume = f"fluent-key:{key.parent}"
    assert volume in sandbox["volumes"]
    assert {f"{volume}:ro", *worker["volumes"]} == {*edge["volumes"]}
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert f"install --directory --owner=placet --group=placet /home/placet/var {key.parent}\n" in dockerfile
    file = _settings(worker, monkeypatch).providers_file
    assert file is not None
    options = load_provider_options(ROOT / "config" / file.relative_to("/etc/placet"))
    assert options["fluent"].pop("host") == f"http://sandbox:{_published('sandbox')}/fluent"
    usual = FluentOptions()
    assert options == {
        "fluent": {
            "account": usual.account,
            "retailer_id": usual.retailers[0],
            "client_id": usual.client_id,
            "client_secret": usual.client_secret,
            "username": usual.username,
            "password": usual.password,
        }
    }


def test_a_real_project_takes_the_sandboxs_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """All CTP_* given: the same file works on that project, and no fulfilment system is assumed where it is set empty."""
    real = {
        "CTP_PROJECT_KEY": "acme",
        "CTP_CLIENT_ID": "id",
        "CTP_CLIENT_SECRET": "secret",
        "CTP_API_URL": "https://api.europe-west1.gcp.commercetools.com",
        "CTP_AUTH_URL": "https://auth.europe-west1.gcp.commercetools.com",
        "PLACET_FULFILLMENT_URL": "",
        "PLACET_PROVIDERS_FILE": "",
        "PLACET_FLUENT_PUBLIC_KEYS": "",
    }
    settings = _settings(services(GIVEN | real)["worker"], monkeypatch)
    assert not settings.embedded
    assert settings.project_key == "acme"
    assert settings.fulfillment_url is None
    assert settings.providers_file is None
    assert settings.fluent_public_keys == ()


@pytest.mark.parametrize("environment", [{}, {"PLACET_API_TOKEN": ""}])
def test_a_token_is_demanded(environment: dict[str, str]) -> None:
    """Without a token nothing starts, and the message says what to give."""
    with pytest.raises(DemandedError, match="PLACET_API_TOKEN: give the edge a token"):
        services(environment)


def test_every_image_is_pinned() -> None:
    """A tag with at least two numbers; never `latest`."""
    for name, service in SERVICES.items():
        if name not in OURS:
            assert re.fullmatch(r"[a-z/-]+:[0-9]+\.[0-9]+[0-9.a-z-]*", service["image"]), service["image"]


def test_waits_only_for_what_can_come() -> None:
    """Who waits for `healthy` waits for a service with a health check; who waits for an end, for one that ends."""
    for service in SERVICES.values():
        for other, how in service.get("depends_on", {}).items():
            condition = how["condition"]
            assert condition in {"service_healthy", "service_completed_successfully"}
            if condition == "service_healthy":
                assert "healthcheck" in SERVICES[other]
            else:
                assert SERVICES[other]["restart"] == "no"
    assert "setup" in SERVICES["worker"]["depends_on"]
    assert all("healthcheck" in s for n, s in SERVICES.items() if n not in {"setup", "temporal-ui"})


def test_health_checks_ask_for_what_is_served() -> None:
    """The URLs name each container's own port and a path that its program serves without a token."""
    from starter.health import router  # noqa: PLC0415 - the edge's own list of paths

    edge, sandbox = (SERVICES[name]["healthcheck"]["test"][-1] for name in ("edge", "sandbox"))
    assert f"http://127.0.0.1:{_published('edge')}/healthz" in edge
    assert "/healthz" in {getattr(route, "path", "") for route in router.routes}
    assert f"http://127.0.0.1:{_published('sandbox')}/sandbox/faults" in sandbox
    assert "/sandbox/faults" in {getattr(route, "path", "") for route in create_app().routes}


def test_the_worker_is_healthy_while_it_polls_our_queue() -> None:
    """The check asks Temporal whether this container polls the task queue of the orders."""
    check = SERVICES["worker"]["healthcheck"]["test"][1]
    assert f"--task-queue {ORDERS_QUEUE} " in check
    assert '"@$(hostname)"' in check


def _published(name: str) -> int:
    """The container's port that is published, on this machine's loopback only."""
    (published,) = SERVICES[name]["ports"]
    host, outside, inside = published.split(":")
    assert host == "127.0.0.1"
    assert outside == inside
    return int(inside)


def test_worker_and_edge_keep_their_exchanges_in_one_volume(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that `placet orders log` in either container shows both; the directory is the image's user's."""
    for name in ("worker", "edge"):
        directory = _settings(OURS[name], monkeypatch).exchange_log_dir
        assert directory is not None
        assert f"placet-state:/home/placet/{directory.parent}" in OURS[name]["volumes"]
