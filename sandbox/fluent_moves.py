"""Every change of status: what it does to the records, and the webhook that tells of it."""

from typing import Any

from sandbox.fluent_entities import (
    FULFILMENT,
    ORDER,
    RETURN_ORDER,
    Entities,
    Entity,
    attribute,
    set_attributes,
)
from sandbox.fluent_faults import SHIPPED as SENT
from sandbox.fluent_faults import FluentFaults
from sandbox.fluent_parcels import dispatch, packed, tracking
from sandbox.fluent_stages import ENDED, PICKED, STAGES, stage
from sandbox.fluent_webhooks import Webhooks

_STRANGE = "AWAITING_CARRIER_PIGEON"
REASON, REJECTION = "cancelReason", "rejectionReason"


class Moves:
    """Moves entities from status to status."""

    def __init__(self, entities: Entities, faults: FluentFaults, webhooks: Webhooks) -> None:
        self.entities = entities
        self._faults = faults
        self._webhooks = webhooks

    def to(self, entity: Entity, status: str) -> None:
        """The entity has this status now (or, by a fault, one that nobody knows); its webhook goes out."""
        meant = status
        if (rule := self._faults.take("unmappedStatus", {**entity, "status": status})) is not None:
            status = rule.get("becomes", _STRANGE)
        if entity["kind"] == FULFILMENT:
            self._advance(entity, meant)
        entity["status"] = status
        for item in entity["items"]:
            item["status"] = status
        self.entities.touch(entity)
        self.told(entity)

    def told(self, entity: Entity) -> None:
        """Send the webhook of an entity as it is."""
        attributes: dict[str, Any] = {}
        if entity["kind"] == FULFILMENT:
            attributes = tracking(entity) | _named(entity, REJECTION)
        elif entity["kind"] == RETURN_ORDER and entity["order"] is not None:
            attributes = {"orderRef": entity["order"]["ref"]}
        elif entity["status"] == "CANCELLED":
            attributes = _named(entity, REASON)
        elif entity["kind"] == ORDER and len(entity["fulfilments"]) == 1 and entity["status"] in SENT:
            attributes = tracking(entity["fulfilments"][0])
        self._webhooks.tell(entity, attributes)

    def fulfilment(self, order: Entity, plan: dict[str, Any], parts: list[Any]) -> Entity:
        """A new fulfilment of an order, CREATED, and its webhook."""
        entities = self.entities
        number = len(order["fulfilments"]) + 1
        choice = order["fulfilmentChoice"] or {}
        made = entities.record(
            kind=FULFILMENT,
            ref=plan.get("ref", f"{order['ref']}-F{number}"),
            status="CREATED",
            stage=STAGES["CREATED"],
            steered=False,
            type=plan.get("type", "HD_PFS"),
            deliveryType=plan.get("deliveryType", choice.get("deliveryType", "STANDARD")),
            fulfilmentChoiceRef=choice.get("ref"),
            order=order,
            user=order["customer"],
            toAddress=choice.get("deliveryAddress"),
            fromLocation={"ref": plan.get("location", f"LOC-{number}")},
            articles=[],
            plan=plan,
            **entities.workflow(f"ORDER::{order['type']}"),
        )
        made["items"] = [
            entities.record(
                ref=item["ref"],
                status="CREATED",
                requestedQuantity=quantity,
                filledQuantity=0,
                rejectedQuantity=0,
                toReject=rejected,
                orderItem=item,
                fulfilment=made,
            )
            for item, quantity, rejected in parts
        ]
        order["fulfilments"].append(made)
        entities.fulfilments.append(made)
        entities.touch(made)
        self.told(made)
        return made

    def reject(self, fulfilment: Entity) -> None:
        """The location sends nothing of it."""
        for item in fulfilment["items"]:
            item["filledQuantity"], item["rejectedQuantity"] = 0, item["requestedQuantity"]

    def note(self, entity: Entity, attributes: list[Entity]) -> None:
        """Keep attributes, and tell of them."""
        set_attributes(entity, attributes)
        self.entities.touch(entity)
        self.told(entity)

    def _advance(self, fulfilment: Entity, status: str) -> None:
        """What a status means for the goods; one that nobody knows means nothing."""
        fulfilment["stage"] = STAGES.get(status, stage(fulfilment))
        if status == "REJECTED":
            self.reject(fulfilment)
            self._say_why(fulfilment)
        elif status in PICKED or status in SENT or status == "PARTIALLY_FULFILLED":
            if not fulfilment["articles"]:
                packed(fulfilment)
            if any(item["rejectedQuantity"] for item in fulfilment["items"]):
                self._say_why(fulfilment)
            if STAGES[status] == STAGES["SHIPPED"]:
                dispatch(self.entities, fulfilment, fulfilment["plan"])
        elif fulfilment["stage"] == ENDED:
            for item in fulfilment["items"]:
                item["filledQuantity"] = 0

    def _say_why(self, fulfilment: Entity) -> None:
        if (reason := fulfilment["plan"].get("reason")) is not None:
            set_attributes(fulfilment, [attribute(REJECTION, reason)])


def _named(entity: Entity, name: str) -> dict[str, Any]:
    return {one["name"]: one["value"] for one in entity["attributes"] if one["name"] == name}
