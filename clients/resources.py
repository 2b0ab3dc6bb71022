"""What we read of commercetools' resources other than orders."""

from collections.abc import Mapping
from typing import Any

from pydantic import AwareDatetime, Field

from clients.projections import Initiator, Reference
from clients.reading import Projection

_ENVELOPE = frozenset({
    "id", "version", "createdAt", "lastModifiedAt", "createdBy", "lastModifiedBy", "sequenceNumber", "resource",
    "resourceVersion", "resourceUserProvidedIdentifiers", "type",
})  # fmt: skip


class StateResource(Projection):
    """A State. `transitions` are ids: absent means validation off, empty means final.

    `roles` are `ReviewIncludedInStatistics` (of a ReviewState) and `Return` (of a LineItemState).
    """

    id: str
    version: int
    key: str | None = None
    type: str
    initial: bool
    built_in: bool = False
    name: dict[str, str] = {}
    description: dict[str, str] = {}
    roles: tuple[str, ...] = ()
    transitions_by_reference: tuple[Reference, ...] | None = Field(default=None, alias="transitions")

    @property
    def transitions(self) -> tuple[str, ...] | None:
        """The ids of the states that may follow."""
        listed = self.transitions_by_reference
        return None if listed is None else tuple(reference.id for reference in listed)


class StatePage(Projection):
    """One page of States. `total` counts all that the predicate finds, roughly; None if it was not asked for."""

    results: tuple[StateResource, ...]
    total: int | None = None


class CustomObject(Projection):
    """A Custom Object. `value` is any JSON; commercetools leaves out fields that are null."""

    container: str
    key: str
    version: int
    created_at: AwareDatetime
    last_modified_at: AwareDatetime
    value: Any


class _Resource(Projection):
    type_id: str
    id: str


class Message(Projection):
    """A Message. `payload` holds the fields of its type, as they came; `sequence_number` counts per resource."""

    id: str
    type: str
    sequence_number: int
    resource: _Resource
    resource_version: int
    created_at: AwareDatetime
    last_modified_by: Initiator = Initiator()
    payload: dict[str, Any] = {}

    @property
    def client_id(self) -> str | None:
        """The API client that did it."""
        return self.last_modified_by.client_id

    @property
    def external_user(self) -> str | None:
        """Whom that client named as the one it acted for."""
        return self.last_modified_by.external_user_id

    @classmethod
    def of(cls, document: Any) -> Mapping[str, Any] | Any:
        """The document with the fields of its type gathered under `payload`."""
        if not isinstance(document, dict):
            return document
        own = {name: value for name, value in document.items() if name not in _ENVELOPE}
        return {**{name: document[name] for name in _ENVELOPE & document.keys()}, "payload": own}


class Transition(Projection):
    """The order's newest change of state that a message tells of."""

    message_id: str
    state_id: str
    state_key: str | None = None
    client_id: str | None = None
    external_user: str | None = None
    created_at: AwareDatetime
    sequence_number: int
    resource_version: int
    forced: bool = False


class MessagesConfiguration(Projection):
    """Whether messages can be queried, and for how many days."""

    enabled: bool = False
    delete_days_after_creation: int | None = None


class Project(Projection):
    """The project's settings, as far as we look at them."""

    key: str
    version: int
    messages: MessagesConfiguration = MessagesConfiguration()


class MessageSelection(Projection):
    """Which messages a subscription delivers of one kind of resource; no types means all."""

    resource_type_id: str
    types: tuple[str, ...] = ()


class Subscription(Projection):
    """A Subscription. Secrets in `destination` are masked by commercetools."""

    id: str
    version: int
    key: str | None = None
    status: str
    destination: dict[str, Any] = Field(repr=False)
    messages: tuple[MessageSelection, ...] = ()


class FieldOfType(Projection):
    """A FieldDefinition. `type` is JSON as the interface has it (FieldType, by `name`)."""

    name: str
    type: dict[str, Any] = {}
    label: dict[str, str] = {}
    required: bool = False
    input_hint: str = "SingleLine"


class TypeDefinition(Projection):
    """A Type: custom fields for kinds of resources."""

    id: str
    version: int
    key: str
    name: dict[str, str] = {}
    description: dict[str, str] = {}
    resource_type_ids: tuple[str, ...]
    field_definitions: tuple[FieldOfType, ...] = ()

    @property
    def fields(self) -> tuple[str, ...]:
        """The names of its custom fields."""
        return tuple(field.name for field in self.field_definitions)


class ExtensionTrigger(Projection):
    """When commercetools calls an extension."""

    resource_type_id: str
    actions: tuple[str, ...]
    condition: str | None = None


class _AdditionalContext(Projection):
    include_old_resource: bool = False


class Extension(Projection):
    """An API Extension. Secrets in `destination` are masked by commercetools. No timeout is the default, 2,000 ms."""

    id: str
    version: int
    key: str | None = None
    destination: dict[str, Any] = Field(repr=False)
    triggers: tuple[ExtensionTrigger, ...] = ()
    timeout_in_ms: int | None = None
    additional_context: _AdditionalContext = _AdditionalContext()

    @property
    def includes_old_resource(self) -> bool:
        """Whether it is shown the resource as it was before, too."""
        return self.additional_context.include_old_resource


class CustomerGroupResource(Projection):
    """A Customer Group, by its key."""

    id: str
    key: str | None = None
