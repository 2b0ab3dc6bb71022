"""Drafts and update actions of API Extensions, from plain values. Source: `types/extension/`.

The interface has `additionalContext`, and the SDK's models, which are older, have not: what is sent of it is written here.
"""

from collections.abc import Iterable
from typing import Any

from commercetools.platform import models as sdk

ExtensionUpdateAction = sdk.ExtensionUpdateAction


class ExtensionDraft(sdk.ExtensionDraft):
    """The SDK's draft, and whether an extension is shown the resource as it was before, too (None: not said)."""

    def __init__(self, *, include_old_resource: bool | None = None, **fields: Any) -> None:
        """Take the fields that the SDK's draft takes."""
        super().__init__(**fields)
        self.include_old_resource = include_old_resource

    def serialize(self) -> dict[str, Any]:
        """The body as the interface has it."""
        written = dict(super().serialize())
        if self.include_old_resource is not None:
            written["additionalContext"] = {"includeOldResource": self.include_old_resource}
        return written


class _SetAdditionalContext(sdk.ExtensionUpdateAction):
    def __init__(self, *, include_old_resource: bool) -> None:
        self.include_old_resource = include_old_resource
        super().__init__(action="setAdditionalContext")

    def serialize(self) -> dict[str, Any]:
        context = {"includeOldResource": self.include_old_resource}
        return {"action": self.action, "additionalContext": context}


def extension_draft(  # noqa: PLR0913 - the fields of an ExtensionDraft, each by its name
    key: str,
    url: str,
    authorization: str,
    *,
    condition: str | None = None,
    timeout_ms: int | None = None,
    include_old_resource: bool | None = None,
) -> ExtensionDraft:
    """Have commercetools ask `url` before it keeps an order; `authorization` is the whole header it then sends.

    It asks where an order is created or updated and `condition`, a query predicate over the order as it would be, holds.
    """
    return ExtensionDraft(
        key=key,
        destination=_destination(url, authorization),
        triggers=[_order_trigger(condition)],
        timeout_in_ms=timeout_ms,
        include_old_resource=include_old_resource,
    )


def change_destination(url: str, authorization: str) -> ExtensionUpdateAction:
    """Another address, or another header to authorise with."""
    return sdk.ExtensionChangeDestinationAction(destination=_destination(url, authorization))


def change_order_trigger(condition: str | None) -> ExtensionUpdateAction:
    """Ask at the creation and update of orders for which the condition holds, and of nothing else."""
    return sdk.ExtensionChangeTriggersAction(triggers=[_order_trigger(condition)])


def set_timeout(milliseconds: int | None) -> ExtensionUpdateAction:
    """How long to wait for the answer, from 1 to 10,000 ms; None is commercetools' default of 2,000."""
    return sdk.ExtensionSetTimeoutInMsAction(timeout_in_ms=milliseconds)


def set_additional_context(*, include_old_resource: bool) -> ExtensionUpdateAction:
    """Whether to show the resource as it was before, too."""
    return _SetAdditionalContext(include_old_resource=include_old_resource)


def set_extension_key(key: str) -> ExtensionUpdateAction:
    """Another key."""
    return sdk.ExtensionSetKeyAction(key=key)


def _destination(url: str, authorization: str) -> sdk.HttpDestination:
    authentication = sdk.AuthorizationHeaderAuthentication(header_value=authorization)
    return sdk.HttpDestination(url=url, authentication=authentication)


def _order_trigger(condition: str | None) -> sdk.ExtensionTrigger:
    actions: Iterable[sdk.ExtensionAction] = (sdk.ExtensionAction.CREATE, sdk.ExtensionAction.UPDATE)
    return sdk.ExtensionTrigger(
        resource_type_id=sdk.ExtensionResourceTypeId.ORDER, actions=list(actions), condition=condition
    )
