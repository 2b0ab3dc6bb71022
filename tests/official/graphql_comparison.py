"""What a GraphQL schema says that the official one does not: the comparison behind `test_graphql_schema`."""

from collections.abc import Iterator, Mapping

from graphql import (
    GraphQLArgument,
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    GraphQLSchema,
    is_introspection_type,
    is_required_argument,
    is_required_input_field,
    is_specified_scalar_type,
)

Inputs = Mapping[str, GraphQLArgument] | Mapping[str, GraphQLInputField]


def deviations(ours: GraphQLSchema, official: GraphQLSchema) -> list[str]:
    """Each type, field, argument, input field, enum value and interface of `ours` that is not so in `official`.

    A subset is fine as long as whoever speaks to it could speak to the official one with the same document and
    the other way round: an official enum is complete, a required argument or input field is not missing, and an
    interface that both schemas know is implemented where the official type implements it.
    """
    return [
        deviation
        for name, our_type in sorted(ours.type_map.items())
        if not is_introspection_type(our_type) and not is_specified_scalar_type(our_type)
        for deviation in _of_type(our_type, official.type_map.get(name), ours)
    ]


def _of_type(ours: GraphQLNamedType, theirs: GraphQLNamedType | None, schema: GraphQLSchema) -> Iterator[str]:
    if theirs is None:
        yield f"{ours.name}: no such type"
    elif type(ours) is not type(theirs):
        yield f"{ours.name}: {type(ours).__name__} instead of {type(theirs).__name__}"
    elif isinstance(ours, GraphQLEnumType) and isinstance(theirs, GraphQLEnumType):
        for value in sorted(set(ours.values) ^ set(theirs.values)):
            yield f"{ours.name}.{value}: in one enumeration only"
    elif isinstance(ours, GraphQLInputObjectType) and isinstance(theirs, GraphQLInputObjectType):
        yield from _of_inputs(ours.name, ours.fields, theirs.fields)
    elif isinstance(ours, GraphQLObjectType | GraphQLInterfaceType):
        assert isinstance(theirs, GraphQLObjectType | GraphQLInterfaceType)
        yield from _of_interfaces(ours, theirs, schema)
        for name, field in ours.fields.items():
            yield from _of_field(f"{ours.name}.{name}", field, theirs.fields.get(name))


def _of_interfaces(
    ours: GraphQLObjectType | GraphQLInterfaceType,
    theirs: GraphQLObjectType | GraphQLInterfaceType,
    schema: GraphQLSchema,
) -> Iterator[str]:
    implemented = {interface.name for interface in ours.interfaces}
    official = {interface.name for interface in theirs.interfaces if interface.name in schema.type_map}
    for name in sorted(implemented ^ official):
        yield f"{ours.name}: implements {name} in one schema only"


def _of_field(path: str, ours: GraphQLField, theirs: GraphQLField | None) -> Iterator[str]:
    if theirs is None:
        yield f"{path}: no such field"
        return
    if str(ours.type) != str(theirs.type):
        yield f"{path}: {ours.type} instead of {theirs.type}"
    yield from _of_inputs(path, ours.args, theirs.args)


def _of_inputs(path: str, ours: Inputs, theirs: Inputs) -> Iterator[str]:
    for name, given in ours.items():
        known = theirs.get(name)
        if known is None:
            yield f"{path}({name}): no such input"
        elif str(given.type) != str(known.type):
            yield f"{path}({name}): {given.type} instead of {known.type}"
        elif _default(given) != _default(known):
            yield f"{path}({name}): another default"
    for name in theirs.keys() - ours.keys():
        if _is_required(theirs[name]):
            yield f"{path}({name}): required, but not there"


def _is_required(given: GraphQLArgument | GraphQLInputField) -> bool:
    if isinstance(given, GraphQLArgument):
        return is_required_argument(given)
    return is_required_input_field(given)


def _default(given: GraphQLArgument | GraphQLInputField) -> str:
    node = given.ast_node
    return "" if node is None or node.default_value is None else str(node.default_value.to_dict())
