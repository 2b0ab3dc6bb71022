"""commercetools, as one API client of one project sees it. The interface is REST; GraphQL where it saves calls."""

from collections.abc import Mapping
from typing import Any

import httpx

from clients.account import Account
from clients.business_units import BusinessUnits
from clients.custom_objects import CustomObjects
from clients.messages import Messages
from clients.orders import Orders
from clients.project import ProjectSetup
from clients.session import Session
from clients.states import States
from clients.transport import Timeouts


class Commercetools(Orders, BusinessUnits, CustomObjects, Messages, States, ProjectSetup):
    """One attempt per call, bound by a deadline; errors are those of `clients.errors`.

    `http` is the caller's, who closes it. Set `clients.correlation.correlation_id` before a call.
    """

    def __init__(
        self, account: Account, http: httpx.AsyncClient, *, timeouts: Timeouts | None = None
    ) -> None:
        self._session = Session(account, http, timeouts=timeouts or Timeouts())

    @property
    def client_id(self) -> str:
        """Our API client: what `lastModifiedBy.clientId` says of our own writes."""
        return self._session.account.client_id

    @property
    def project_key(self) -> str:
        """The project."""
        return self._session.account.project_key

    async def graphql(
        self, query: str, variables: Mapping[str, Any] | None = None, operation_name: str | None = None
    ) -> dict[str, Any]:
        """The `data` of the answer. Not for orders that do not exist: those are null without an error.

        Raises:
            ConcurrentModification, Invalid, ...: as REST would have answered, by the first error's code.
        """
        body: dict[str, Any] = {"query": query, "variables": dict(variables or {})}
        if operation_name:
            body["operationName"] = operation_name
        return await self._session.graphql(body)
