"""What commercetools asks an API Extension, read: the order as it would be saved, and as it was.

Source: `types/extension/ExtensionInput.raml`. The update actions themselves are not told, so a move is seen by its
two ends. Who makes the call is not documented; `caller_of` is the one place that answers it.
"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from domain.guard import Caller


class ExtensionCallError(ValueError):
    """The document is no call of an API Extension about an order."""


class _Read(BaseModel):
    model_config = ConfigDict(
        extra="ignore", strict=True, alias_generator=to_camel, hide_input_in_errors=True, frozen=True
    )


class _StateReference(_Read):
    id: str = Field(min_length=1, max_length=256)


class _ModifiedBy(_Read):
    client_id: str | None = None


class OrderSeen(_Read):
    """What the guard looks at in an order."""

    version: int | None = None
    last_modified_at: str | None = None
    last_modified_by: _ModifiedBy | None = None
    state: _StateReference | None = None

    @property
    def state_id(self) -> str | None:
        """The id of the order's custom state."""
        return self.state.id if self.state is not None else None


@dataclass(frozen=True)
class ExtensionCall:
    """A question about one order: may it be saved like this?"""

    action: Literal["Create", "Update"]
    order_id: str
    document: dict[str, Any]
    """The order as it would be saved, as it came."""
    after: OrderSeen
    before: OrderSeen | None
    """Absent for a creation, and where the extension is not registered with `includeOldResource`."""


class _Resource(_Read):
    type_id: str
    id: str
    obj: dict[str, Any] | None = None


class _Input(_Read):
    action: Literal["Create", "Update"]
    resource: _Resource
    old_resource: _Resource | None = None


def read_call(document: object) -> ExtensionCall | None:
    """The question; None if it is not about an order.

    Raises:
        ExtensionCallError: it is malformed.
    """
    try:
        asked = _Input.model_validate(document, by_alias=True, by_name=False)
        if asked.resource.type_id != "order":
            return None
        if asked.resource.obj is None:
            raise ExtensionCallError("the order itself is missing")
        old = asked.old_resource.obj if asked.old_resource is not None else None
        return ExtensionCall(
            action=asked.action,
            order_id=asked.resource.id,
            after=OrderSeen.model_validate(asked.resource.obj, by_alias=True, by_name=False),
            before=OrderSeen.model_validate(old, by_alias=True, by_name=False) if old is not None else None,
            document=asked.resource.obj,
        )
    except ValidationError as error:
        place = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
        raise ExtensionCallError(f"not as documented at {place or 'the top'}") from None


def caller_of(call: ExtensionCall, ours: str, operators: AbstractSet[str]) -> Caller:
    """Who wants to save the order: the API client that it would be saved as modified by.

    NOT SOURCED: that the order in the call already names the client of this very update. It is believed only where
    the order is visibly another than before (version or time of change); in every other case the caller is unknown.
    """
    if call.before is None:
        return Caller.UNKNOWN
    same = (call.before.version, call.before.last_modified_at)
    if (call.after.version, call.after.last_modified_at) == same:
        return Caller.UNKNOWN
    by = call.after.last_modified_by
    return caller_named(by.client_id if by is not None else None, ours, operators)


def caller_named(client_id: str | None, ours: str, operators: AbstractSet[str]) -> Caller:
    """Which of the machine's movers an API client is; somebody without one, as in the Merchant Center, is unknown."""
    if client_id is None:
        return Caller.UNKNOWN
    if client_id == ours:
        return Caller.PLACET
    return Caller.OPERATOR if client_id in operators else Caller.OTHER
