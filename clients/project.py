"""What a project is set up with: its settings, types, subscriptions, extensions and customer groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from clients.resources import (
    CustomerGroupResource,
    Extension,
    Project,
    Subscription,
    TypeDefinition,
)
from clients.session import Session, by_key, reader, segment
from clients.type_drafts import TypeDraft, TypeUpdateAction

if TYPE_CHECKING:  # slow to load, and not for those who only read
    from clients.drafts import (
        ExtensionDraft,
        ExtensionUpdateAction,
        SubscriptionDraft,
        SubscriptionUpdateAction,
    )

_project = reader(Project)
_type = reader(TypeDefinition)
_subscription = reader(Subscription)
_extension = reader(Extension)


class ProjectSetup:
    """The project's set-up. Everything raises as `clients.errors` says; a taken key is DuplicateField."""

    _session: Session

    async def project(self) -> Project:
        """The project's settings."""
        return _project(await self._session.call("GET", ""))

    async def configure_messages(self, version: int, *, enabled: bool, delete_days: int = 15) -> Project:
        """Whether messages can be queried, and for how many days (1 to 90)."""
        from clients.drafts import messages_configuration  # noqa: PLC0415 - slow to load, as above

        action = messages_configuration(enabled=enabled, delete_days=delete_days)
        return await self._session.update("", _project, version, [action])

    async def type_(self, key: str) -> TypeDefinition | None:
        """The type of that key, None if there is none."""
        return await self._session.find(by_key("types", key), _type)

    async def create_type(self, draft: TypeDraft) -> TypeDefinition:
        """Create a type."""
        return await self._session.create("types", _type, draft)

    async def update_type(
        self, type_id: str, version: int, actions: Sequence[TypeUpdateAction]
    ) -> TypeDefinition:
        """Change a type."""
        return await self._session.update(f"types/{segment(type_id)}", _type, version, actions)

    async def subscription(self, key: str) -> Subscription | None:
        """The subscription of that key, None if there is none."""
        return await self._session.find(by_key("subscriptions", key), _subscription)

    async def create_subscription(self, draft: SubscriptionDraft) -> Subscription:
        """Create a subscription. It takes up to a minute to work, and sends its destination a test first.

        Raises:
            InvalidInput: the destination did not take the test notification.
        """
        return await self._session.create("subscriptions", _subscription, draft)

    async def update_subscription(
        self, subscription_id: str, version: int, actions: Sequence[SubscriptionUpdateAction]
    ) -> Subscription:
        """Change a subscription; up to a minute to work."""
        path = f"subscriptions/{segment(subscription_id)}"
        return await self._session.update(path, _subscription, version, actions)

    async def extension(self, key: str) -> Extension | None:
        """The API Extension of that key, None if there is none."""
        return await self._session.find(by_key("extensions", key), _extension)

    async def create_extension(self, draft: ExtensionDraft) -> Extension:
        """Create an API Extension; up to a minute to work."""
        return await self._session.create("extensions", _extension, draft)

    async def update_extension(
        self, extension_id: str, version: int, actions: Sequence[ExtensionUpdateAction]
    ) -> Extension:
        """Change an API Extension; up to a minute to work."""
        return await self._session.update(f"extensions/{segment(extension_id)}", _extension, version, actions)

    async def customer_group(self, group_id: str) -> str | None:
        """The key of a customer group; None if there is no such group, or it has no key."""
        read = reader(CustomerGroupResource)
        group = await self._session.find(f"customer-groups/{segment(group_id)}", read)
        return group.key if group else None
