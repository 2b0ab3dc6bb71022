"""How a field of an official GraphQL type is read from a resource as REST returns it.

The official schema follows a few conventions throughout, so one resolver serves nearly all fields: `xRef` is the
reference `x`, `x` is the resource that it points at, `nameAllLocales` lists a LocalizedString and `name` picks one
locale of it. What follows no convention stands in `graphql_exceptions`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from graphql import (
    GraphQLAbstractType,
    GraphQLOutputType,
    GraphQLResolveInfo,
    get_named_type,
    get_nullable_type,
    is_list_type,
    is_non_null_type,
)

from sandbox.graphql_exceptions import EXCEPTIONS, PAYLOAD_TYPES
from sandbox.requests import Call
from sandbox.store import Resource, Store

# The type id of the resources that a field may be expanded to.
_EXPANDED = {
    "State": "state",
    "CustomerGroup": "customer-group",
    "TypeDefinition": "type",
    "ProductTypeDefinition": "product-type",
    "Order": "order",
    "Channel": "channel",
}
_REFERENCES = ("Reference", "KeyReference", "VersionedReference")
_MONEY = {"highPrecision": "HighPrecisionMoney"}


def resolve_field(source: Any, info: GraphQLResolveInfo[Call], **arguments: Any) -> Any:
    """The value of any field of any type but the root types."""
    name, parent = info.field_name, info.parent_type.name
    exception = EXCEPTIONS.get((parent, name))
    if exception is not None:
        return exception(info.context, source, **arguments)
    base = get_named_type(info.return_type).name
    if base in _REFERENCES and name.endswith(("Ref", "Refs")):
        value = source.get(_referring(name), source.get(name))
    elif name.endswith("AllLocales"):
        value = all_locales(source.get(name.removesuffix("AllLocales")))
    elif "acceptLanguage" in info.parent_type.fields[name].args:
        value = one_locale(source.get(name), **arguments)
    elif base in _EXPANDED:
        call: Call = info.context
        value = expanded(call.store, _EXPANDED[base], source.get(name))
    else:
        value = source.get(name)
    return _missing(info.return_type) if value is None else value


def resolve_type(value: Any, info: GraphQLResolveInfo[Call], abstract: GraphQLAbstractType) -> str:
    """The concrete type of a value of an interface."""
    kind: str = value["type"]
    if abstract.name == "BaseMoney":
        return _MONEY.get(kind, "Money")
    return PAYLOAD_TYPES.get(kind, kind)


def expanded(store: Store, type_id: str, value: Any) -> Any:
    """The resource that a reference points at, or null if it is gone; a list of references likewise.

    What is no reference is the resource itself, as in the messages that carry a whole order.
    """
    if isinstance(value, list):
        found = [expanded(store, type_id, one) for one in value]
        return [one for one in found if one is not None]
    if not isinstance(value, dict) or "typeId" not in value:
        return value
    return store.get(type_id, value["id"])


def all_locales(text: Mapping[str, str] | None) -> list[Resource] | None:
    """A LocalizedString as GraphQL lists it."""
    return None if text is None else [{"locale": locale, "value": value} for locale, value in text.items()]


def one_locale(
    text: Mapping[str, str] | None,
    locale: str | None = None,
    acceptLanguage: Sequence[str] = (),  # noqa: N803 - the official argument's name
) -> str | None:
    """The text in `locale`, else in the first accepted language that there is; without either, the first one."""
    if not text:
        return None
    wanted = [*([locale] if locale else []), *(acceptLanguage or ())]
    if not wanted:
        return next(iter(text.values()))
    return next((text[one] for one in wanted if one in text), None)


def _referring(name: str) -> str:
    return name.removesuffix("Refs") if name.endswith("Refs") else name.removesuffix("Ref")


def _missing(return_type: GraphQLOutputType) -> Any:
    """What REST leaves out and GraphQL says never to be null: a list without entries."""
    empty = is_non_null_type(return_type) and is_list_type(get_nullable_type(return_type))
    return [] if empty else None
