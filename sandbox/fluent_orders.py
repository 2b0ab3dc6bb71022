"""Creating and updating orders, as the mutations ask for it.

A ref is unique within a retailer, the retailer and the customer have to be there, refs of items are unique within
their order. What Fluent's own errors look like is not sourced: here they are GraphQL errors in a 200, with a code in
their extensions.
"""

from typing import Any

from graphql import GraphQLError

from sandbox.fluent_entities import ORDER, Entities, Entity, by_id, set_attributes

Input = dict[str, Any]
_PRICES = ("paidPrice", "currency", "price", "taxPrice", "taxType", "totalPrice", "totalTaxPrice")


def refused(code: str, message: str) -> GraphQLError:
    """An error that the caller finds in `errors`, with the code in its extensions."""
    return GraphQLError(message, extensions={"code": code})


class Orders:
    """Makes orders of inputs. Every method raises GraphQLError, and then nothing has happened."""

    def __init__(self, entities: Entities, retailers: tuple[str, ...]) -> None:
        self.entities = entities
        now = entities.now()
        common = {"createdOn": now, "updatedOn": now, "status": "ACTIVE"}
        self.retailers = {one: {"id": one, "ref": f"RETAILER_{one}", **common} for one in retailers}

    def retailer(self, wanted: Input) -> Entity:
        """The retailer of an input."""
        found = self.retailers.get(str(wanted["id"]))
        if found is None:
            raise refused("NOT_FOUND", f"There is no retailer {wanted['id']}.")
        return found

    def create(self, given: Input) -> Entity:
        """A new order of a customer who is there."""
        retailer = self._checked(given)
        customer = by_id(self.entities.customers, str(given["customer"]["id"]))
        if customer is None:
            raise refused("NOT_FOUND", f"There is no customer {given['customer']['id']}.")
        return self._order(given, retailer, customer)

    def create_with_customer(self, given: Input) -> Entity:
        """A new order of a new customer; user names are unique."""
        retailer = self._checked(given)
        told = given["customer"]
        owner = self.retailer(told["retailer"])
        if any(one["username"] == told["username"] for one in self.entities.customers):
            raise refused("DUPLICATE", "There is a customer with this user name already.")
        return self._order(given, retailer, self.customer(told, owner))

    def customer(self, told: Input, retailer: Entity, **fixed: Any) -> Entity:
        """Keep a customer; `ref` is the user name, as the schema says."""
        fields = {"ref": told["username"], "status": "ACTIVE", **told, "retailer": retailer, **fixed}
        made = self.entities.record(**fields)
        self.entities.customers.append(made)
        return made

    def update(self, order: Entity, given: Input) -> None:
        """Fields, attributes by name, and items by id; the status is the caller's."""
        items = [one for one in given.get("items") or () if one is not None]
        found = [(by_id(order["items"], one["id"]), one) for one in items]
        for item, one in found:
            if item is None:
                raise refused("NOT_FOUND", f"There is no order item {one['id']}.")
            if (one.get("quantity") or 0) < 0:
                raise refused("INVALID", "A quantity is not negative.")
        for name in ("totalPrice", "totalTaxPrice", "billingAddress"):
            if given.get(name) is not None:
                order[name] = given[name]
        set_attributes(order, given.get("attributes") or ())
        for item, one in found:
            assert item is not None
            changes = {
                name: value
                for name, value in one.items()
                if name not in ("id", "attributes") and value is not None
            }
            item.update(changes)
            set_attributes(item, one.get("attributes") or ())

    def _checked(self, given: Input) -> Entity:
        retailer = self.retailer(given["retailer"])
        if self.entities.order(given["ref"], retailer["id"]) is not None:
            raise refused(
                "DUPLICATE", f"There is an order {given['ref']} of the retailer {retailer['id']} already."
            )
        items = given["items"]
        refs = [item["ref"] for item in items if item is not None]
        if not refs or len(refs) != len(items) or len(set(refs)) != len(refs):
            raise refused("INVALID", "An order has items, each with a ref of its own.")
        if any(item["quantity"] < 1 for item in items):
            raise refused("INVALID", "A quantity is at least 1.")
        return retailer

    def _order(self, given: Input, retailer: Entity, customer: Entity) -> Entity:
        entities = self.entities
        workflow = entities.workflow(f"ORDER::{given['type']}")
        order = entities.record(
            kind=ORDER,
            ref=given["ref"],
            type=given["type"],
            status="CREATED",
            retailer=retailer,
            customer=customer,
            totalPrice=given.get("totalPrice"),
            totalTaxPrice=given.get("totalTaxPrice"),
            billingAddress=given.get("billingAddress"),
            fulfilments=[],
            **workflow,
        )
        set_attributes(order, given.get("attributes") or ())
        told = [given.get("fulfilmentChoice"), *(given.get("fulfilmentChoices") or ())]
        order["fulfilmentChoices"] = [self._choice(one, given["type"]) for one in told if one is not None]
        order["fulfilmentChoice"] = next(iter(order["fulfilmentChoices"]), None)
        order["items"] = [self._item(order, item) for item in given["items"]]
        entities.orders.append(order)
        return order

    def _choice(self, told: Input, kind: str) -> Entity:
        made = self.entities.record(
            status="CREATED", **self.entities.workflow(f"ORDER::{kind}"), **{"type": kind, **told}
        )
        made["attributes"] = told.get("attributes") or []
        if (address := told.get("deliveryAddress")) is not None:
            made["deliveryAddress"] = self.entities.record(**{"type": "ORDER", **address})
        return made

    def _item(self, order: Entity, told: Input) -> Entity:
        item = self.entities.record(
            ref=told["ref"],
            productRef=told["productRef"],
            quantity=told["quantity"],
            ordered=told["quantity"],
            status="CREATED",
            order=order,
            fulfilmentChoice=order["fulfilmentChoice"],
            **{name: told.get(name) for name in _PRICES},
        )
        set_attributes(item, told.get("attributes") or ())
        return item
