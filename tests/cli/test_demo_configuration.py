"""What the embedded stack and the demo are configured with: two providers, and nobody else's."""

import stat
from pathlib import Path

from configuration import lint_splitting, load
from configuration.providers import load_provider_options
from domain.money import parse_money
from domain.order import Address, Line, OrderContent, Requester, ShippingTarget
from domain.splitting import split
from settings import SHIPPED_CONFIG, Settings
from starter.embedded import EmbeddedStack, embedded_settings

DEMO = SHIPPED_CONFIG / "demo"


def _order(*targets: tuple[str, int]) -> OrderContent:
    """Five pumps for Berlin, but for what goes elsewhere."""
    price = parse_money("EUR 10.00")
    return OrderContent(
        total=price,
        lines=(
            Line(
                id="pumps",
                quantity=5,
                price=price,
                total=price,
                targets=tuple(ShippingTarget(address_key=key, quantity=n) for key, n in targets),
            ),
        ),
        requester=Requester(),
        shipping_address=Address(country="DE"),
        item_shipping_addresses=(Address(key="wien", country="AT"),),
    )


def test_an_order_for_berlin_is_one_custom_object() -> None:
    """As every order of the demo but one."""
    found = split(_order(), load(DEMO).splitting)
    assert [(part.provider, part.location) for part in found.parts] == [("custom-object", "loc-berlin")]
    assert found.held == ()


def test_what_goes_to_vienna_is_fluents() -> None:
    """One line, split by where its units go."""
    found = split(_order(("wien", 3)), load(DEMO).splitting)
    parts = {(part.provider, part.location): part.allotments[0].quantity for part in found.parts}
    assert parts == {("fluent", "loc-vienna"): 3, ("custom-object", "loc-berlin"): 2}


def test_nothing_in_it_cannot_be_meant_and_the_maps_are_the_shipped_ones() -> None:
    """What is copied stays a copy."""
    assert lint_splitting(DEMO, {"custom-object", "fluent"})[1] == ()
    shipped, demo = (
        {f.name: f.read_bytes() for f in (d / "mappings").iterdir()} for d in (SHIPPED_CONFIG, DEMO)
    )
    assert demo == shipped
    assert len(demo) == 4


def test_worker_and_edge_know_the_sandboxs_fluent(tmp_path: Path) -> None:
    """By a file that nobody else may read, and the key that the sandbox is told to write."""
    stack = EmbeddedStack(embedded_settings(Settings(edge_url=None)), tmp_path)
    stack._fluent.write_providers()
    settings, arguments = stack.settings, stack._sandbox()
    assert settings.providers_file is not None
    options = load_provider_options(settings.providers_file)
    assert options["fluent"]["host"] == f"{settings.sandbox_address.url}/fluent"
    assert stat.S_IMODE(settings.providers_file.stat().st_mode) == 0o600
    (key,) = settings.fluent_public_keys
    assert arguments[arguments.index("--fluent-public-key-file") + 1] == str(key)
    webhooks = arguments[arguments.index("--fluent-webhook-url") + 1]
    assert webhooks == f"{settings.public_edge_url}/webhooks/fluent"
    environment = stack.environment()
    assert environment["PLACET_PROVIDERS_FILE"] == str(settings.providers_file)
    assert environment["PLACET_FLUENT_PUBLIC_KEYS"] == str(key)


def test_providers_of_ones_own_stay(tmp_path: Path) -> None:
    """`placet dev` works with the user's fulfilment systems, where there are some."""
    own = Settings(providers_file=tmp_path / "mine.yaml", fluent_public_keys=(tmp_path / "mine.pem",))
    settings = EmbeddedStack(embedded_settings(own), tmp_path / "dev").settings
    assert settings.providers_file == tmp_path / "mine.yaml"
    assert settings.fluent_public_keys == (tmp_path / "mine.pem",)
