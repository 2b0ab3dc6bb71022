"""Which Fluent account and retailer, and as whom."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ConfigDict, Field, SecretStr

from domain.value import Value

ACCOUNT_MAPPING = "fc.connect.commercetools.account-mapping"
"""Fluent's own setting that says which retailer belongs to which commercetools project."""


class FluentAccount(Value):
    """An API client of an account, and the user it logs in. `host` is such as `https://acme.api.fluentretail.com`."""

    # A missing field must not print the others, and so the secrets.
    model_config = ConfigDict(hide_input_in_errors=True)

    host: str = Field(pattern=r"^https?://[^/?#\s]+[^?#\s]*$")
    account: str = Field(pattern=r"^[A-Za-z0-9_-]+$")
    retailer_id: str = Field(pattern=r"^[0-9]{1,9}$")
    client_id: str = Field(min_length=1)
    client_secret: SecretStr
    username: str = Field(min_length=1)
    password: SecretStr

    @property
    def url(self) -> str:
        """The host without a slash at the end."""
        return self.host.rstrip("/")

    def is_named(self, account_id: str | None, retailer_id: str | None) -> bool:
        """Whether both are this one's, as far as they are given; accounts are written in either case."""
        same_account = account_id is None or account_id.casefold() == self.account.casefold()
        return same_account and (retailer_id is None or retailer_id == self.retailer_id)


class AccountMapping(Value):
    """One entry of the setting: a retailer of an account, and the commercetools project it serves."""

    account: str
    retailer_id: str
    project_key: str


def account_mappings(written: str) -> list[AccountMapping]:
    """The setting `fc.connect.commercetools.account-mapping` as Fluent has it: an object, or a list of them.

    `{"fluent": {"accountId", "retailerId"}, "externalAccount": {"projectKey"}}`

    Raises:
        ValueError: it is of another form; the message names the setting and repeats nothing of it.
    """
    try:
        document = json.loads(written)
    except ValueError:
        raise ValueError(f"{ACCOUNT_MAPPING} is not JSON") from None
    return [_mapping(entry) for entry in (document if isinstance(document, list) else [document])]


def _mapping(entry: Any) -> AccountMapping:
    fluent, external = (_object(entry, name) for name in ("fluent", "externalAccount"))
    named = (fluent.get("accountId"), fluent.get("retailerId"), external.get("projectKey"))
    account, retailer, project = (_word(value) for value in named)
    if not (account and retailer and project):
        raise ValueError(
            f"{ACCOUNT_MAPPING} must have fluent.accountId, fluent.retailerId and externalAccount.projectKey"
        )
    return AccountMapping(account=account, retailer_id=retailer, project_key=project)


def _object(entry: Any, name: str) -> Mapping[str, Any]:
    value = entry.get(name) if isinstance(entry, dict) else None
    return value if isinstance(value, dict) else {}


def _word(value: Any) -> str:
    """Retailer ids are written as numbers and as texts."""
    return str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
