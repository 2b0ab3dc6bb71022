"""Reading by GraphQL (sections 6, 6.1 and 6.2)."""

import pytest

from tests.contract.drafts import create_state, import_order, reference
from tests.contract.graphql import data, error_of, post
from tests.contract.messages import messages_of
from tests.contract.project import Json, Project, refused
from tests.contract.targets import Target

ORDER = """query ($id: String) { order(id: $id) {
  id version orderNumber orderState createdAt customerEmail
  totalPrice { centAmount currencyCode fractionDigits type }
  stateRef { id typeId } state { id key type initial transitionsRef { id } }
  customLineItems { id slug quantity totalPrice { centAmount } state { quantity stateRef { id } state { key } } }
  createdBy { clientId externalUserId }
} }"""


async def order_in_state(project: Project) -> tuple[Json, Json]:
    """An order and the state it is in, which leads to one other."""
    target = await create_state(project)
    state = await create_state(project, transitions=[reference("state", target)])
    return await import_order(project, state=reference("state", state)), state


async def test_an_order_is_read_with_its_state(project: Project) -> None:
    """`stateRef` is the reference, `state` the state itself; `Initial` is where items begin."""
    order, state = await order_in_state(project)
    found = (await data(project, ORDER, id=order["id"]))["order"]
    for name in ("id", "version", "orderNumber", "orderState", "createdAt"):
        assert found[name] == order[name]
    assert found["customerEmail"] is None
    assert found["totalPrice"] == order["totalPrice"]
    assert found["stateRef"] == reference("state", state) | {"typeId": "state"}
    targets = [{"id": target["id"]} for target in state["transitions"]]
    assert found["state"] == {
        **{name: state[name] for name in ("id", "key", "type", "initial")},
        "transitionsRef": targets,
    }
    (item,), (expected,) = found["customLineItems"], order["customLineItems"]
    assert (item["id"], item["quantity"]) == (expected["id"], 2)
    assert item["state"][0]["state"]["key"] == "Initial"
    assert found["createdBy"]["clientId"] == project.client_id


async def test_an_order_is_read_by_its_number(project: Project) -> None:
    """Whatever stands in the number: nothing needs encoding."""
    number = f'{project.unique("n")}/1 "x"'
    order = await import_order(project, orderNumber=number)
    found = await data(project, "query($n: String) { order(orderNumber: $n) { id } }", n=number)
    assert found == {"order": {"id": order["id"]}}


async def test_assumed_what_is_not_there_is_null(project: Project) -> None:
    """A resource that is not found is null, without an error [memory]."""
    unknown = "00000000-0000-4000-8000-000000000000"
    query = """query($id: String!, $key: String!) { order(id: $id) { id } state(key: $key) { id } message(id: $id) { id }
      customObject(container: $key, key: $key) { id } }"""
    found = await data(project, query, id=unknown, key=project.unique("nobody"))
    assert found == {"order": None, "state": None, "message": None, "customObject": None}


async def test_orders_are_queried(project: Project) -> None:
    """Predicate, sort, limit and offset as in REST; the total is always there."""
    email = f"{project.unique('buyer')}@acme.example"
    for n in (2, 1, 3):
        await import_order(project, customerEmail=email, purchaseOrderNumber=str(n))
    where = f'customerEmail = "{email}"'
    await project.eventually(lambda: project.query("/orders", where), lambda found: len(found) == 3)
    query = """query($where: String, $sort: [String!], $limit: Int, $offset: Int) {
      orders(where: $where, sort: $sort, limit: $limit, offset: $offset) {
        offset count total exists results { purchaseOrderNumber } } }"""
    found = (await data(project, query, where=where, sort=["purchaseOrderNumber asc"], limit=2, offset=1))[
        "orders"
    ]
    numbers = [order["purchaseOrderNumber"] for order in found.pop("results")]
    assert numbers == ["2", "3"]
    assert found == {"offset": 1, "count": 2, "total": 3, "exists": True}
    nothing = (await data(project, query, where=f"{where} and version = 99"))["orders"]
    assert nothing == {"offset": 0, "count": 0, "total": 0, "exists": False, "results": []}


async def test_states_tell_final_from_unset(project: Project) -> None:
    """`transitionsRef` is null where transitions are not set and `[]` in a final state."""
    unset, final = await create_state(project), await create_state(project, transitions=[])
    keys = f'key in ("{unset["key"]}", "{final["key"]}")'
    await project.eventually(lambda: project.query("/states", keys), lambda found: len(found) == 2)
    query = """query($where: String) { states(where: $where) { results {
      key builtIn roles transitionsRef { id } transitions { key } } } }"""
    found = {
        state.pop("key"): state for state in (await data(project, query, where=keys))["states"]["results"]
    }
    assert found[unset["key"]] == {"builtIn": False, "roles": [], "transitionsRef": None, "transitions": None}
    assert found[final["key"]] == {"builtIn": False, "roles": [], "transitionsRef": [], "transitions": []}


async def test_a_state_is_read_by_id_and_key(project: Project) -> None:
    """Names come by locale, or all of them."""
    state = await create_state(project, name={"en": "Pending", "de": "Wartend"})
    query = """query($id: String, $key: String) { state(id: $id, key: $key) {
      id version key name(locale: "de") nameAllLocales { locale value } initial type } }"""
    by_id = (await data(project, query, id=state["id"]))["state"]
    assert by_id == (await data(project, query, key=state["key"]))["state"]
    assert (by_id["id"], by_id["version"], by_id["name"]) == (state["id"], 1, "Wartend")
    assert {"locale": "en", "value": "Pending"} in by_id["nameAllLocales"]


@pytest.mark.usefixtures("messages_enabled")
async def test_messages_have_their_payload(project: Project) -> None:
    """The payload is told by its type, with references and what they refer to."""
    order, state = await order_in_state(project)
    (target,) = state["transitions"]
    move = {"action": "transitionState", "state": target}
    await project.update("/orders", order, move, {"action": "changeOrderState", "orderState": "Confirmed"})
    messages = await messages_of(project, order, at_least=3)
    query = """query($where: String) { messages(where: $where, sort: ["sequenceNumber asc"]) { total results {
      id type sequenceNumber resourceVersion resourceRef { id typeId } userProvidedIdentifiers { orderNumber }
      payload { __typename type
        ... on OrderStateTransition { force state { id } oldState { id } stateRef { id } oldStateRef { id } }
        ... on OrderStateChanged { orderState oldOrderState }
        ... on OrderImported { order { id } } } } } }"""
    found = (await data(project, query, where=f'resource(id = "{order["id"]}")'))["messages"]
    assert found["total"] == 3
    assert [m["id"] for m in found["results"]] == [m["id"] for m in messages]
    imported, transition, change = (message["payload"] for message in found["results"])
    assert imported == {"__typename": "OrderImported", "type": "OrderImported", "order": {"id": order["id"]}}
    assert (transition["stateRef"], transition["oldStateRef"]) == ({"id": target["id"]}, {"id": state["id"]})
    assert (transition["state"], transition["force"]) == ({"id": target["id"]}, False)
    assert (change["orderState"], change["oldOrderState"]) == ("Confirmed", "Open")
    assert found["results"][0]["resourceRef"] == reference("order", order)
    assert found["results"][0]["userProvidedIdentifiers"] == {"orderNumber": order["orderNumber"]}
    single = await data(project, "query($id: String) { message(id: $id) { type } }", id=messages[1]["id"])
    assert single == {"message": {"type": "OrderStateTransition"}}


async def test_a_malformed_predicate_is_an_invalid_input(project: Project) -> None:
    """Since 2026-01-29 InvalidInput answers 400, with the same GraphQL body."""
    answer = await post(project, '{ orders(where: "orderState =") { total } }')
    error_of(answer, "InvalidInput", 400)


@pytest.mark.parametrize("query", ["{ orders { total }", "{ orders { totl } }", "{ oders { total } }", ""])
async def test_assumed_a_wrong_document_is_refused(project: Project, query: str) -> None:
    """Syntax and validation errors answer 400 with errors and no data [memory]."""
    answer = await post(project, query)
    assert answer.status_code == 400
    body = answer.json()
    assert body.get("data") is None
    assert body["errors"]


async def test_assumed_a_call_without_a_token_is_refused_as_in_rest(target: Target) -> None:
    """Authentication fails before GraphQL begins [memory]."""
    async with target.anonymous() as http:
        headers = {"Authorization": "Bearer none-such"}
        answer = await http.post(
            f"/{target.project_key}/graphql", json={"query": "{ __typename }"}, headers=headers
        )
    refused(answer, 401, "invalid_token")


async def test_assumed_each_field_needs_the_scope_of_its_resource(target: Target, project: Project) -> None:
    """GraphQL has no scope of its own: who may view states sees states and no orders [memory]."""
    async with target.anonymous() as http:
        if (await target.fetch_token(http, f"view_states:{target.project_key}")).status_code == 400:
            pytest.skip("this API client cannot be given view_states alone")
    order = await import_order(project)
    async with target.project(f"view_states:{target.project_key}") as viewer:
        assert (await data(viewer, "{ states(limit: 1) { count } }"))["states"]
        answer = await post(viewer, "query($id: String) { order(id: $id) { orderNumber } }", id=order["id"])
        assert order["orderNumber"] not in answer.text
        assert answer.json()["errors"]


async def test_one_of_several_operations_is_chosen_by_name(project: Project) -> None:
    """`operationName` says which; aliases and fragments work as ever."""
    query = """query One { a: __typename } query Two { b: states(limit: 0) { ...page } }
      fragment page on StateQueryResult { count }"""
    answer = await project.post("/graphql", {"query": query, "operationName": "Two"})
    assert answer.json()["data"] == {"b": {"count": 0}}
