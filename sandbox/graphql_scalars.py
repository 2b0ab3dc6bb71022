"""commercetools' scalars: what they accept.

Values stay as they are on the wire (a DateTime is its text), so that a command can be handed to the REST code.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from graphql import (
    GraphQLError,
    GraphQLScalarType,
    GraphQLSchema,
    IntValueNode,
    StringValueNode,
)
from graphql.language import ConstValueNode

MAX_LONG = 2**63 - 1
MIN_LONG = -(2**63)

Reading = Callable[[Any], Any]


def attach_scalars(schema: GraphQLSchema) -> None:
    """Give each scalar of the schema its reading and writing."""
    readings: dict[str, tuple[Reading, type[ConstValueNode]]] = {
        "Long": (_long, IntValueNode),
        "DateTime": (_date_time, StringValueNode),
        "Locale": (_text, StringValueNode),
        "Country": (_text, StringValueNode),
        "Currency": (_text, StringValueNode),
        "KeyReferenceInput": (_text, StringValueNode),
    }
    for name, (reading, literal) in readings.items():
        scalar = schema.type_map[name]
        assert isinstance(scalar, GraphQLScalarType)
        _attach(scalar, reading, literal)


def _attach(scalar: GraphQLScalarType, reading: Reading, literal: type[ConstValueNode]) -> None:
    def read_literal(node: ConstValueNode) -> Any:
        if not isinstance(node, literal):
            raise GraphQLError(f"{scalar.name} cannot represent this literal.", node)
        try:
            return reading(
                int(node.value) if isinstance(node, IntValueNode) else getattr(node, "value", None)
            )
        except GraphQLError as error:
            raise GraphQLError(error.message, node) from None

    scalar.coerce_input_value = reading
    scalar.coerce_input_literal = read_literal


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise GraphQLError("A string is expected.")
    return value


def _long(value: Any) -> int:
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    if isinstance(value, bool) or not whole or not MIN_LONG <= value <= MAX_LONG:
        raise GraphQLError("A whole number of 64 bits is expected.")
    return int(value)


def _date_time(value: Any) -> str:
    text = _text(value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise GraphQLError("An ISO 8601 date and time is expected.") from None
    if moment.tzinfo is None:
        raise GraphQLError("A date and time with its offset is expected.")
    return text
