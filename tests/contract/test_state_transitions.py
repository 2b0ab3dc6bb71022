"""Moving an order along its custom states: what is allowed, refused and forced (section 2.3)."""

from dataclasses import dataclass
from uuid import uuid4

import pytest

from tests.contract.drafts import by_key, create_state, import_order, reference
from tests.contract.project import Json, Project, refused


@dataclass(frozen=True)
class Machine:
    """open (validation off, initial); pending (initial) -> approved, rejected; approved; rejected (final)."""

    open: Json
    pending: Json
    approved: Json
    rejected: Json
    payment: Json


@pytest.fixture(scope="module")
async def machine(project: Project) -> Machine:
    """A small state machine, and a state of another type."""
    approved = await create_state(project, initial=False)
    rejected = await create_state(project, initial=False, transitions=[])
    ends = [reference("state", approved), reference("state", rejected)]
    return Machine(
        open=await create_state(project),
        pending=await create_state(project, transitions=ends),
        approved=approved,
        rejected=rejected,
        payment=await create_state(project, type="PaymentState"),
    )


def to(state: Json, **fields: object) -> Json:
    """The action that moves an order to a state, named by its id."""
    return {"action": "transitionState", "state": reference("state", state), **fields}


async def order_in(project: Project, state: Json | None) -> Json:
    """An order in this state, or in none."""
    return await import_order(project, **({"state": reference("state", state)} if state else {}))


async def test_an_order_has_no_state_of_its_own(project: Project) -> None:
    """There is no built-in order state: a new order has none unless it is given one."""
    assert "state" not in await order_in(project, None)


async def test_the_first_state_must_be_initial(project: Project, machine: Machine) -> None:
    """An order without a state enters an initial one, and no other."""
    order = await order_in(project, None)
    refused(await project.attempt("/orders", order, to(machine.approved)), 400, "InvalidOperation")
    entered = await project.update("/orders", order, to(machine.pending))
    assert entered["state"] == reference("state", machine.pending)
    assert entered["version"] > order["version"]


async def test_a_listed_transition_is_allowed(project: Project, machine: Machine) -> None:
    """Along the edge, by id and by key; the answer refers by id."""
    order = await order_in(project, machine.pending)
    moved = await project.update("/orders", order, to(machine.approved))
    assert moved["state"] == reference("state", machine.approved)
    action = {"action": "transitionState", "state": by_key("state", machine.rejected)}
    moved = await project.update("/orders", await order_in(project, machine.pending), action)
    assert moved["state"] == reference("state", machine.rejected)


async def test_an_unlisted_transition_is_refused(project: Project, machine: Machine) -> None:
    """Off the edges: InvalidOperation, and the order stays as it is."""
    order = await order_in(project, machine.pending)
    refused(await project.attempt("/orders", order, to(machine.open)), 400, "InvalidOperation")
    assert await project.read(f"/orders/{order['id']}") == order


async def test_nothing_leads_out_of_a_final_state(project: Project, machine: Machine) -> None:
    """`transitions: []` is final."""
    order = await project.update("/orders", await order_in(project, machine.pending), to(machine.rejected))
    for target in (machine.pending, machine.approved, machine.rejected):
        refused(await project.attempt("/orders", order, to(target)), 400, "InvalidOperation")


async def test_absent_transitions_lead_everywhere(project: Project, machine: Machine) -> None:
    """Without `transitions` any state of the same type may follow, initial or not."""
    for target in (machine.pending, machine.rejected):
        moved = await project.update("/orders", await order_in(project, machine.open), to(target))
        assert moved["state"] == reference("state", target)


async def test_force_turns_the_validation_off(project: Project, machine: Machine) -> None:
    """With `force` even a final state is left."""
    order = await project.update("/orders", await order_in(project, machine.pending), to(machine.rejected))
    refused(
        await project.attempt("/orders", order, to(machine.pending, force=False)), 400, "InvalidOperation"
    )
    forced = await project.update("/orders", order, to(machine.pending, force=True))
    assert forced["state"] == reference("state", machine.pending)


async def test_assumed_force_skips_the_initial_check(project: Project, machine: Machine) -> None:
    """With `force` the first state need not be initial (open question 1)."""
    order = await order_in(project, None)
    forced = await project.update("/orders", order, to(machine.approved, force=True))
    assert forced["state"] == reference("state", machine.approved)


@pytest.mark.parametrize("force", [False, True])
async def test_assumed_a_state_of_another_type_is_refused(
    project: Project, machine: Machine, force: bool
) -> None:
    """A payment's state is none for an order: 400 InvalidOperation, forced or not (open question 1)."""
    order = await order_in(project, machine.open)
    refused(
        await project.attempt("/orders", order, to(machine.payment, force=force)), 400, "InvalidOperation"
    )
    refused(
        await project.attempt("/orders", await order_in(project, None), to(machine.payment)),
        400,
        "InvalidOperation",
    )


@pytest.mark.parametrize("how", ["id", "key"])
async def test_an_unknown_state_is_not_found(project: Project, machine: Machine, how: str) -> None:
    """An unknown target is a ReferencedResourceNotFound of type `state`."""
    order = await order_in(project, machine.pending)
    action = {"action": "transitionState", "state": {"typeId": "state", how: str(uuid4())}}
    error = refused(await project.attempt("/orders", order, action), 400, "ReferencedResourceNotFound")
    assert error["typeId"] == "state"


async def test_a_change_of_transitions_holds_at_once(project: Project, machine: Machine) -> None:
    """A state is only referenced: new edges count for orders that are in it already."""
    pending = await create_state(project, transitions=[])
    order = await order_in(project, pending)
    refused(await project.attempt("/orders", order, to(machine.approved)), 400, "InvalidOperation")
    edges = {"action": "setTransitions", "transitions": [reference("state", machine.approved)]}
    await project.update("/states", pending, edges)
    assert (await project.update("/orders", order, to(machine.approved)))["version"] > order["version"]


async def test_an_illegal_transition_undoes_the_whole_request(project: Project, machine: Machine) -> None:
    """The actions before and after an illegal transition do not happen either."""
    order = await order_in(project, machine.pending)
    confirm = {"action": "changeOrderState", "orderState": "Confirmed"}
    refused(await project.attempt("/orders", order, confirm, to(machine.open)), 400, "InvalidOperation")
    refused(await project.attempt("/orders", order, to(machine.open), confirm), 400, "InvalidOperation")
    assert await project.read(f"/orders/{order['id']}") == order


async def test_two_transitions_in_one_request_follow_each_other(project: Project, machine: Machine) -> None:
    """First into the initial state and on along an edge: two actions, one update."""
    order = await order_in(project, None)
    moved = await project.update("/orders", order, to(machine.pending), to(machine.approved))
    assert moved["state"] == reference("state", machine.approved)


async def test_of_two_moves_on_one_version_the_second_conflicts(project: Project, machine: Machine) -> None:
    """The race of two approvers: the loser reads again and finds the edge gone."""
    order = await order_in(project, machine.pending)
    rejected = await project.update("/orders", order, to(machine.rejected))
    refused(await project.attempt("/orders", order, to(machine.approved)), 409, "ConcurrentModification")
    refused(await project.attempt("/orders", rejected, to(machine.approved)), 400, "InvalidOperation")


async def test_assumed_a_state_may_follow_itself_only_if_listed(project: Project, machine: Machine) -> None:
    """To the current state: refused off the edges, allowed where validation is off [infer]."""
    order = await order_in(project, machine.pending)
    refused(await project.attempt("/orders", order, to(machine.pending)), 400, "InvalidOperation")
    order = await order_in(project, machine.open)
    assert (await project.attempt("/orders", order, to(machine.open))).status_code == 200
