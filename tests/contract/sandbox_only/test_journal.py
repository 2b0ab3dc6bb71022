"""The journal: every accepted write, for independent checks (DESIGN 4.7)."""

from tests.contract.drafts import cart_draft, create_state, import_order, reference
from tests.contract.project import answered
from tests.contract.sandbox_only.conftest import Sandbox

CONFIRM = {"action": "changeOrderState", "orderState": "Confirmed"}


async def test_a_write_is_in_the_journal(sandbox: Sandbox) -> None:
    """When, what, by which client and external user, the correlation id, the version before and after."""
    project = sandbox.project
    order = await import_order(project)
    headers = {"X-External-User-ID": "ana", "X-Correlation-ID": "contract-12345678"}
    body = {"version": 1, "actions": [CONFIRM]}
    changed = answered(
        await project.request("POST", f"/orders/{order['id']}", body=body, headers=headers), 200
    )
    created, updated = await sandbox.journal()
    assert created["resource"] == updated["resource"] == reference("order", order)
    assert updated["clientId"] == "placet"
    assert updated["externalUserId"] == "ana"
    assert updated["correlationId"] == "contract-12345678"
    assert (updated["versionBefore"], updated["versionAfter"]) == (1, changed["version"])
    assert created["versionAfter"] == 1
    assert not created.get("versionBefore")
    assert created["at"] <= updated["at"]


async def test_what_was_refused_is_not_in_the_journal(sandbox: Sandbox) -> None:
    """Reads, conflicts and invalid requests leave no entry."""
    project = sandbox.project
    order = await import_order(project)
    before = await sandbox.journal()
    await project.read(f"/orders/{order['id']}")
    await project.attempt("/orders", order | {"version": 9}, CONFIRM)
    await project.attempt("/orders", order, CONFIRM, {"action": "removeDelivery", "deliveryId": "none"})
    await project.get("/states/key=nobody")
    assert await sandbox.journal() == before


async def test_an_order_from_a_cart_writes_two_resources(sandbox: Sandbox) -> None:
    """The order's creation and the cart's change stand in the journal together."""
    project = sandbox.project
    cart = await project.create("/carts", cart_draft(project))
    order = await project.create("/orders", {"cart": reference("cart", cart), "version": 1})
    written = [entry["resource"] for entry in await sandbox.journal()]
    assert written[0] == reference("cart", cart)
    assert sorted(written[1:], key=str) == sorted(
        [reference("cart", cart), reference("order", order)], key=str
    )


async def test_deletes_and_custom_objects_are_in_the_journal(sandbox: Sandbox) -> None:
    """Whatever is written, not only orders."""
    project = sandbox.project
    state = await create_state(project)
    await project.delete(f"/states/{state['id']}", 1)
    made = answered(await project.post("/custom-objects", {"container": "c", "key": "k", "value": 1}), 201)
    resources = [entry["resource"] for entry in await sandbox.journal()]
    assert resources == [
        reference("state", state),
        reference("state", state),
        reference("key-value-document", made),
    ]


async def test_a_reset_forgets(sandbox: Sandbox) -> None:
    """No orders, no journal, no faults; the built-in state is there again and the token still good."""
    project = sandbox.project
    order = await import_order(project)
    await sandbox.inject({"kind": "rateLimit", "path": "^/nowhere"})
    assert (await project.http.post("/sandbox/reset")).is_success
    assert (await project.get(f"/orders/{order['id']}")).status_code == 404
    assert await sandbox.journal() == []
    assert await sandbox.faults() == []
    assert (await project.read("/states/key=Initial"))["builtIn"] is True
