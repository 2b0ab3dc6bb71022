"""Product types, and as much of products as a line item takes from them: which SKU is of which product type.

Both are served by GraphQL alone, whose official schema describes them in full: the OpenAPI definition that the sandbox is
held against has no path for them. Sources: `ProductTypeDraft`, `ProductDraft` of the official GraphQL schema;
`types/product-type/ProductType.raml`.

A line item of a SKU that no product has is of a product, and of the one product type, that every project here has.
"""

from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from starlette.routing import Route

from sandbox.drafts import Fields, key, localized, record, resource_identifier, text
from sandbox.errors import duplicate_field
from sandbox.references import resolve
from sandbox.requests import Sandbox
from sandbox.store import Resource, Transaction

USUAL_TYPE = {"typeId": "product-type", "id": str(uuid5(NAMESPACE_URL, "sandbox/product-type"))}
USUAL_KEY = "goods"

_type_draft = record({"name": text(), "description": text()}, {"key": key})
_draft = record(
    {"name": localized, "slug": localized, "productType": resource_identifier("product-type")},
    {"key": key, "masterVariant": record({}, {"sku": text(), "key": key})},
)


def create_product_type(tx: Transaction, body: Any) -> Resource:
    """A ProductType without attributes from a ProductTypeDraft. ApiError DuplicateField."""
    return tx.create("product-type", {"attributes": [], **_type_draft(body, "")})


def create_product(tx: Transaction, body: Any) -> Resource:
    """A Product from a ProductDraft. ApiError: ReferencedResourceNotFound; DuplicateField for a key or SKU that is taken."""
    draft: Fields = _draft(body, "")
    product_type = resolve(tx, draft["productType"])
    sku = draft.get("masterVariant", {}).get("sku")
    if sku is not None and _of_sku(tx, sku) is not None:
        raise duplicate_field("sku", sku)
    product: Resource = {
        "name": draft["name"],
        "slug": draft["slug"],
        "productType": {"typeId": "product-type", "id": product_type["id"]},
        "skus": [] if sku is None else [sku],
    }
    return tx.create("product", product | ({"key": draft["key"]} if "key" in draft else {}))


def of_line(tx: Transaction, product_id: str | None, sku: str | None) -> Fields:
    """`productId`, `productKey` and `productType` of a line item; the SKU finds the product where no id is given."""
    product = tx.get("product", product_id) if product_id else _of_sku(tx, sku) if sku else None
    if product is not None:
        named = {"productKey": product["key"]} if "key" in product else {}
        return {"productId": product["id"], **named, "productType": product["productType"]}
    unknown = uuid5(NAMESPACE_URL, f"sandbox/product/{sku}") if sku else uuid4()
    return {"productId": product_id or str(unknown), "productType": USUAL_TYPE}


def _of_sku(tx: Transaction, sku: str) -> Resource | None:
    return next((product for product in tx.store.all("product") if sku in product["skus"]), None)


def _seed(tx: Transaction) -> None:
    create = {"id": USUAL_TYPE["id"], "key": USUAL_KEY, "name": "Goods", "description": "Whatever is ordered"}
    tx.create("product-type", {**create, "attributes": []})


def attach(sandbox: Sandbox) -> None:
    """Plant the product type of whatever has no product."""
    sandbox.store.seeds.append(_seed)


def routes() -> list[Route]:
    """None of their own: GraphQL serves them."""
    return []
