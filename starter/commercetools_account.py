"""Which commercetools project the settings mean."""

from clients.account import Account
from settings import Settings


def account(settings: Settings) -> Account:
    """The project and our API client in it: `CTP_*`, or the sandbox."""
    return Account(
        project_key=settings.project_key,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        api_url=settings.commercetools_api_url,
        auth_url=settings.commercetools_auth_url,
        scopes=settings.scopes,
    )
