"""What holds for every predicate: nothing but PredicateError, and Python's own and, or, not."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from sandbox.predicates import PredicateError, compile_predicate

FIELDS = ("a", "b", "c")
WORDS = (
    *("a", "b", "`a-b`", '"x"', '"', "`", "1", "-2.5", "1e999", ":v", ":none", "true", "(", ")", ",", " "),
    *(
        "=",
        "!=",
        "<>",
        "<",
        ">=",
        "and",
        "or",
        "not",
        "in",
        "is",
        "empty",
        "defined",
        "contains",
        "all",
        "any",
    ),
    *("\\", "\n", "within", "\ud800", "é", "."),
)

scalars = st.one_of(
    st.integers(-3, 3), st.booleans(), st.sampled_from(["x", "y", ""]), st.floats(-2, 2, width=16)
)
values = st.one_of(st.none(), scalars, st.lists(scalars, max_size=3))
resources = st.dictionaries(st.sampled_from(FIELDS), values)

Meaning = Callable[[dict[str, Any]], bool]
Case = tuple[str, Meaning]


def defined(name: str) -> Case:
    return f"{name} is defined", lambda resource: resource.get(name) is not None


def same(name: str, wanted: str | bool | float) -> Case:
    def meaning(resource: dict[str, Any]) -> bool:
        value = resource.get(name)
        elements = value if isinstance(value, list) else [value]
        return any(isinstance(e, bool) is isinstance(wanted, bool) and e == wanted for e in elements)

    return f"{name} = {json.dumps(wanted)}", meaning


def negated(case: Case) -> Case:
    return f"not({case[0]})", lambda resource: not case[1](resource)


def both(left: Case, right: Case) -> Case:
    return f"({left[0]}) and ({right[0]})", lambda r: left[1](r) and right[1](r)


def either(left: Case, right: Case) -> Case:
    return f"({left[0]}) or ({right[0]})", lambda r: left[1](r) or right[1](r)


atoms = st.one_of(
    st.builds(defined, st.sampled_from(FIELDS)), st.builds(same, st.sampled_from(FIELDS), scalars)
)
cases = st.recursive(
    atoms,
    lambda inner: st.one_of(
        st.builds(negated, inner), st.builds(both, inner, inner), st.builds(either, inner, inner)
    ),
    max_leaves=8,
)


@given(cases, resources)
def test_and_or_not_agree_with_python(case: Case, resource: dict[str, Any]) -> None:
    """A compiled predicate says what the same expression says in Python."""
    text, meaning = case
    assert compile_predicate(text)(resource) is meaning(resource)


@given(st.lists(cases, min_size=1, max_size=6), st.data(), resources)
def test_and_binds_tighter_than_or(terms: list[Case], data: st.DataObject, resource: dict[str, Any]) -> None:
    """Without parentheses, `and` is done before `or`, as in Python."""
    joints = [data.draw(st.sampled_from(["and", "or"])) for _ in terms[1:]]
    text, python = f"({terms[0][0]})", str(terms[0][1](resource))
    for joint, (term, meaning) in zip(joints, terms[1:], strict=True):
        text += f" {joint} ({term})"
        python += f" {joint} {meaning(resource)}"
    words = python.split()
    expected = any(
        all(word == "True" for word in part.split() if word != "and")
        for part in " ".join(words).split(" or ")
    )
    assert compile_predicate(text)(resource) is expected


@given(st.one_of(st.text(), st.lists(st.sampled_from(WORDS)).map(" ".join)), resources)
def test_reading_raises_nothing_but_predicate_error(text: str, resource: dict[str, Any]) -> None:
    """Any text is either refused with PredicateError or answers with a bool."""
    try:
        test = compile_predicate(text, {"v": ["1", "x"]})
    except PredicateError as refusal:
        assert str(refusal)
    else:
        assert isinstance(test(resource), bool)


@given(scalars, values)
def test_a_variable_means_its_written_value(wanted: str | bool | float, value: Any) -> None:
    """`:v` with the text of a value finds what the written value finds."""
    written = compile_predicate(f"a = {json.dumps(wanted)}")({"a": value})
    text = wanted if isinstance(wanted, str) else json.dumps(wanted)
    assert not written or compile_predicate("a = :v", {"v": [text]})({"a": value})


@given(st.text())
def test_any_text_can_be_asked_for(text: str) -> None:
    """A text written as a JSON string is found again."""
    assert compile_predicate(f"a = {json.dumps(text)}")({"a": text})
