"""What leaves a location: articles, the consignments that carry them, and their tracking.

Each parcel is an article with a consignment of its own. The same facts stand in the carrier consignment's and, for
the first parcel, in the fulfilment's attributes (ShippingPartner, TrackingNumber, TrackingURL), named as in the
sample payload of docs.fluentcommerce.com, introduction to webhooks.
"""

from typing import Any

from sandbox.fluent_entities import Entities, Entity, attribute, set_attributes

CARRIER, SERVICE = "Fluent Express", "STANDARD"
_TRACKING = "http://carrier.test/track?q="
_SIZE = {"height": 0.1, "length": 0.3, "width": 0.2, "weight": 1.0}


def packed(fulfilment: Entity) -> None:
    """The location has picked: every item is filled but for what it rejects."""
    for item in fulfilment["items"]:
        item["rejectedQuantity"] = min(item["toReject"], item["requestedQuantity"])
        item["filledQuantity"] = item["requestedQuantity"] - item["rejectedQuantity"]


def dispatch(entities: Entities, fulfilment: Entity, plan: dict[str, Any]) -> None:
    """Make the fulfilment's parcels, unless it has some or has nothing to send."""
    if fulfilment["articles"]:
        return
    for number, contents in enumerate(_dealt(fulfilment, plan.get("parcels", 1)), 1):
        article = _article(entities, fulfilment, contents, number)
        tracking = _consign(entities, fulfilment, article, plan)
        if number == 1:
            set_attributes(fulfilment, tracking)


def tracking(fulfilment: Entity) -> dict[str, Any]:
    """The tracking attributes as a webhook carries them."""
    wanted = ("ShippingPartner", "TrackingNumber", "TrackingURL")
    return {one["name"]: one["value"] for one in fulfilment["attributes"] if one["name"] in wanted}


def _dealt(fulfilment: Entity, parcels: int) -> list[list[tuple[Entity, int]]]:
    """What goes into which parcel: units dealt out one by one, empty parcels left out."""
    units = [item for item in fulfilment["items"] for _ in range(item["filledQuantity"])]
    hands = [units[start::parcels] for start in range(parcels)]
    counted = [
        [(item, sum(one is item for one in hand)) for item in fulfilment["items"]] for hand in hands if hand
    ]
    return [[(item, quantity) for item, quantity in hand if quantity] for hand in counted]


def _article(
    entities: Entities, fulfilment: Entity, contents: list[tuple[Entity, int]], number: int
) -> Entity:
    article = entities.record(
        ref=f"{fulfilment['ref']}-P{number}",
        name=f"Parcel {number}",
        type="HD",
        status="SHIPPED",
        quantity=1,
        fulfilments=[fulfilment],
        **_SIZE,
        **entities.workflow("ORDER::HD"),
    )
    article["items"] = [
        entities.record(quantity=quantity, orderItem=item["orderItem"], article=article)
        for item, quantity in contents
    ]
    fulfilment["articles"].append(article)
    return article


def _consign(entities: Entities, fulfilment: Entity, article: Entity, plan: dict[str, Any]) -> list[Entity]:
    number = f"TRK-{article['ref']}"
    told = [
        attribute("ShippingPartner", plan.get("carrier", CARRIER)),
        attribute("ShippingService", plan.get("service", SERVICE)),
        attribute("TrackingNumber", number),
        attribute("TrackingURL", f"{_TRACKING}{number}"),
    ]
    common = {
        "ref": f"CON-{article['ref']}",
        "status": "SHIPPED",
        "consignmentReference": number,
        "trackingLabel": number,
        "labelUrl": f"{_TRACKING}{number}",
        "retailer": fulfilment["order"]["retailer"],
        **entities.workflow("ORDER::HD"),
    }
    own, carriers = entities.record(**common), entities.record(**common, attributes=told)
    link = entities.record(article=article, consignment=own)
    carrier_link = entities.record(article=article, carrierConsignment=carriers)
    own["consignmentArticles"] = article["consignmentArticles"] = [link]
    carriers["carrierConsignmentArticles"] = article["carrierConsignmentArticles"] = [carrier_link]
    return told
