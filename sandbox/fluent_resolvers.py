"""The root fields of the local Fluent's GraphQL: one record by id or ref, pages of them, and the mutations."""

from collections.abc import Callable
from typing import Any

from sandbox.fluent_entities import Entities, Entity, attribute, by_id, set_attributes
from sandbox.fluent_lifecycle import Lifecycle
from sandbox.fluent_orders import Orders, refused
from sandbox.fluent_relay import connection
from sandbox.fluent_returns import return_item, return_record

Arguments = dict[str, Any]


class Resolvers:
    """Resolves the fields of Query and Mutation. Refusals are GraphQLErrors, and then nothing has happened."""

    def __init__(self, entities: Entities, orders: Orders, lifecycle: Lifecycle) -> None:
        self._entities = entities
        self._orders = orders
        self._lifecycle = lifecycle
        self._fields: dict[str, Callable[[Arguments], Entity | None]] = {
            "orderById": lambda given: by_id(entities.orders, given["id"]),
            "order": self._order,
            "orders": lambda given: connection(entities.orders, given),
            "customers": lambda given: connection(entities.customers, given),
            "fulfilmentById": lambda given: by_id(entities.fulfilments, given["id"]),
            "fulfilment": lambda given: by_id(entities.fulfilments, given.get("id", "")),
            "fulfilments": lambda given: connection(entities.fulfilments, given),
            "fulfilmentChoiceById": self._choice,
            "returnOrder": lambda given: entities.return_order(given["ref"], given["retailer"]["id"]),
            "returnOrders": self._returns,
            "createOrder": lambda given: self._created(orders.create(_input(given))),
            "createOrderAndCustomer": lambda given: self._created(orders.create_with_customer(_input(given))),
            "updateOrder": self._update_order,
            "updateFulfilment": self._update_fulfilment,
            "createReturnOrder": self._create_return,
            "updateReturnOrder": self._update_return,
        }

    def root(self, name: str, arguments: Arguments) -> Entity | None:
        """The value of a root field."""
        return self._fields[name](arguments)

    def _order(self, given: Arguments) -> Entity | None:
        wanted = {name: given[name] for name in ("id", "ref") if given.get(name) is not None}
        found = [
            one for one in self._entities.orders if all(one[name] == value for name, value in wanted.items())
        ]
        return found[0] if wanted and found else None

    def _choice(self, given: Arguments) -> Entity | None:
        choices = [choice for order in self._entities.orders for choice in order["fulfilmentChoices"]]
        return by_id(choices, given["id"])

    def _returns(self, given: Arguments) -> Entity:
        wanted = given.pop("order", None)
        found = [
            one
            for one in self._entities.returns
            if wanted is None
            or (
                one["order"] is not None
                and one["order"]["ref"] == wanted["ref"]
                and one["retailer"]["id"] == wanted["retailer"]["id"]
            )
        ]
        return connection(found, given)

    def _created(self, order: Entity) -> Entity:
        # What is answered is the order as it was created, whatever happens to it before the answer is written.
        self._lifecycle.start(order)
        return order

    def _update_order(self, given: Arguments) -> Entity:
        told = _input(given)
        order = _found(by_id(self._entities.orders, told["id"]), "order", told["id"])
        self._orders.update(order, told)
        self._changed(order, told.get("status"))
        return order

    def _update_fulfilment(self, given: Arguments) -> Entity:
        told = _input(given)
        fulfilment = _found(by_id(self._entities.fulfilments, told["id"]), "fulfilment", told["id"])
        lines = [
            (_found(by_id(fulfilment["items"], one["id"]), "fulfilment item", one["id"]), one)
            for one in told.get("items") or ()
        ]
        for line, one in lines:
            line.update({name: value for name, value in one.items() if value is not None})
        for name in ("deliveryType", "type", "eta", "expiryTime"):
            if told.get(name) is not None:
                fulfilment[name] = told[name]
        set_attributes(fulfilment, told.get("attributes") or ())
        self._changed(fulfilment, told.get("status"))
        return fulfilment

    def _create_return(self, given: Arguments) -> Entity:
        told = _input(given)
        retailer = self._orders.retailer(told["retailer"])
        if any(line["unitQuantity"]["quantity"] < 1 for line in told["returnOrderItems"]):
            raise refused("INVALID", "A quantity is at least 1.")
        if self._entities.return_order(told["ref"], retailer["id"]) is not None:
            raise refused("DUPLICATE", f"There is a return order {told['ref']} already.")
        if not any(one["ref"] == told["customer"]["ref"] for one in self._entities.customers):
            raise refused("NOT_FOUND", f"There is no customer {told['customer']['ref']}.")
        link = told.get("order")
        order = None if link is None else self._entities.order(link["ref"], link["retailer"]["id"])
        if link is not None and order is None:
            raise refused("NOT_FOUND", f"There is no order {link['ref']}.")
        returned = return_record(self._entities, told["ref"], retailer, order, told["type"])
        set_attributes(returned, told.get("attributes") or ())
        for line in told["returnOrderItems"]:
            self._return_line(returned, order, line)
        if order is not None:
            set_attributes(returned, [attribute("orderRef", order["ref"])])
        self._lifecycle.start_return(returned)
        return returned

    def _return_line(self, returned: Entity, order: Entity | None, line: Arguments) -> None:
        link, items = line.get("orderItem"), [] if order is None else order["items"]
        item = None if link is None else next((one for one in items if one["ref"] == link["ref"]), None)
        made = return_item(self._entities, returned, line["ref"], item, line["unitQuantity"]["quantity"])
        for name in ("returnReason", "returnReasonComment", "returnCondition", "returnConditionComment"):
            made[name] = line.get(name)
        set_attributes(made, line.get("attributes") or ())

    def _update_return(self, given: Arguments) -> Entity:
        told = _input(given)
        wanted = self._entities.return_order(told["ref"], told["retailer"]["id"])
        returned = _found(wanted, "return order", told["ref"])
        set_attributes(returned, told.get("attributes") or ())
        self._changed(returned, told.get("status"))
        return returned

    def _changed(self, entity: Entity, status: str | None) -> None:
        if status is None or status == entity["status"]:
            self._entities.touch(entity)
            return
        self._lifecycle.steer(entity, status)


def _input(given: Arguments) -> Arguments:
    """The input, which the schema lets be left out."""
    told: Arguments | None = given.get("input")
    if told is None:
        raise refused("INVALID", "An input is expected.")
    return told


def _found(entity: Entity | None, kind: str, named: str) -> Entity:
    if entity is None:
        raise refused("NOT_FOUND", f"There is no {kind} {named}.")
    return entity
