"""Fulfilments at Fluent: what a location was asked for, found and packed, and the parcels that left it."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import AwareDatetime, Field

from clients.errors import Unreadable
from clients.fluent.graphql import PAGE_SIZE, Connection
from clients.fluent.orders import Attribute, text_of
from clients.fluent.session import SYSTEM, FluentSession
from clients.reading import Projection, parsed
from domain.provider_orders import FulfillmentItem, PackedItem, ProviderFulfillment, ProviderParcel

_ITEMS = """
      edges { node { id requestedQuantity filledQuantity rejectedQuantity orderItem { ref } } cursor }
      pageInfo { hasNextPage }
"""
# An article is one box: with more than a hundred lines in it, it is unreadable.
_ARTICLES = """
      edges {
        node {
          id ref status quantity updatedOn
          attributes { name value }
          items(first: 100) { edges { node { quantity orderItem { ref } } cursor } pageInfo { hasNextPage } }
          consignmentArticles(first: 5) {
            edges { node { consignment {
              id ref status consignmentReference trackingLabel labelUrl orderSummaryUrl createdOn
            } } }
          }
          carrierConsignmentArticles(first: 5) {
            edges { node { carrierConsignment {
              id ref status consignmentReference trackingLabel labelUrl orderSummaryUrl createdOn
              attributes { name value }
            } } }
          }
        }
        cursor
      }
      pageInfo { hasNextPage }
"""
FULFILMENT = f"""
query Fulfilment($id: ID!, $first: Int!) {{
  fulfilmentById(id: $id) {{
    id ref type status createdOn updatedOn
    attributes {{ name value }}
    fromLocation {{ ref }}
    order {{ ref }}
    items(first: $first) {{{_ITEMS}    }}
    articles(first: 20) {{{_ARTICLES}    }}
  }}
}}
"""
FULFILMENT_ITEMS = f"""
query FulfilmentItems($id: ID!, $after: String, $first: Int!) {{
  fulfilmentById(id: $id) {{
    items(first: $first, after: $after) {{{_ITEMS}    }}
  }}
}}
"""
FULFILMENT_ARTICLES = f"""
query FulfilmentArticles($id: ID!, $after: String, $first: Int!) {{
  fulfilmentById(id: $id) {{
    articles(first: $first, after: $after) {{{_ARTICLES}    }}
  }}
}}
"""


class _Ref(Projection):
    ref: str | None = None


class _Fulfilment(Projection):
    id: str
    ref: str | None = None
    type: str | None = None
    status: str | None = None
    created_on: AwareDatetime | None = None
    updated_on: AwareDatetime | None = None
    attributes: tuple[Attribute, ...] | None = None
    from_location: _Ref | None = None
    order: _Ref | None = None
    items: Connection
    articles: Connection


class _Item(Projection):
    requested_quantity: int | None = Field(default=None, ge=0)
    filled_quantity: int = Field(ge=0)
    rejected_quantity: int = Field(ge=0)
    order_item: _Ref | None = None


class _Packed(Projection):
    quantity: int = Field(ge=0)
    order_item: _Ref | None = None


class _Consignment(Projection):
    id: str
    ref: str | None = None
    status: str | None = None
    consignment_reference: str | None = None
    tracking_label: str | None = None
    label_url: str | None = None
    order_summary_url: str | None = None
    created_on: AwareDatetime | None = None
    attributes: tuple[Attribute, ...] | None = None


class _Joined(Projection):
    consignment: _Consignment | None = None
    carrier_consignment: _Consignment | None = None


class _Article(Projection):
    id: str
    ref: str | None = None
    status: str | None = None
    attributes: tuple[Attribute, ...] | None = None
    items: Connection
    # Which of the two a retailer uses is the retailer's choice: of one that is not used, null is no secret.
    consignment_articles: Connection | None = None
    carrier_consignment_articles: Connection | None = None

    @property
    def consignment(self) -> _Consignment | None:
        """What it left with, a carrier's own consignment before the retailer's.

        Raises:
            Unreadable: there is one that is not shown.
        """
        for page in (self.carrier_consignment_articles, self.consignment_articles):
            joined = [parsed(_Joined, node, system=SYSTEM) for node in (page.nodes if page else ())]
            found = [one.carrier_consignment or one.consignment for one in joined]
            if None in found:
                raise Unreadable(f"{SYSTEM} does not show a consignment", system=SYSTEM)
            if found:
                return found[0]
        return None


class FluentFulfilments:
    """Fulfilments by Fluent's ids. Everything raises as `clients.errors` says."""

    def __init__(self, session: FluentSession) -> None:
        self._session = session

    async def fetch(self, fulfilment_id: str) -> ProviderFulfillment | None:
        """The whole of one, None if Fluent has none with this id."""
        variables = {"id": fulfilment_id}
        data = await self._session.graphql(FULFILMENT, {**variables, "first": PAGE_SIZE})
        if "fulfilmentById" in data and data["fulfilmentById"] is None:
            return None
        head = parsed(_Fulfilment, data.get("fulfilmentById"), system=SYSTEM)
        items = await self._session.drained(
            head.items, FULFILMENT_ITEMS, variables, "fulfilmentById", "items"
        )
        articles = await self._session.drained(
            head.articles, FULFILMENT_ARTICLES, variables, "fulfilmentById", "articles"
        )
        return ProviderFulfillment(
            id=head.id,
            ref=head.ref or head.id,
            order_ref=head.order.ref if head.order else None,
            status=head.status or "",
            type=head.type,
            location=head.from_location.ref if head.from_location else None,
            created_on=head.created_on,
            updated_on=head.updated_on,
            items=tuple(_items(items)),
            parcels=tuple(_parcels(head, [parsed(_Article, one, system=SYSTEM) for one in articles])),
        )


def _line(named: _Ref | None, place: str) -> str:
    """The line that something belongs to.

    Raises:
        Unreadable: none is named (the schema allows it). Leaving it out would make less, or everything, of the rest.
    """
    if named is None or not named.ref:
        raise Unreadable(f"{SYSTEM}: an item of {place} names no order item", system=SYSTEM)
    return named.ref


def _items(nodes: Iterable[dict[str, Any]]) -> list[FulfillmentItem]:
    read = [parsed(_Item, node, system=SYSTEM) for node in nodes]
    return [
        FulfillmentItem(
            line_item_id=_line(one.order_item, "a fulfilment"),
            requested=one.requested_quantity,
            filled=one.filled_quantity,
            rejected=one.rejected_quantity,
        )
        for one in read
    ]


def _parcels(head: _Fulfilment, articles: Sequence[_Article]) -> list[ProviderParcel]:
    """A parcel is an article, one box, with the consignment that it left with."""
    return [_parcel(head, article) for article in articles]


def _parcel(head: _Fulfilment, article: _Article) -> ProviderParcel:
    sent = article.consignment
    told = (
        *((sent.attributes if sent else None) or ()),
        *(article.attributes or ()),
        *(head.attributes or ()),
    )
    nodes = article.items.entire("items in an article", system=SYSTEM)
    packed = [parsed(_Packed, node, system=SYSTEM) for node in nodes]
    number = (sent.tracking_label or sent.consignment_reference) if sent else None
    return ProviderParcel(
        ref=article.ref or article.id,
        status=article.status,
        carrier=text_of(told, "ShippingPartner", "carrier", "carrierName"),
        service=text_of(told, "ShippingService", "service"),
        tracking_number=number or text_of(told, "TrackingNumber"),
        tracking_url=(sent.order_summary_url if sent else None) or text_of(told, "TrackingURL"),
        label_url=sent.label_url if sent else None,
        shipped_at=sent.created_on if sent else None,
        items=tuple(
            PackedItem(line_item_id=_line(one.order_item, "an article"), quantity=one.quantity)
            for one in packed
        ),
    )
