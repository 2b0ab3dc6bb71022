"""Providers are found by their entry points, and what is wrong with them is said at once and in full."""

import tomllib
from importlib.metadata import EntryPoint
from pathlib import Path

import httpx
import pytest

from clients.providers import GROUP, Options, ProviderConfigurationError, Surroundings, load_providers
from tests.clients.peer import Peer

PYPROJECT = Path(__file__).parents[2] / "pyproject.toml"


class NotAProvider:
    """Has a `build`, but builds something else."""

    @classmethod
    def build(cls, options: Options, surroundings: Surroundings) -> "NotAProvider":
        """Itself."""
        return cls()


def declared() -> list[EntryPoint]:
    """The entry points as pyproject.toml has them, whether or not it has been installed since."""
    table = tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["entry-points"][GROUP]
    return [EntryPoint(name, value, GROUP) for name, value in table.items()]


def surroundings() -> Surroundings:
    """An HTTP client that reaches nobody we ask."""
    return Surroundings(Peer(httpx.Response(500)).http())


def test_every_declared_adapter_can_be_loaded() -> None:
    """Each entry point of the project names a class with a `build`."""
    assert {entry.name for entry in declared()} >= {"custom-object", "webhook", "fluent"}
    for entry in declared():
        assert callable(entry.load().build)


def test_two_providers_may_share_an_adapter() -> None:
    """The option `adapter` names it; each has its own options."""
    hook = {"url": "https://oms.example", "signing_secrets": "key"}
    options = {"north": {"adapter": "webhook", **hook}, "webhook": hook}
    loaded = load_providers(["north", "webhook", "north"], options, surroundings(), installed=declared())
    assert list(loaded) == ["north", "webhook"]
    assert loaded["north"] is not loaded["webhook"]


def test_everything_that_is_wrong_is_said() -> None:
    """One line for each provider, with its name and what there is instead."""
    broken = [
        *declared(),
        EntryPoint("gone", "clients.provider_gone:Gone", GROUP),
        EntryPoint("other", f"{__name__}:NotAProvider", GROUP),
        EntryPoint("builds-nothing", "clients.providers:GROUP", GROUP),
    ]
    with pytest.raises(ProviderConfigurationError) as raised:
        load_providers(
            ["flunet", "webhook", "gone", "other", "builds-nothing", "custom-object"],
            {},
            surroundings(),
            installed=broken,
        )
    lines = str(raised.value).splitlines()
    assert len(lines) == 6
    assert "no adapter flunet" in lines[0]
    assert "fluent" in lines[0]
    assert "url, signing_secrets must be set" in lines[1]
    assert "cannot be loaded" in lines[2]
    assert "no Provider" in lines[3]
    assert "has no build" in lines[4]
    assert "commercetools" in lines[5]


def test_nothing_installed_says_what_to_do() -> None:
    """Entry points are written when the project is installed."""
    with pytest.raises(ProviderConfigurationError, match="install the project again"):
        load_providers(["fluent"], {}, surroundings(), installed=[])
