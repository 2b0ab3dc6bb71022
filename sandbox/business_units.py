"""Business units: companies and their divisions. Source: `resources/business-units.raml`, `types/business-unit/`.

What a unit inherits is worked out when it is read. Left out: the search, addresses after the creation, customer groups,
inherited stores, messages. Not documented, and chosen here: a unit that a division, cart or order still names cannot be
deleted (ReferenceExists); a company whose draft would inherit is refused (InvalidOperation).
"""

from typing import Any
from uuid import uuid4

from starlette.routing import Route

from sandbox.business_units_associates import (
    INHERITING,
    TYPE_ID,
    associate_drafts,
    associates,
    inherited,
    permissions_of,
    roles_of,
)
from sandbox.business_units_updates import ACTIONS, MODES, STATUSES, STORE_MODES, refuse_for_company
from sandbox.custom_fields import custom_draft, custom_of
from sandbox.drafts import Fields, key, list_of, one_of, record, resource_identifier, text, whole
from sandbox.endpoints import Kind, existing
from sandbox.errors import invalid_field, not_found, required_field
from sandbox.references import key_referred, refuse_if_referenced, resolve
from sandbox.requests import Answer, Call, api_route, reading
from sandbox.store import Resource, Store, Transaction
from sandbox.values import address

_indices = list_of(whole(0, 2**31 - 1))
_draft = record(
    {"key": key, "name": text(), "unitType": one_of("Company", "Division")},
    {
        "status": one_of(*STATUSES),
        "parentUnit": resource_identifier(TYPE_ID),
        "contactEmail": text(),
        "associateMode": one_of(*MODES),
        "associates": associate_drafts,
        "approvalRuleMode": one_of(*MODES),
        "storeMode": one_of(*STORE_MODES),
        "stores": list_of(resource_identifier("store")),
        "addresses": list_of(address),
        "shippingAddresses": _indices,
        "billingAddresses": _indices,
        "defaultShippingAddress": whole(0, 2**31 - 1),
        "defaultBillingAddress": whole(0, 2**31 - 1),
        "custom": custom_draft,
    },
)
_PLAIN = (
    "key",
    "name",
    "unitType",
    "status",
    "contactEmail",
    "associateMode",
    "approvalRuleMode",
    "storeMode",
)


def create(tx: Transaction, body: Any) -> Resource:
    """A BusinessUnit from a CompanyDraft or DivisionDraft.

    ApiError: ReferencedResourceNotFound, DuplicateField; InvalidOperation as the module says.
    """
    draft: Fields = _draft(body, "")
    below = draft["unitType"] == "Division"
    unit: Resource = {
        "status": "Active",
        "associateMode": INHERITING if below else "Explicit",
        "approvalRuleMode": INHERITING if below else "Explicit",
        "storeMode": "FromParent" if below else "Explicit",
        **{name: draft[name] for name in _PLAIN if name in draft},
        "associates": associates(tx, draft.get("associates", [])),
        "topLevelUnit": {"typeId": TYPE_ID, "key": draft["key"]},
        **_addresses(draft),
    }
    refuse_for_company(unit)
    if below:
        if "parentUnit" not in draft:
            raise required_field("parentUnit")
        parent = resolve(tx, draft["parentUnit"])
        unit |= {
            "parentUnit": {"typeId": TYPE_ID, "key": parent["key"]},
            "topLevelUnit": parent["topLevelUnit"],
        }
    if "stores" in draft:
        unit["stores"] = [key_referred(tx, one) for one in draft["stores"]]
    if "custom" in draft:
        unit["custom"] = custom_of(tx, draft["custom"], TYPE_ID)
    return tx.create(TYPE_ID, unit)


def _addresses(draft: Fields) -> Fields:
    """The addresses, each with an id, and which of them are for what: the draft names them by their place."""
    made = [{**one, "id": str(uuid4())[:8]} for one in draft.get("addresses", [])]
    found: Fields = {"addresses": made}
    for purpose in ("shipping", "billing"):
        name = purpose.capitalize()
        places = list(draft.get(f"{purpose}Addresses", []))
        default = draft.get(f"default{name}Address")
        if default is not None and default not in places:
            places.append(default)
        for place in places:
            if place >= len(made):
                raise invalid_field(f"{purpose}Addresses", place)
        found[f"{purpose}AddressIds"] = [made[place]["id"] for place in dict.fromkeys(places)]
        if default is not None:
            found[f"default{name}AddressId"] = made[default]["id"]
    return found


def _with_inherited(store: Store, unit: Resource) -> Resource:
    return {**unit, "inheritedAssociates": inherited(store, unit)} if "parentUnit" in unit else unit


def _before_delete(tx: Transaction, unit: Resource) -> None:
    refuse_if_referenced(tx.store, TYPE_ID, unit["id"], TYPE_ID, key=unit["key"])


BUSINESS_UNITS = Kind(
    TYPE_ID,
    "/business-units",
    "business_units",
    create,
    ACTIONS,
    before_delete=_before_delete,
    completed=_with_inherited,
)


def _associate(call: Call) -> Answer:
    """A BusinessUnitAssociateResponse: what one associate has and may in the unit. ApiError ResourceNotFound."""
    unit, customer = existing(call, TYPE_ID), call.path["associateId"]
    roles = roles_of(call.store, unit, customer)
    if roles is None:
        raise not_found(customer)
    return 200, {
        "customer": {"typeId": "customer", "id": customer},
        "associateRoles": roles[0],
        "inheritedAssociateRoles": roles[1],
        "permissions": permissions_of(call.store, unit, customer),
    }


def routes() -> list[Route]:
    """The endpoints of BusinessUnits."""
    one = reading(_associate, "business_units")
    return [
        api_route("/business-units/key={key}/associates/{associateId}", get=one),
        api_route("/business-units/{id}/associates/{associateId}", get=one),
        *BUSINESS_UNITS.routes(),
    ]
