"""Orders that are approved, automatically or by the people whom policy wants."""

from domain.audit import AuditKind
from domain.decision import Receipt
from domain.phases import Phase
from tests.workflows.scene import Scene


async def test_a_small_order_is_approved_automatically_and_handed_over(here: Scene) -> None:
    """Below the threshold nobody is asked: the order runs through Approved into fulfilment, and says why."""
    order = await here.place(99_999)
    status = await order.until_phase(Phase.IN_FULFILLMENT)
    assert (status.rule, status.decisions) == ("automatic", ())
    assert (await order.there())["orderState"] == "Confirmed"
    assert await order.transitions() == [
        (None, "PendingApproval"),
        ("PendingApproval", "Approved"),
        ("Approved", "InFulfillment"),
    ]
    assert here.inboxes.received == {}


async def test_all_moves_into_fulfilment_are_one_update(here: Scene) -> None:
    """An order without a state enters the machine, is approved and is claimed in one write: nothing comes between."""
    order = await here.place(99_999)
    await order.until_phase(Phase.IN_FULFILLMENT)
    writes = [[action["action"] for action in entry["actions"]] for entry in await here.writes(order.id)]
    assert writes == [["transitionState", "transitionState", "transitionState", "changeOrderState"]]


async def test_an_order_without_a_state_waits_in_pending_approval(here: Scene) -> None:
    """It is moved there before anybody is asked, and so is visible to everybody who looks at commercetools."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    assert await order.transitions() == [(None, "PendingApproval")]
    assert await order.told_moves() == [(None, "PendingApproval")]


async def test_an_order_placed_in_pending_approval_is_not_moved(here: Scene) -> None:
    """The shop may set the first state itself; then there is nothing to write before the decision."""
    order = await here.place(state="PendingApproval")
    await order.until_pending("ana", "ben")
    assert await here.writes(order.id) == []
    assert "transitioned" not in await order.kinds()
    assert "changedOutside" not in await order.kinds()
    await order.decide("ana")
    await order.until_phase(Phase.IN_FULFILLMENT)


async def test_one_manager_approves_and_the_order_is_delivered(here: Scene) -> None:
    """From the first message to Completed: one step, one decision, one hand-over, one event."""
    order = await here.place(150_000)
    status = await order.until_pending("ana", "ben")
    assert (status.revision, status.rule) == (1, "new-customer-or-notable-order")
    receipt = await order.decide("ana", revision=1, comment="fine")
    assert receipt.receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)
    await order.report("completed")
    await order.until_phase(Phase.COMPLETED)
    there = await order.there()
    assert (there["state"], there["orderState"]) == ("Completed", "Complete")
    assert await order.kinds() == [
        "transitioned",
        "routed",
        "requested",
        "decided",
        "transitioned",
        "transitioned",
        "handedOver",
        "fulfillment",
        "progressed",
        "transitioned",
        "closed",
    ]
    assert here.inboxes.of("ana") == here.inboxes.of("ben") == ["requested"]


async def test_the_writes_name_the_approver(here: Scene) -> None:
    """Approval and claim carry the last approver as external user, so that commercetools' own trail names them."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.decide("ben")
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert [w["externalUserId"] for w in await here.writes(order.id)] == [None, "ben"]
    assert [d.get("onBehalfOf") for d in await order.details(AuditKind.TRANSITIONED)] == [None, "ben", "ben"]


async def test_a_large_order_needs_a_manager_and_then_finance(here: Scene) -> None:
    """From EUR 10,000.00 two steps follow one another; the second group is asked once the first has said yes."""
    order = await here.place(1_000_000)
    await order.until_pending("ana", "ben")
    assert here.inboxes.of("cleo") == []
    assert (await order.decide("ben")).step == "manager"
    await order.until_pending("cem", "cleo")
    assert (await order.there())["state"] == "PendingApproval"
    assert (await order.decide("ana")).receipt is Receipt.ALREADY_DECIDED
    assert (await order.decide("cleo")).receipt is Receipt.ACCEPTED
    await order.until_phase(Phase.IN_FULFILLMENT)
    assert [(d.approver, d.step) for d in (await order.status()).decisions or ()] == [
        ("ben", "manager"),
        ("cleo", "finance"),
    ]


async def test_an_order_in_another_currency_goes_to_finance(here: Scene) -> None:
    """No amount decides about an order whose currency the policy has no threshold for."""
    order = await here.place(100, currency="USD")
    status = await order.until_pending("cem", "cleo")
    assert status.rule == "foreign-currency"


async def test_a_new_customers_order_needs_a_manager_whatever_its_value(here: Scene) -> None:
    """The order carries the customer group's id; the policy knows it by its key."""
    order = await here.place(100, customerGroup=await here.group(key="new"))
    status = await order.until_pending("ana", "ben")
    assert status.rule == "new-customer-or-notable-order"
    known = await here.place(100, customerGroup=await here.group(key="gold"))
    await known.until_phase(Phase.IN_FULFILLMENT)


async def test_an_unresolvable_customer_group_holds_the_order(here: Scene) -> None:
    """A group without a key can be neither new nor known: the order waits, with an alarm to the operators."""
    order = await here.place(100, customerGroup=await here.group())
    status = await order.until_alarm("held")
    assert (status.phase, status.pending) == (Phase.PENDING, ())
    assert (await order.there())["state"] == "PendingApproval"
    assert (await order.details(AuditKind.ROUTED))[0]["held"].startswith("the order's customer group")
    await order.until(lambda _: here.inboxes.of("operators") == ["alarm"])


async def test_a_held_order_goes_on_once_its_group_has_a_key(here: Scene) -> None:
    """What a person mends outside is found at the next message about the order: routed afresh, alarm gone."""
    group = await here.group()
    order = await here.place(100, customerGroup=group)
    await order.until_alarm("held")
    mended = {"version": 1, "actions": [{"action": "setKey", "key": "new"}]}
    assert (await here.shop.post(f"/customer-groups/{group['id']}", json=mended)).status_code == 200
    await order.changed()
    status = await order.until_pending("ana", "ben")
    assert (status.alarm, status.revision) == (None, 1)
