"""Our requests are what commercetools' official definition asks for, and the sandbox's answers are understood."""

from datetime import UTC, datetime

import httpx
import pytest

from clients import drafts
from clients.correlation import correlation_id
from clients.errors import (
    ConcurrentModification,
    DuplicateField,
    InvalidInput,
    InvalidOperation,
    NotFound,
    ReferencedResourceNotFound,
)
from tests.clients.peer import Peer, account, ok
from tests.clients.sandboxed import MACHINE, Sandboxed, drafted
from tests.official.transport import validating

APPROVE = (drafts.transition_state("Approved"), drafts.change_order_state("Confirmed"))


async def test_states_are_provisioned_as_declared(here: Sandboxed) -> None:
    """What was declared is what is read back: initial, final, and the ways between."""
    found = {state.id: state for state in await here.ours.states("OrderState")}
    keys = {state.id: state.key for state in found.values()}
    read = {
        state.key: (state.initial, tuple(keys[one] for one in state.transitions or ()))
        for state in found.values()
    }
    assert read == {state.key: (state.initial, state.targets) for state in MACHINE.states}
    pending = await here.ours.state("PendingApproval")
    assert pending is not None
    assert pending.name == {"en": "Pending"}
    assert "Initial" in {state.key for state in await here.ours.states()}


async def test_what_states_refuse_is_typed(here: Sandboxed) -> None:
    """A taken key, a change that is none, an unknown follower, a stale version."""
    pending = await here.ours.state("PendingApproval")
    assert pending is not None
    with pytest.raises(DuplicateField) as raised:
        await here.ours.create_state(drafted(MACHINE.states[0]))
    assert raised.value.field == "key"
    with pytest.raises(InvalidOperation):
        await here.ours.update_state(pending.id, pending.version, [drafts.change_initial(initial=True)])
    with pytest.raises(ReferencedResourceNotFound):
        await here.ours.update_state(pending.id, pending.version, [drafts.set_transitions(["Nowhere"])])
    with pytest.raises(ConcurrentModification) as conflict:
        await here.ours.update_state(pending.id, pending.version - 1, [drafts.set_transitions([])])
    assert conflict.value.current_version == pending.version


async def test_an_order_is_approved_in_one_update(here: Sandboxed) -> None:
    """It enters, is approved and confirmed at once; who did it for whom can be read afterwards."""
    order = await here.order()
    assert (order.state, order.order_state, order.last_modified_by) == (None, "Open", "shop")
    assert order.content.requester.customer_email == "buyer@acme.example"
    assert order.content.shipping_address is not None
    assert order.content.shipping_address.po_box == "12"
    enter = drafts.transition_state("PendingApproval")
    done = await here.ours.update_order(order.id, order.version, [enter, *APPROVE], external_user="ana")
    assert (done.state, done.order_state, done.last_modified_by) == ("Approved", "Confirmed", "placet")
    assert done.content.digest == order.content.digest
    last = await here.ours.last_transition(order.id)
    assert last is not None
    assert (last.state_key, last.client_id, last.external_user, last.forced) == (
        "Approved",
        "placet",
        "ana",
        False,
    )
    assert await here.ours.order(order.id) == done


async def test_the_journal_knows_our_writes(here: Sandboxed) -> None:
    """The correlation id and the person are on the other side's record."""
    order = await here.order()
    mark = correlation_id.set("order/1/run/activity-7")
    try:
        enter = drafts.transition_state("PendingApproval")
        await here.ours.update_order(order.id, order.version, [enter], external_user="ana")
    finally:
        correlation_id.reset(mark)
    url = "http://sandbox/sandbox/journal"
    entry = (await here.http.get(url, params={"resourceId": order.id})).json()[-1]
    assert (entry["clientId"], entry["externalUserId"]) == ("placet", "ana")
    assert entry["correlationId"] == "order/1/run/activity-7"
    assert (entry["versionBefore"], entry["versionAfter"]) == (order.version, order.version + 1)


async def test_what_orders_refuse_is_typed(here: Sandboxed) -> None:
    """A forbidden move leaves the order as it was; so does a stale version; an absent order is no conflict."""
    order = await here.order()
    with pytest.raises(InvalidOperation):
        await here.ours.update_order(order.id, order.version, APPROVE)
    with pytest.raises(ConcurrentModification) as conflict:
        await here.ours.update_order(order.id, order.version + 1, APPROVE)
    assert conflict.value.current_version == order.version
    assert await here.ours.order(order.id) == order
    with pytest.raises(NotFound):
        await here.ours.update_order("2b7f0c0e-0000-4000-8000-000000000001", 1, APPROVE)
    with pytest.raises(DuplicateField) as taken:
        await here.order()
    assert taken.value.field == "orderNumber"


async def test_orders_are_found(here: Sandboxed) -> None:
    """By id, by a number that needs encoding, by predicate with variables, and all of them in pages."""
    orders = [await here.order(f"A/B {n}") for n in range(5)]
    assert await here.ours.order(orders[0].id) == orders[0]
    assert await here.ours.order_by_number("A/B 3") == orders[3]
    assert await here.ours.order_by_number("A/B 9") is None
    assert await here.ours.order("2b7f0c0e-0000-4000-8000-000000000001") is None
    wanted = {"numbers": ["A/B 1", "A/B 2"], "open": "Open"}
    found = await here.ours.orders("orderNumber in :numbers and orderState = :open", wanted)
    assert found == orders[1:3]
    assert len(await here.ours.orders(limit=3)) == 3
    paged = [order async for order in here.ours.every_order('orderState="Open"', page_size=2)]
    assert sorted(order.id for order in paged) == sorted(order.id for order in orders)
    with pytest.raises(InvalidInput):
        await here.ours.orders("orderNumber = ")


async def test_a_group_comes_with_its_key(here: Sandboxed) -> None:
    """The order's group is resolved by expansion, or by asking for it."""
    group = await here.ours._session.call("POST", "customer-groups", body={"groupName": "New", "key": "new"})
    order = await here.order(customerGroup={"typeId": "customer-group", "id": group["id"]})
    read = await here.ours.order(order.id)
    assert read is not None
    assert read.content.customer_group is not None
    assert (read.content.customer_group.id, read.content.customer_group.key) == (group["id"], "new")
    assert await here.ours.customer_group(group["id"]) == "new"
    assert await here.ours.customer_group("2b7f0c0e-0000-4000-8000-000000000001") is None


async def test_fulfilment_and_returns_are_written(here: Sandboxed) -> None:
    """Delivery, parcel, tracking, line states, shipment, payment and return go in as built."""
    rate = {"price": {"currencyCode": "EUR", "centAmount": 500}, "tiers": []}
    shipping = {"shippingMethodName": "Post", "price": rate["price"], "shippingRate": rate}
    shipped = drafts.state_draft("li-shipped", type_="LineItemState", initial=False, transitions=())
    await here.ours.create_state(shipped)
    order = await here.order(shippingInfo=shipping)
    assert (order.content.shipping_method, str(order.content.shipping_price)) == ("Post", "EUR 5.00")
    (line,) = order.content.lines
    order = await here.ours.update_order(
        order.id,
        order.version,
        [
            drafts.add_delivery("dlv-1", {line.id: 1}, parcel_key="pcl-1", tracking={"trackingId": "1Z"}),
            drafts.add_parcel("dlv-1", "pcl-2", {line.id: 1}, tracking={"carrier": "DHL"}),
            drafts.set_parcel_tracking("pcl-2", {"trackingId": "2Z", "provider": "P"}),
            drafts.transition_line_item_state(line.id, 1, "Initial", "li-shipped", custom=True),
            drafts.change_shipment_state("Partial"),
            drafts.change_payment_state("Paid"),
        ],
    )
    item = drafts.return_item(line.id, 1, "Returned", key="ri-1", custom=True)
    now = datetime.now(UTC)
    order = await here.ours.update_order(
        order.id, order.version, [drafts.add_return([item], tracking_id="R-1", date=now)]
    )
    await here.ours.update_order(
        order.id,
        order.version,
        [
            drafts.set_return_shipment_state("ri-1", "Unusable"),
            drafts.set_return_payment_state("ri-1", "Refunded"),
            drafts.change_shipment_state("Canceled"),
        ],
    )
    document = await here.ours._session.call("GET", f"orders/{order.id}")
    parcels = document["shippingInfo"]["deliveries"][0]["parcels"]
    assert [parcel["trackingData"]["trackingId"] for parcel in parcels] == ["1Z", "2Z"]
    assert (document["shipmentState"], document["paymentState"]) == ("Canceled", "Paid")
    returned = document["returnInfo"][0]["items"][0]
    assert (returned["shipmentState"], returned["paymentState"]) == ("Unusable", "Refunded")


async def test_custom_objects_lock(here: Sandboxed) -> None:
    """Nought creates once, a version replaces once, none replaces always."""
    ours = here.ours
    assert await ours.custom_object("placet-audit", "o1") is None
    first = await ours.put_custom_object("placet-audit", "o1", {"seq": 1, "none": None}, 0)
    assert (first.version, first.value) == (1, {"seq": 1})
    with pytest.raises(ConcurrentModification):
        await ours.put_custom_object("placet-audit", "o1", {"seq": 1}, 0)
    second = await ours.put_custom_object("placet-audit", "o1", {"seq": 2}, 1)
    with pytest.raises(ConcurrentModification) as conflict:
        await ours.put_custom_object("placet-audit", "o1", {"seq": 3}, 1)
    assert conflict.value.current_version == second.version
    third = await ours.put_custom_object("placet-audit", "o1", {"seq": 3})
    assert await ours.custom_object("placet-audit", "o1") == third
    await ours.put_custom_object("placet-audit", "o2", {}, 0)
    assert [one.key for one in await ours.custom_objects("placet-audit")] == ["o1", "o2"]
    assert [one.key for one in await ours.custom_objects("placet-audit", "key > :k", {"k": "o1"})] == ["o2"]


async def test_messages_tell_what_happened(here: Sandboxed) -> None:
    """They are found by predicate and by id; the created order's payload reads as the order itself."""
    order = await here.order()
    found = await here.ours.messages('resource(typeId="order" and id=:order)', {"order": order.id})
    assert [message.type for message in found] == ["OrderImported"]
    assert await here.ours.message(found[0].id) == found[0]
    assert await here.ours.message("2b7f0c0e-0000-4000-8000-000000000001") is None
    assert found[0].payload["order"]["id"] == order.id
    assert (found[0].client_id, found[0].resource.id) == ("shop", order.id)
    assert await here.ours.last_transition(order.id) is None


async def test_the_project_is_set_up(here: Sandboxed) -> None:
    """Messages, types and subscriptions are there afterwards, and asking again finds them."""
    ours = here.ours
    settings = await ours.project()
    changed = await ours.configure_messages(settings.version, enabled=True, delete_days=30)
    assert (changed.messages.enabled, changed.messages.delete_days_after_creation) == (True, 30)
    definition = {"name": "approver", "type": {"name": "String"}, "label": {"en": "A"}, "required": False}
    named = {
        "key": "placet",
        "name": {"en": "Placet"},
        "resourceTypeIds": ["order"],
        "fieldDefinitions": [definition],
    }
    created = await ours.create_type(drafts.type_draft(named))
    assert await ours.type_("placet") == created
    assert await ours.type_("other") is None
    destination = {"type": "EventGrid", "uri": "http://edge/subscriptions", "accessKey": "a-token"}
    draft = drafts.subscription_draft("placet", destination, ["OrderCreated"], cloud_events=True)
    subscription = await ours.create_subscription(draft)
    assert await ours.subscription("placet") == subscription
    action = drafts.set_subscribed_messages(["OrderCreated", "OrderImported"])
    updated = await ours.update_subscription(subscription.id, subscription.version, [action])
    assert updated.messages[0].types == ("OrderCreated", "OrderImported")
    with pytest.raises(InvalidInput):
        undeliverable = {"type": "GoogleCloudPubSub", "projectId": "p", "topic": "t"}
        await ours.create_subscription(drafts.subscription_draft("other", undeliverable, ["OrderCreated"]))


async def test_an_extension_is_asked_for_as_documented() -> None:
    """The request is held to the definition; a small peer answers it, because the sandbox would be called for each order."""
    draft = drafts.extension_draft(
        "guard", "https://x/extensions/order", "Bearer t", condition='a="b"', timeout_ms=500
    )
    extension = {"id": "e", "version": 1, "key": "guard", "destination": {}, "triggers": []}
    peer = Peer(ok(extension, 201))
    http = httpx.AsyncClient(transport=validating(httpx.MockTransport(peer), answers=False))
    client = type(peer.commercetools())(account(), http)
    assert (await client.create_extension(draft)).key == "guard"


async def test_graphql_reads_and_writes(here: Sandboxed) -> None:
    """The same order by GraphQL, and the same conflict."""
    order = await here.order()
    read = "query($id: String!) { order(id: $id) { version state { key } } }"
    assert await here.ours.graphql(read, {"id": order.id}) == {
        "order": {"version": order.version, "state": None}
    }
    write = """mutation($id: String!, $v: Long!, $key: String!) {
        updateOrder(id: $id, version: $v, actions: [{transitionState: {state: {typeId: "state", key: $key}}}]) {
          state { key } } }"""
    variables = {"id": order.id, "v": order.version, "key": "PendingApproval"}
    data = await here.ours.graphql(write, variables)
    assert data["updateOrder"]["state"] == {"key": "PendingApproval"}
    with pytest.raises(ConcurrentModification) as conflict:
        await here.ours.graphql(write, variables)
    assert conflict.value.current_version == order.version + 1
