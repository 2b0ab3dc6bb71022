"""How GraphQL requests are read and refused."""

import json

import httpx
import pytest

from sandbox.options import ApiClient
from tests.sandbox.graphql_asking import Asking, asking

LOOP = """mutation {
  createState(draft: {key: "x", type: OrderState}) { id }
  updateState(key: "x", version: 1, actions: [{setTransitions: {transitions: [%s]}}]) { id }
}"""
REFUSED = {
    "a syntax error": "{ states {",
    "an unknown field": "{ approvals { id } }",
    "an unknown argument": '{ state(name: "x") { id } }',
    "a missing argument": "{ customObjects { total } }",
    "an unknown enum value": 'mutation { createState(draft: {key: "k", type: CartState}) { id } }',
    "a text for a number": 'mutation { deleteState(key: "k", version: "1") { id } }',
    "a number beyond 64 bits": 'mutation { deleteState(key: "k", version: 9999999999999999999) { id } }',
    "no operation": "fragment f on State { id }",
    "two operations and no name": "query A { states { total } } query B { states { total } }",
    "a malformed where": '{ states(where: "key =") { total } }',
    "a limit that is too high": "{ states(limit: 501) { total } }",
    "a negative offset": "{ states(offset: -1) { total } }",
    "neither id nor key": "{ state { id } }",
    "both id and key": '{ state(id: "a", key: "b") { id } }',
    "a key without its container": '{ customObject(key: "a") { id } }',
    "an action with no field": 'mutation { updateState(key: "Initial", version: 1, actions: [{}]) { id } }',
    "an action with two fields": """mutation { updateState(key: "Initial", version: 1, actions: [
        {changeKey: {key: "a"}, changeInitial: {initial: true}}]) { id } }""",
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
async def test_invalid_input_is_a_400_with_a_graphql_body(query: str) -> None:
    """What cannot be executed, or not with these values, is InvalidInput with a place and a message."""
    async with asking() as ask:
        error = await ask.error(query, status=400)
        assert error["extensions"] == {"code": "InvalidInput"}
        assert error["message"]
        assert isinstance(error["locations"], list)


async def test_a_malformed_where_is_named() -> None:
    """The message is the one that REST gives."""
    async with asking() as ask:
        error = await ask.error('{ states(where: "key =") { total } }', status=400)
        assert error["message"].startswith("Malformed parameter: where: Syntax error")
        assert error["path"] == ["states"]


async def test_variables_of_the_wrong_type_are_refused() -> None:
    """A variable is checked against its declared type before anything runs."""
    async with asking() as ask:
        query = "query($l: Int) { states(limit: $l) { count } }"
        assert await ask.code(query, {"l": "x"}, status=400) == "InvalidInput"
        assert (await ask.data(query, {"l": 0}))["states"]["count"] == 0


async def test_names_fragments_aliases_and_introspection() -> None:
    """The language itself is graphql-core's, complete."""
    async with asking() as ask:
        query = """
        query One($key: String!) { a: state(key: $key) { ...names } }
        query Two { states { total } }
        fragment names on State { key __typename ... on Versioned { version } type @skip(if: true) }"""
        data = await ask.data(query, {"key": "Initial"}, operationName="One")
        assert data == {"a": {"key": "Initial", "__typename": "State", "version": 1}}
        data = await ask.data('{ __type(name: "Order") { kind fields { name } } }')
        assert {"name": "orderNumber"} in data["__type"]["fields"]


async def test_the_content_type_of_the_python_sdk_is_tolerated() -> None:
    """JSON under `application/graphql` is read as JSON."""
    async with asking() as ask:
        answer = await ask.bare.post(
            "/graphql",
            content=json.dumps({"query": "{ states { total } }"}),
            headers={"Content-Type": "application/graphql"},
        )
        assert answer.json() == {"data": {"states": {"total": 1}}}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "RequiredField"),
        ([], "InvalidJsonInput"),
        ({"query": 1}, "InvalidJsonInput"),
        ({"query": "{ states { total } }", "variables": []}, "InvalidJsonInput"),
        ({"query": "{ states { total } }", "operationName": 1}, "InvalidJsonInput"),
    ],
)
async def test_a_body_that_is_no_graphql_request(body: object, code: str) -> None:
    """It is answered as REST answers a bad body."""
    async with asking() as ask:
        answer = await ask.bare.post("/graphql", json=body)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (400, code)


async def test_a_token_is_needed() -> None:
    """Without one, with a bad one or with one for other things: 401 or 403, as by REST."""
    async with asking(clients=(ApiClient("placet", "placet", ("view_quotes",)),)) as ask:
        assert (await _status(ask, None), await _status(ask, "Bearer none")) == (401, 401)
        assert await _status(ask, ask.bare.headers["authorization"]) == 403


async def _status(ask: Asking, authorization: str | None) -> int:
    transport = ask.bare._transport
    headers = {} if authorization is None else {"Authorization": authorization}
    async with httpx.AsyncClient(transport=transport, base_url=ask.bare.base_url, headers=headers) as http:
        return (await http.post("/graphql", json={"query": "{ states { total } }"})).status_code


async def test_mutations_run_one_after_the_other_each_for_itself() -> None:
    """The first stands although the second fails, and the third sees the first."""
    async with asking() as ask:
        answer = await ask.http.post(
            "/graphql",
            json={
                "query": """mutation {
                  a: createState(draft: {key: "k", type: OrderState}) { key }
                  b: createState(draft: {key: "k", type: OrderState}) { key }
                  c: deleteState(key: "k", version: 1) { key }
                }"""
            },
        )
        assert answer.status_code == 200
        assert answer.json()["data"] == {"a": {"key": "k"}, "b": None, "c": {"key": "k"}}
        [error] = answer.json()["errors"]
        assert error["path"] == ["b"]
        assert error["extensions"] == {"code": "DuplicateField", "field": "key", "duplicateValue": "k"}


async def test_writes_are_journalled() -> None:
    """A GraphQL write is a write like any other: who, on whose behalf, versions before and after."""
    async with asking() as ask:
        await ask.data('mutation { createState(draft: {key: "k", type: OrderState}) { id } }')
        [entry] = ask.sandbox.store.journal
        assert entry["path"].endswith("/graphql")
        assert (entry["clientId"], entry["externalUserId"]) == ("placet", "ana")
        assert (entry["versionBefore"], entry["versionAfter"]) == (None, 1)


async def test_a_document_without_end_is_too_complex() -> None:
    """A State that leads back to itself can be followed only so far, by depth and by number of fields."""
    async with asking() as ask:
        await ask.data(LOOP % ('{key: "x"}' * 60))
        await ask.data('{ state(key: "x") { transitions { transitions { key } } } }')
        for depth in (3, 150):
            followed = '{ state(key: "x") {' + "transitions {" * depth + "key" + "}" * (depth + 2)
            assert await ask.code(followed, status=400) == "QueryComplexityLimitExceeded"


async def test_fragments_that_spread_one_another_are_measured_quickly() -> None:
    """A chain of fragments, each spread twice, takes no longer than its length."""
    links = " ".join(f"fragment f{n} on State {{ ...f{n + 1} ...f{n + 1} }}" for n in range(60))
    async with asking() as ask:
        query = f'{{ state(key: "Initial") {{ ...f0 }} }} {links} fragment f60 on State {{ key }}'
        assert await ask.data(query) == {"state": {"key": "Initial"}}


async def test_a_resource_that_breaks_the_schema_is_a_general_error() -> None:
    """What commercetools would never hold is null, with an error that says where; the rest is answered."""
    async with asking() as ask:
        with ask.sandbox.store.transaction() as tx:
            tx.create("state", {"key": "odd", "initial": True})
        error = await ask.error('{ a: state(key: "odd") { type } b: state(key: "odd") { key } }')
        assert (error["path"], error["extensions"]) == (["a", "type"], {"code": "General"})
