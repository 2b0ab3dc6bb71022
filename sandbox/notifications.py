"""What a subscription is sent: the Platform format and CloudEvents 1.0, as commercetools documents them.

Source: the official types `MessageDeliveryPayload`, `ResourceCreatedDeliveryPayload` (Updated, Deleted) and
`CloudEventsPayload`. Everything here is pure: resources in, JSON bodies out.
"""

import json
import uuid
from typing import Any, Literal

Body = dict[str, Any]
ChangeKind = Literal["ResourceCreated", "ResourceUpdated", "ResourceDeleted"]

# What stays of a message whose own fields do not fit: the fields of the official MessageDeliveryPayload.
_MESSAGE_FRAME = (
    "id",
    "version",
    "sequenceNumber",
    "resource",
    "resourceVersion",
    "resourceUserProvidedIdentifiers",
    "createdAt",
    "lastModifiedAt",
)
# CloudEvents name resources by the collection's path; most are the typeId with an s.
_COLLECTIONS = {
    "key-value-document": "custom-objects",
    "order-edit": "orders/edits",
    "inventory-entry": "inventory",
    "category": "categories",
    "tax-category": "tax-categories",
}


def identifiers(type_id: str, resource: Body) -> Body | None:
    """`resourceUserProvidedIdentifiers` of a resource, or None if it was given none."""
    if type_id == "key-value-document":
        return {"containerAndKey": {"container": resource["container"], "key": resource["key"]}}
    names = ("key", "externalId", "orderNumber", "customerNumber", "sku", "slug")
    return {name: resource[name] for name in names if resource.get(name) is not None} or None


def message_body(project_key: str, message: Body, *, size_limit: int) -> Body:
    """A message in the Platform format: its own fields stand at the top level.

    Beyond `size_limit` bytes its type and own fields are left out and `payloadNotIncluded` says so, as the
    cloud queues' size limits make commercetools do.
    """
    body = {"notificationType": "Message", "projectKey": project_key, **message}
    if len(encode(body)) <= size_limit:
        return body
    frame = {name: message[name] for name in _MESSAGE_FRAME if name in message}
    reason = {"reason": "Payload too large.", "payloadType": message["type"]}
    return {
        "notificationType": "Message",
        "projectKey": project_key,
        **frame,
        "payloadNotIncluded": reason,
    }


def change_body(  # noqa: PLR0913 - one argument for each field of the payload
    kind: ChangeKind,
    project_key: str,
    type_id: str,
    resource: Body,
    *,
    modified_at: str,
    old_version: int | None = None,
    data_erasure: bool = False,
) -> Body:
    """A change in the Platform format; `resource` is its state after the change (before it, if deleted)."""
    body: Body = {
        "notificationType": kind,
        "projectKey": project_key,
        "resource": {"typeId": type_id, "id": resource["id"]},
        "version": resource["version"],
        "modifiedAt": modified_at,
    }
    if named := identifiers(type_id, resource):
        body["resourceUserProvidedIdentifiers"] = named
    if kind == "ResourceUpdated":
        body["oldVersion"] = old_version
    if kind == "ResourceDeleted":
        body["dataErasure"] = data_erasure
    return body


def cloud_event(body: Body, *, message_type: str | None = None) -> Body:
    """The same notification as a CloudEvents 1.0 event; `data` is the whole Platform payload.

    `message_type` names the message where the payload was too large to do so itself. `sequence`,
    `sequencetype` and `dataref` are set for messages only; `sequence` is a string.
    """
    project_key, resource = body["projectKey"], body["resource"]
    type_id = resource["typeId"]
    event: Body = {
        "specversion": "1.0",
        "source": f"/{project_key}/{_COLLECTIONS.get(type_id, type_id + 's')}",
        "subject": resource["id"],
    }
    if body["notificationType"] == "Message":
        event |= {
            "id": body["id"],
            "type": f"com.commercetools.{type_id}.message.{message_type or body['type']}",
            "time": body["createdAt"],
            "sequence": str(body["sequenceNumber"]),
            "sequencetype": "Integer",
            "dataref": f"/{project_key}/messages/{body['id']}",
        }
    else:
        event |= {
            "id": str(uuid.uuid4()),
            "type": f"com.commercetools.{type_id}.change.{body['notificationType']}",
            "time": body["modifiedAt"],
        }
    return event | {"data": body}


def encode(body: Body) -> bytes:
    """The bytes that travel, and that the size limit counts."""
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
