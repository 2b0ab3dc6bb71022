"""Reference expansion: `expand` puts the resource into the reference (section 1.6)."""

from tests.contract.drafts import by_key, cart_draft, create_state, import_order, reference, type_draft
from tests.contract.project import Json, Project, answered


async def order_in_state(project: Project) -> tuple[Json, Json]:
    """An order and the state it is in."""
    state = await create_state(project)
    return await import_order(project, state=reference("state", state)), state


async def test_a_reference_is_plain_unless_asked(project: Project) -> None:
    """Without `expand` there is no object in the reference."""
    order, _ = await order_in_state(project)
    assert "obj" not in order["state"]
    assert "obj" not in (await project.read(f"/orders/{order['id']}"))["state"]


async def test_the_state_is_expanded_on_read(project: Project) -> None:
    """By id and by number; the rest of the order stays as it is."""
    order, state = await order_in_state(project)
    for path in (f"/orders/{order['id']}", f"/orders/order-number={order['orderNumber']}"):
        expanded = await project.read(path, {"expand": "state"})
        assert expanded["state"] == reference("state", state) | {"obj": state}
        assert expanded | {"state": order["state"]} == order


async def test_expansion_is_not_stored(project: Project) -> None:
    """What was expanded once is a plain reference the next time."""
    order, _ = await order_in_state(project)
    await project.read(f"/orders/{order['id']}", {"expand": "state"})
    assert await project.read(f"/orders/{order['id']}") == order


async def test_results_of_a_query_are_expanded(project: Project) -> None:
    """Each of them."""
    order, state = await order_in_state(project)
    where = f'id = "{order["id"]}"'
    found = await project.eventually(lambda: project.query("/orders", where, expand="state"), bool)
    assert [result["state"]["obj"] for result in found] == [state]


async def test_create_and_update_expand_their_answer(project: Project) -> None:
    """The answer of a write may be expanded like that of a read."""
    state = await create_state(project)
    cart = await project.create("/carts", cart_draft(project))
    draft = {"cart": reference("cart", cart), "version": cart["version"], "state": by_key("state", state)}
    answer = await project.request("POST", "/orders", body=draft, params={"expand": "state"})
    order = answered(answer, 201)
    project.remember("/orders", order)
    assert order["state"]["obj"] == state
    body = {"version": 1, "actions": [{"action": "changeOrderState", "orderState": "Confirmed"}]}
    answer = await project.request("POST", f"/orders/{order['id']}", body=body, params={"expand": "state"})
    assert answered(answer, 200)["state"]["obj"] == state


async def test_elements_of_lists_are_expanded(project: Project) -> None:
    """`[*]` means every element; several paths may be asked for."""
    initial = await project.read("/states/key=Initial")
    type_ = await project.create("/types", type_draft(project))
    order = await import_order(project, custom={"type": by_key("type", type_), "fields": {}})
    paths = ["customLineItems[*].state[*].state", "custom.type"]
    expanded = await project.read(f"/orders/{order['id']}", {"expand": paths})
    assert expanded["customLineItems"][0]["state"][0]["state"]["obj"] == initial
    assert expanded["custom"]["type"]["obj"] == type_


async def test_the_transitions_of_a_state_are_expanded(project: Project) -> None:
    """References inside states expand as well, and further in from there."""
    last = await create_state(project)
    target = await create_state(project, transitions=[reference("state", last)])
    state = await create_state(project, transitions=[reference("state", target)])
    expanded = await project.read(f"/states/{state['id']}", {"expand": "transitions[*]"})
    assert expanded["transitions"] == [reference("state", target) | {"obj": target}]
    expanded = await project.read(f"/states/{state['id']}", {"expand": "transitions[*].transitions[*]"})
    assert expanded["transitions"][0]["obj"]["transitions"][0]["obj"] == last


async def test_assumed_a_path_to_nothing_changes_nothing(project: Project) -> None:
    """A path that leads nowhere, or to no reference, is passed over."""
    order, _ = await order_in_state(project)
    for path in ("orderNumber", "nothing.at.all", "cart"):
        assert await project.read(f"/orders/{order['id']}", {"expand": path}) == order
