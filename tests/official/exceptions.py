"""The committed list of exceptions to the official OpenAPI definition, each with its source.

The definition was converted from RAML and lost some of it; the API also does things that the definition does
not declare. Every difference that the validator tolerates stands here and nowhere else. Sources name sections
of the project's commercetools reference and its provenance tags ([R] RAML, [JIT] live integration test,
[EDX] payload captured from a live project, [DOC] documentation, [memory] not verified).
"""

from dataclasses import dataclass
from typing import Any

ANY_PATH = "*"


@dataclass(frozen=True)
class UndeclaredStatus:
    """A status that the definition does not declare for a path.

    `method` and `path` (a template of the definition) say where, `ANY_PATH` means everywhere. `body` names the
    schema of the answer's body, None leaves the body unchecked.
    """

    method: str
    path: str
    status: int
    body: str | None
    source: str


@dataclass(frozen=True)
class OtherBody:
    """A body that a declared status may carry instead of the declared one."""

    method: str
    path: str
    status: int
    body: str
    source: str


@dataclass(frozen=True)
class OpenValues:
    """A pattern map whose values' type the conversion lost: it says `string`, the RAML says `any`."""

    schema: str
    source: str


UNDECLARED_STATUSES = (
    UndeclaredStatus(
        "POST",
        "/{projectKey}/custom-objects",
        409,
        "ErrorResponse",
        "section 7 [R:resources/custom-objects.raml text, JIT FlowIntegrationTest]: version conflict, create-only",
    ),
    UndeclaredStatus(
        "POST",
        "/{projectKey}/orders/edits/{ID}/apply",
        409,
        "ErrorResponse",
        "section 1.5 [R:types/error/ConcurrentModificationError]: editVersion or resourceVersion is stale",
    ),
    UndeclaredStatus(
        "POST",
        "/{projectKey}",
        400,
        "ErrorResponse",
        "section 1.8 [R:traits/errorable.raml]: a malformed or impossible project update",
    ),
    UndeclaredStatus(
        "POST",
        "/{projectKey}",
        401,
        "ErrorResponse",
        "section 1.2 [R:examples/Error/AuthErrorResponse.json]: every path answers a bad token so",
    ),
    UndeclaredStatus(
        "POST",
        "/{projectKey}",
        403,
        "ErrorResponse",
        "section 1.2 [R:types/error/InsufficientScopeError, JIT]: every path answers a missing scope so",
    ),
    UndeclaredStatus(
        "HEAD",
        "/{projectKey}",
        401,
        None,
        "section 1.2 [R:examples/Error/AuthErrorResponse.json]: every path answers a bad token so",
    ),
    UndeclaredStatus(
        "GET",
        "/{projectKey}/subscriptions/{ID}/health",
        404,
        None,
        "section 1.5 [R:types/error/ResourceNotFoundError]: there is no subscription with this id",
    ),
    UndeclaredStatus(
        ANY_PATH, ANY_PATH, 429, None, "section 1.8 [memory]: throttling at the edge, not in the RAML"
    ),
    UndeclaredStatus(ANY_PATH, ANY_PATH, 504, None, "section 1.8 [JIT: SDKs map 504]: gateway timeout"),
)

OTHER_BODIES = (
    OtherBody(
        "POST",
        "/{projectKey}/graphql",
        400,
        "GraphQLResponse",
        "section 6 [DOC api/releases/2026-01-29]: InvalidInput answers 400 with the GraphQL body",
    ),
)

OPEN_VALUES = (
    OpenValues("FieldContainer", "section 7.1 [R:types/type/*]: a custom field's value has its field type"),
    OpenValues("ErrorObject", "section 1.8 [R:types/error/ErrorObject.raml]: `//: any`"),
    OpenValues("GraphQLErrorObject", "section 6 [R:types/graphql/*]: `//: any`"),
    OpenValues("GraphQLVariablesMap", "section 6 [R:types/graphql/*]: `//: any`"),
    OpenValues("SearchKeywords", "a list of keywords per locale [R:types/product]"),
    OpenValues("ProductVariantChannelAvailabilityMap", "an object per channel [R:types/product]"),
)

ERROR_BODY = "ErrorResponse"
"""Answers from 400 up that declare no body may carry this one: section 1.5 and 1.8, ResourceNotFound [R, JIT]."""

MISSING_SCHEMAS: dict[str, dict[str, Any]] = {
    # section 1.8 [R:types/error/ErrorResponse.raml] and 1.2 [R:examples/Error/AuthErrorResponse.json]:
    # the definition refers to ErrorResponse and does not contain it.
    ERROR_BODY: {
        "type": "object",
        "required": ["statusCode", "message"],
        "properties": {
            "statusCode": {"type": "integer"},
            "message": {"type": "string"},
            "errors": {"type": "array", "items": {"$ref": "#/components/schemas/ErrorObject"}},
            "error": {"type": "string"},
            "error_description": {"type": "string"},
        },
    },
}

SUBTYPES_WITHOUT_MAPPING = {
    # section 10.3.1 [R:types/message/*]: messages that inherit through OrderMessage and its like lost their
    # place in the mapping of `type`; the discriminator value is the schema's name without this ending.
    "Message": "Message",
    "MessagePayload": "MessagePayload",
    # section 5.5 [R:types/subscription/*]: Message, ResourceCreated, ResourceUpdated, ResourceDeleted, Event.
    "SubscriptionNotification": "DeliveryPayload",
}

UNMAPPED_VALUES_ARE_PLAIN = {
    # section 5.7 [R:types/subscription/*]: the test notification is about a `subscription`, which the enum
    # ReferenceTypeId knows and no subtype of Reference is for: such a reference has `typeId` and `id`.
    "Reference": "ReferenceTypeId",
}

AS_ASSOCIATE = r"/as-associate/[^/]+/in-business-unit/key=[^/]+"
"""What the conversion lost of the paths: below it carts and orders take and answer what they do by themselves, and 403
is AssociateMissingPermission (sections 1.8, 3.1, 3.8 [R:resources/as-associate*.raml])."""

OWN_PATHS = (
    "/oauth/",  # the authorisation server is a host of its own (section 1.2); not in the definition's paths
    "/sandbox/",  # the sandbox's own paths: faults, reset, journal, never commercetools'
)
