"""How the API says no (section 1.8)."""

import re

import pytest

from tests.contract.drafts import create_state, import_order, money, order_draft, reference, state_draft
from tests.contract.project import Json, Project, answered, refused
from tests.official.transport import OFF_DEFINITION


@pytest.mark.parametrize("content", [b"{", b"", b"nothing", b'{"key": }', b"\xff"], ids=repr)
@pytest.mark.parametrize("path", ["/states", "/orders/import", "/custom-objects"])
async def test_a_body_that_is_no_json_is_refused(project: Project, path: str, content: bytes) -> None:
    """InvalidJsonInput with its fixed message and a detail."""
    headers = {"Content-Type": "application/json"}
    url = f"/{project.key}{path}"
    answer = await project.http.post(url, content=content, headers=headers, extensions=OFF_DEFINITION)
    error = refused(answer, 400, "InvalidJsonInput")
    assert error["message"] == "Request body does not contain valid JSON."
    assert error["detailedErrorMessage"]


@pytest.mark.parametrize("body", [[], "text", 7, None, True], ids=repr)
@pytest.mark.parametrize("path", ["/states", "/orders/import", "/orders", "/custom-objects", "/types"])
async def test_a_body_that_is_no_object_is_refused(project: Project, path: str, body: object) -> None:
    """400, whatever JSON stands there instead of a draft."""
    url = f"/{project.key}{path}"
    assert (await project.http.post(url, json=body, extensions=OFF_DEFINITION)).status_code == 400


@pytest.mark.parametrize("field", ["key", "type"])
async def test_assumed_a_missing_field_is_named(project: Project, field: str) -> None:
    """RequiredField names what is missing, in its extra field and in its message."""
    draft = state_draft(project)
    del draft[field]
    error = refused(await project.post("/states", draft, off_definition=True), 400, "RequiredField")
    assert error["field"] == field
    assert re.fullmatch(f"A value is required for field '?{field}'?[.]", error["message"])


WRONG: dict[str, tuple[str, Json]] = {
    "an unknown type of state": ("/states", {"type": "OrderMood"}),
    "a text where a truth value is due": ("/states", {"initial": "yes"}),
    "a number where a text is due": ("/states", {"key": 7}),
    "an object where a list is due": ("/states", {"transitions": {}}),
    "an unknown order state": ("/orders/import", {"orderState": "Approved"}),
    "money without a currency": ("/orders/import", {"totalPrice": {"centAmount": 5}}),
    "a text where an amount is due": ("/orders/import", {"totalPrice": money(1) | {"centAmount": "5"}}),
    "half a cent": ("/orders/import", {"totalPrice": money(1) | {"centAmount": 0.5}}),
    "an address without a country": ("/orders/import", {"shippingAddress": {"city": "Berlin"}}),
    "a reference of another type": ("/orders/import", {"state": {"typeId": "cart", "id": "x"}}),
    "an item that is none": ("/orders/import", {"customLineItems": ["pump"]}),
    "a moment that is none": ("/orders/import", {"completedAt": "soon"}),
}


@pytest.mark.parametrize(("path", "wrong"), WRONG.values(), ids=WRONG.keys())
async def test_a_value_of_the_wrong_type_is_refused(project: Project, path: str, wrong: Json) -> None:
    """400 with one of the codes for malformed input; nothing is made."""
    draft = (state_draft(project) if path == "/states" else order_draft(project)) | wrong
    answer = await project.post(path, draft, off_definition=True)
    code = answered(answer, 400)["errors"][0]["code"]
    assert code in ("InvalidField", "InvalidJsonInput", "RequiredField", "InvalidInput")


async def test_id_and_key_together_are_refused(project: Project) -> None:
    """A ResourceIdentifier has one or the other: InvalidJsonInput."""
    state = await create_state(project)
    order = await import_order(project)
    both = reference("state", state) | {"key": state["key"]}
    answer = await project.attempt("/orders", order, {"action": "transitionState", "state": both})
    refused(answer, 400, "InvalidJsonInput")
    refused(await project.post("/states", state_draft(project, transitions=[both])), 400, "InvalidJsonInput")


async def test_assumed_neither_id_nor_key_is_refused(project: Project) -> None:
    """A ResourceIdentifier that names nothing: 400."""
    order = await import_order(project)
    answer = await project.attempt(
        "/orders", order, {"action": "transitionState", "state": {"typeId": "state"}}
    )
    assert answer.status_code == 400


BODIES: dict[str, Json] = {
    "no version": {"actions": []},
    "no actions": {"version": 1},
    "a version that is a text": {"version": "1", "actions": []},
    "actions that are no list": {"version": 1, "actions": {}},
    "an action without a name": {"version": 1, "actions": [{}]},
    "an action that is unknown": {"version": 1, "actions": [{"action": "bless"}]},
    "an action that is no object": {"version": 1, "actions": ["bless"]},
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
@pytest.mark.parametrize("kind", ["states", "orders"])
async def test_a_malformed_update_is_refused(project: Project, kind: str, body: Json) -> None:
    """400, and the resource stays as it is."""
    made = await (create_state(project) if kind == "states" else import_order(project))
    path = f"/{kind}/{made['id']}"
    assert (await project.post(path, body, off_definition=True)).status_code == 400
    assert await project.read(path) == made


async def test_assumed_no_more_than_500_actions(project: Project) -> None:
    """A request has at most 500 actions [memory]."""
    state = await create_state(project)
    names = [{"action": "setName", "name": {"en": str(n)}} for n in range(501)]
    assert (await project.attempt("/states", state, *names)).status_code == 400
    changed = await project.update("/states", state, *names[:500])
    assert changed["name"] == {"en": "499"}


async def test_a_path_that_is_none_is_not_found(project: Project) -> None:
    """404 for what the API does not have."""
    answer = await project.get("/states/key=")
    assert answer.status_code in (400, 404)
