"""schemathesis drives the sandbox's GraphQL from its own schema: always the envelope, never a server's error."""

from typing import Any

import pytest
import schemathesis
from graphql import get_introspection_query
from hypothesis import strategies as st
from schemathesis import Case
from schemathesis.graphql import nodes

from tests.official.furnished import Furnished, furnished
from tests.official.generated import drive
from tests.official.openapi import OfficialApi

pytestmark = pytest.mark.slow

EXAMPLES = 12
# Texts that lead somewhere in a furnished sandbox, and texts that do not.
TEXTS = [
    "order-1",
    "state-1",
    "box",
    "k",
    "version = 1",
    "version =",
    "id desc",
    "",
    '{"a": 1}',
    "2026-03-01T10:00:00Z",
]
SCALARS = {
    "Locale": ["en", "de-DE", "§"],
    "Country": ["DE", "Germany"],
    "Currency": ["EUR", "euro"],
    "CurrencyCode": ["EUR", "euro"],
    "KeyReferenceInput": ["acme", ""],
    "Json": ['{"a": 1}', "{"],
    "BigDecimal": ["0.19", "much"],
    "String": TEXTS,
}
URL = "http://sandbox/placet-demo/graphql"


def fields(kind: str) -> list[str]:
    """The names of the root fields that the sandbox serves: queries or mutations."""
    with furnished() as sandbox:
        schema = introspected(sandbox)["data"]["__schema"]
    (root,) = (type_ for type_ in schema["types"] if type_["name"] == kind)
    return [field["name"] for field in root["fields"]]


@pytest.fixture(autouse=True, scope="module")
def known_scalars() -> None:
    """Teach schemathesis the API's scalars."""
    for name, values in SCALARS.items():
        schemathesis.graphql.scalar(name, st.sampled_from(values).map(nodes.String))
    schemathesis.graphql.scalar("Long", st.sampled_from([1, 2, 3, 0, -1, 2**62]).map(nodes.Int))


def introspected(sandbox: Furnished) -> dict[str, Any]:
    """The sandbox's own schema."""
    request = sandbox.http.build_request(
        "POST", URL, json={"query": get_introspection_query(descriptions=False)}
    )
    found: dict[str, Any] = sandbox.send(request).json()
    return found


ROOTS = [(kind, name) for kind in ("Query", "Mutation") for name in fields(kind)]


@pytest.mark.parametrize(("kind", "name"), ROOTS, ids=[f"{kind}.{name}" for kind, name in ROOTS])
def test_graphql_keeps_its_envelope(official: OfficialApi, kind: str, name: str) -> None:
    """Whatever is asked: 200 or 400, data or errors with a known code, and never the code of a server's error."""
    with furnished() as sandbox:
        schema = schemathesis.graphql.from_dict(introspected(sandbox))
        operation = official.operation("POST", "/placet-demo/graphql")
        assert operation is not None

        def check(case: Case[Any]) -> None:
            request = sandbox.http.build_request("POST", URL, json={"query": case.body})
            answer = sandbox.send(request)
            problems = official.response_problems(operation, answer.status_code, answer.content)
            codes = [error["extensions"]["code"] for error in answer.json().get("errors", [])]
            assert not problems, f"{case.body!r}\n{answer.text}\n{problems}"
            assert answer.status_code in (200, 400)
            assert "General" not in codes, f"{case.body!r}\n{answer.text}"

        drive(schema[kind][name].as_strategy(), EXAMPLES, check)
