"""Read a query predicate by recursive descent and compile it to closures.

predicate   = conjunction { "or" conjunction }
conjunction = term { "and" term }
term        = "not" "(" predicate ")" | "(" predicate ")" | field
field       = name ( "(" predicate ")" | comparison )
comparison  = ("=" | "!=" | "<>" | "<" | "<=" | ">" | ">=") value
            | ["not"] "in" values | "contains" ("all" | "any") values
            | "is" ["not"] ("empty" | "defined")
values      = "(" value { "," value } ")" | variable
value       = string | number | "true" | "false" | variable
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sandbox.predicates_tokens import PredicateError, Token, syntax_error, tokenize
from sandbox.predicates_values import (
    ORDERINGS,
    Scalar,
    Untyped,
    contains,
    equals,
    is_defined,
    is_empty,
    member,
    ordered,
    present_member,
)
from sandbox.query_fields import Shape

Test = Callable[[Any], bool]
MAX_DEPTH = 40
_RESERVED = frozenset({"and", "or", "not", "in", "is", "contains", "within", "true", "false"})


class Parser:
    """One reading of one text.

    `variables` are the values given for each `:name`, in the order given; `fields` the shape of what is asked
    about, or None where any field may be named. `strict` tests raise where a compared field is missing.
    """

    def __init__(
        self,
        text: str,
        variables: Mapping[str, Sequence[str]],
        fields: Shape | None,
        *,
        strict: bool = False,
    ) -> None:
        self._text = text
        self._variables = variables
        self._fields = fields
        self._compared_member = present_member if strict else member
        self._tokens = tokenize(text)
        self._next = 0
        self._depth = 0

    def parse(self) -> Test:
        """Return the whole text as one test. Raises PredicateError."""
        test = self._predicate()
        if self._peek.kind != "end":
            raise self._unexpected("the end, 'and' or 'or'")
        return test

    @property
    def _peek(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._peek
        if token.kind != "end":
            self._next += 1
        return token

    def _unexpected(self, expected: str) -> PredicateError:
        token = self._peek
        found = "end of input" if token.kind == "end" else f"'{token.value}'"
        return syntax_error(self._text, token.at, f"Unexpected {found}, expected {expected}")

    def _accept_word(self, word: str) -> bool:
        if self._peek.is_word(word):
            self._next += 1
            return True
        return False

    def _expect(self, operator: str) -> None:
        if not self._peek.is_operator(operator):
            raise self._unexpected(f"'{operator}'")
        self._next += 1

    def _predicate(self) -> Test:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise syntax_error(self._text, self._peek.at, "The predicate is nested too deeply")
        tests = [self._conjunction()]
        while self._accept_word("or"):
            tests.append(self._conjunction())
        self._depth -= 1
        return tests[0] if len(tests) == 1 else lambda value: any(test(value) for test in tests)

    def _conjunction(self) -> Test:
        tests = [self._term()]
        while self._accept_word("and"):
            tests.append(self._term())
        return tests[0] if len(tests) == 1 else lambda value: all(test(value) for test in tests)

    def _term(self) -> Test:
        if self._accept_word("not"):
            refused = self._group()
            return lambda value: not refused(value)
        if self._peek.is_operator("("):
            return self._group()
        return self._field(self._name())

    def _group(self) -> Test:
        self._expect("(")
        test = self._predicate()
        self._expect(")")
        return test

    def _name(self) -> str:
        token = self._peek
        if token.kind != "quoted" and (token.kind != "name" or str(token.value).lower() in _RESERVED):
            raise self._unexpected("a field name")
        name = str(self._take().value)
        if self._fields is not None and name not in self._fields:
            raise PredicateError(f"The field '{name}' does not exist.")
        return name

    def _field(self, name: str) -> Test:
        find = self._compared_member
        if self._peek.is_operator("("):
            outer = self._fields
            self._fields = None if outer is None else outer[name]
            nested = self._group()
            self._fields = outer
            return lambda value: _any_object(find(value, name), nested)
        if self._peek.is_word("is"):
            find = member
        test = self._comparison()
        return lambda value: test(find(value, name))

    def _comparison(self) -> Test:
        token = self._peek
        if token.is_operator("=", "!=", "<>", *ORDERINGS):
            self._next += 1
            return _compared(str(token.value), self._value())
        if self._accept_word("is"):
            refuse = self._accept_word("not")
            test = self._state()
            return (lambda value: not test(value)) if refuse else test
        if self._accept_word("contains"):
            quantifier = self._quantifier()
            wanted = self._values()
            return lambda value: contains(value, wanted, quantifier)
        refuse = self._accept_word("not")
        if not self._accept_word("in"):
            raise self._unexpected("a comparison operator, 'not in', 'in', 'contains' or 'is'")
        return _one_of(self._values(), refuse=refuse)

    def _state(self) -> Test:
        for word, test in (("empty", is_empty), ("defined", is_defined)):
            if self._accept_word(word):
                return test
        raise self._unexpected("'empty' or 'defined'")

    def _quantifier(self) -> Callable[[Any], bool]:
        for word, quantifier in (("all", all), ("any", any)):
            if self._accept_word(word):
                return quantifier
        raise self._unexpected("'all' or 'any'")

    def _values(self) -> list[Scalar]:
        if self._peek.kind == "variable":
            return self._variable()
        self._expect("(")
        values = self._listed()
        while self._peek.is_operator(","):
            self._next += 1
            values += self._listed()
        self._expect(")")
        return values

    def _listed(self) -> list[Scalar]:
        return self._variable() if self._peek.kind == "variable" else [self._value()]

    def _value(self) -> Scalar:
        token = self._peek
        if token.kind == "variable":
            values = self._variable()
            if len(values) != 1:
                raise syntax_error(self._text, token.at, f"The variable '{token.value}' has several values")
            return values[0]
        if token.kind in ("string", "number"):
            return self._take().value
        if token.is_word("true") or token.is_word("false"):
            return self._take().is_word("true")
        raise self._unexpected("a value")

    def _variable(self) -> list[Scalar]:
        token = self._take()
        given = self._variables.get(str(token.value))
        if not given:
            raise syntax_error(self._text, token.at, f"The variable '{token.value}' is not given")
        return [Untyped(value) for value in given]


def _compared(operator: str, wanted: Scalar) -> Test:
    if operator == "=":
        return lambda value: equals(value, wanted)
    if operator in ("!=", "<>"):
        return lambda value: not equals(value, wanted)
    ordering = ORDERINGS[operator]
    return lambda value: ordered(value, wanted, ordering)


def _one_of(wanted: Sequence[Scalar], *, refuse: bool) -> Test:
    return lambda value: any(equals(value, one) for one in wanted) is not refuse


def _any_object(value: Any, test: Test) -> bool:
    if isinstance(value, list):
        return any(_any_object(element, test) for element in value)
    return isinstance(value, dict) and test(value)
