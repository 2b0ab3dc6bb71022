"""What routing reads beside the order: only what the policy asks for, and only that is pinned and travels."""

from typing import Any

from temporalio.testing import ActivityEnvironment

from activities.orders import OrderActivities
from activities.records import Records
from activities.requests import RouteRequest, Routing
from domain.policy import Condition, Policy, Rule
from tests.clients.documents import ORDER_ID, STATE_ID, order
from tests.clients.peer import Peer, ok, refused
from tests.workflows.drafts import shipped

CUSTOM = {
    "type": {"typeId": "type", "id": "t"},
    "fields": {"costCenter": "4711", "homeAddress": "a secret"},
}
PENDING = {"typeId": "state", "id": STATE_ID, "obj": {"id": STATE_ID, "key": "PendingApproval"}}
UNIT = {
    "key": "acme",
    "associates": [
        {
            "customer": {"typeId": "customer", "id": "c1"},
            "associateRoleAssignments": [{"associateRole": {"typeId": "associate-role", "key": "buyer"}}],
        }
    ],
}


async def routed(condition: dict[str, Any], *answers: Any) -> tuple[Routing, Peer]:
    """The order under a policy that asks this and approves it, else holds it."""
    loaded, peer = shipped(), Peer(ok(order(custom=CUSTOM, state=PENDING)), *answers)
    policy = Policy(rules=(Rule(rule="asked", why="because", when=Condition.model_validate(condition)),))
    ours = peer.commercetools()
    activities = OrderActivities(ours, Records(ours), loaded.machine, policy, loaded.directory)
    request = RouteRequest(order_id=ORDER_ID, known_state="PendingApproval")
    return await ActivityEnvironment().run(activities.route_order, request), peer


async def test_a_custom_field_that_the_policy_asks_for() -> None:
    """Read with the order in the one request; no other field travels."""
    routing, peer = await routed({"custom": {"field": "costCenter", "is": "4711"}})
    assert routing.route is not None
    assert routing.route.automatic
    assert routing.route.evidence is not None
    assert routing.route.evidence.custom == {"costCenter": "4711"}
    assert len(peer.requests) == 1
    assert "secret" not in routing.model_dump_json()


async def test_roles_are_read_where_the_policy_asks_for_them() -> None:
    """One request more, of the order's business unit; the requester's roles are pinned, nobody else's."""
    routing, peer = await routed({"requesterRole": "buyer"}, ok(UNIT))
    assert [request.url.path.rsplit("/", 2)[-2:] for request in peer.requests] == [
        ["orders", ORDER_ID],
        ["business-units", "key=acme"],
    ]
    assert routing.route is not None
    assert routing.route.automatic
    assert routing.route.evidence is not None
    assert routing.route.evidence.requester_roles == ("buyer",)


async def test_a_business_unit_that_is_not_there_holds() -> None:
    """Nobody knows who has the role: the order waits for a person."""
    routing, _ = await routed({"requesterRole": "buyer"}, refused(404, "ResourceNotFound"))
    assert routing.route is not None
    assert routing.route.held == "the requester's roles in acme are not known"


async def test_a_policy_that_asks_for_nothing_reads_nothing() -> None:
    """The shipped kind: one request, nothing pinned, no field of the order beside its content."""
    routing, peer = await routed({"atLeast": "EUR 1.00"})
    assert len(peer.requests) == 1
    assert routing.route is not None
    assert routing.route.evidence is None
    assert routing.order is not None
    assert "costCenter" not in routing.model_dump_json()
