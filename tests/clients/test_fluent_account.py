"""Which account and retailer: options, or Fluent's own setting as it is; and what is wrong is named, not repeated."""

import json
from typing import Any

import httpx
import pytest

from activities.inbound_handlers import OfOneSeller
from clients.account import Account
from clients.commercetools import Commercetools
from clients.fluent.account import AccountMapping, account_mappings
from clients.provider_fluent import FluentProvider
from clients.providers import ProviderConfigurationError, Surroundings
from tests.clients.fluent import FluentPeer, data

CREDENTIALS = {
    "host": "https://acme.api.fluent.example",
    "client_id": "s3cret-id",
    "client_secret": "s3cret",
    "username": "s3cret-user",
    "password": "s3cret-word",
}


def entry(account: str = "ACME", retailer: Any = "7", project: str = "a-project") -> dict[str, Any]:
    """One entry of the setting."""
    return {
        "fluent": {"accountId": account, "retailerId": retailer},
        "externalAccount": {"projectKey": project},
    }


def surroundings(peer: FluentPeer | None = None) -> Surroundings:
    """Of the project `a-project`."""
    http = peer.http() if peer else httpx.AsyncClient(transport=httpx.MockTransport(FluentPeer(data())))
    account = Account.model_validate(
        {
            "project_key": "a-project",
            "client_id": "c",
            "client_secret": "s",
            "api_url": "https://api.example",
            "auth_url": "https://auth.example",
        }
    )
    return Surroundings(http, Commercetools(account, http))


@pytest.mark.parametrize("retailer", ["7", 7])
def test_the_setting_is_read_as_it_is(retailer: object) -> None:
    """An object, or a list of them; a retailer is a text or a number."""
    expected = AccountMapping(account="ACME", retailer_id="7", project_key="a-project")
    assert account_mappings(json.dumps(entry(retailer=retailer))) == [expected]
    assert account_mappings(json.dumps([entry(retailer=retailer)])) == [expected]


@pytest.mark.parametrize("written", ["{", "1", "{}", '{"fluent": {"accountId": "s3cret"}}', "[[]]"])
def test_another_form_is_refused(written: str) -> None:
    """By the setting's name, repeating nothing of it."""
    with pytest.raises(ValueError, match=r"fc\.connect\.commercetools\.account-mapping") as raised:
        account_mappings(written)
    assert "s3cret" not in str(raised.value)


async def test_the_entry_of_our_project_counts() -> None:
    """Of several, the one whose project key is ours says which retailer is asked."""
    peer = FluentPeer(data(orders={"edges": []}))
    mapping = json.dumps([entry(retailer="3", project="another"), entry(retailer="9")])
    provider = FluentProvider.build({**CREDENTIALS, "account_mapping": mapping}, surroundings(peer))
    await provider.fetch("ON-1-1")
    assert peer.sent["variables"]["retailer"] == [9]


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({}, "account, retailer_id must be set"),
        ({"account": "ACME", "retailer_id": "7", "password": ""}, "password must be set"),
        ({"account": "ACME", "retailer_id": "s3cret"}, "retailer_id"),
        ({"account": "ACME", "retailer_id": "7", "host": "s3cret"}, "host"),
        ({"account": "ACME", "retailer_id": "7", "customers": "s3cret"}, "find or new"),
        ({"account": "ACME", "retailer_id": "7", "event_fly": "s3cret"}, "event_fly: no such option"),
        ({"account_mapping": "s3cret"}, "is not JSON"),
        ({"account_mapping": json.dumps(entry(project="another"))}, "0 entries for the project a-project"),
        ({"account_mapping": json.dumps(entry()), "account": "ACME"}, "set one or the other"),
    ],
)
def test_what_is_wrong_is_named(options: dict[str, str], named: str) -> None:
    """And no value is repeated."""
    with pytest.raises(ProviderConfigurationError, match=named) as raised:
        FluentProvider.build({**CREDENTIALS, **options}, surroundings())
    assert "s3cret" not in str(raised.value)


@pytest.mark.parametrize(
    ("account_id", "retailer_id", "ours"),
    [
        ("ACME", "7", True),
        ("acme", "7", True),
        (None, "7", True),
        ("ACME", None, True),
        (None, None, True),
        ("ACME", "8", False),
        ("OTHER", "7", False),
        ("OTHER", None, False),
    ],
)
def test_whose_message_it_is(account_id: str | None, retailer_id: str | None, ours: bool) -> None:
    """By account and retailer, as far as the message names them."""
    provider = FluentProvider(FluentPeer(data()).session())
    assert provider.serves(account_id, retailer_id) is ours
    assert isinstance(provider, OfOneSeller)
