"""The split that a release brings along, and what it does where it could not be made."""

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.orders import OrderActivities
from activities.records import Records
from activities.requests import MoveOutcome, Moves, ReleaseRequest, SplitRequest
from activities.splitting import SplittingActivities
from domain.logistic_order import CUSTOM_OBJECT
from domain.order import Order
from domain.splitting import SplitRule, SplittingRules, SplitWhen
from tests.activities.desk import Desk

BY_TYPE = SplittingRules(
    rules=(SplitRule(rule="pumps", when=SplitWhen(product_type=("pump",)), provider="north"),)
)


async def released(here: Desk, order: Order, rules: SplittingRules | None = None) -> Moves:
    """The activity `release_order` under these rules."""
    loaded = here.configuration
    splitting = SplittingActivities(here.ours, rules) if rules is not None else None
    activities = OrderActivities(
        here.ours,
        Records(here.ours),
        loaded.machine,
        loaded.policy,
        loaded.directory,
        None,
        splitting,
    )
    request = ReleaseRequest(order_id=order.id, digest=order.content.digest, known_state=order.state)
    return await ActivityEnvironment().run(activities.release_order, request)


async def test_everything_is_one_custom_object(here: Desk) -> None:
    """Without rules of one's own; with the quantities that it was made with."""
    order = await here.place(state="PendingApproval")
    moves = await released(here, order)
    assert moves.logistics is not None
    (one,) = moves.logistics.orders
    assert (one.ref, one.provider) == ("ON-1-1", CUSTOM_OBJECT)
    assert one.lines == {line.id: line.quantity for line in order.content.lines}


async def test_a_lost_reply_is_split_all_the_same(here: Desk) -> None:
    """The claim is ours: the next attempt tells of the same logistic orders."""
    order = await here.place(state="PendingApproval")
    first, again = await released(here, order), await released(here, order)
    assert (again.outcome, again.logistics) == (MoveOutcome.MOVED, first.logistics)
    assert len(await here.writes(order)) == 1


async def test_an_edit_after_the_claim_is_not_split(here: Desk) -> None:
    """What was approved is known to the workflow alone."""
    order = await here.place(state="PendingApproval")
    await released(here, order)
    await here.shop_edits(order)
    moves = await released(here, order)
    assert (moves.outcome, moves.logistics, moves.split_again) == (MoveOutcome.MOVED, None, True)


async def test_facts_that_cannot_be_read_hold_the_units(here: Desk) -> None:
    """A line without a product type that anybody knows is nobody's: doubt, and no guess."""
    order = await here.place(state="PendingApproval")
    moves = await released(here, order, BY_TYPE)
    assert moves.logistics is not None
    assert (moves.logistics.orders, len(moves.logistics.held)) == ((), 1)


async def test_an_outage_while_facts_are_read_claims_nothing(here: Desk) -> None:
    """They are read before the claim, so that an order is never claimed and then forgotten."""
    order = await here.place(state="PendingApproval")
    await here.fault("errorBeforeCommit", method="POST", path="^/graphql")
    with pytest.raises(ApplicationError):
        await released(here, order, BY_TYPE)
    assert await here.writes(order) == []


async def test_a_later_part_counts_on(here: Desk) -> None:
    """References go on where they were."""
    order = await here.place()
    rules = here.configuration.splitting
    request = SplitRequest(order_id=order.id, order_number="ON-1", content=order.content, first=3)
    split = await ActivityEnvironment().run(SplittingActivities(here.ours, rules).split_order, request)
    assert [one.ref for one in split.orders] == ["ON-1-3"]
