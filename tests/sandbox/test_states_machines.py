"""Whatever machine is posted is the machine that is enforced: random machines against a plain model of the rules."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import ApiError
from sandbox.orders import ACTIONS
from sandbox.state_actions import ROLES, TYPES, check_roles
from sandbox.states import create
from sandbox.store import Resource, Store
from sandbox.updates import perform

KEYS = "abcd"


@dataclass(frozen=True)
class Machine:
    """Initial states, and the transitions of each; a key that is absent has none set."""

    initial: frozenset[str]
    edges: dict[str, frozenset[str]]

    def allows(self, current: str | None, target: str) -> bool:
        """The normative rules of State.raml and OrderTransitionStateAction.raml."""
        if current is None:
            return target in self.initial
        return current not in self.edges or target in self.edges[current]


keys = st.sampled_from(KEYS)
machines = st.builds(
    Machine, st.frozensets(keys), st.dictionaries(keys, st.frozensets(keys, max_size=3), max_size=len(KEYS))
)


def build(store: Store, machine: Machine) -> dict[str, str]:
    """Post the machine; the ids of its states by key."""
    with store.transaction() as tx:
        ids: dict[str, str] = {}
        for key in KEYS:
            draft = {"key": key, "type": "OrderState", "initial": key in machine.initial}
            ids[key] = create(tx, draft)["id"]
        for key, targets in machine.edges.items():
            state = tx.edit("state", ids[key])
            state["transitions"] = [{"typeId": "state", "id": ids[target]} for target in sorted(targets)]
            state["version"] += 1
            tx.save("state", state)
    return ids


def move(store: Store, order: Resource, key: str, *, force: bool) -> Resource | None:
    """The order after the move, or None if it was refused with InvalidOperation."""
    state = {"typeId": "state", "key": key}
    body = {
        "version": order["version"],
        "actions": [{"action": "transitionState", "state": state, "force": force}],
    }
    try:
        with store.transaction() as tx:
            return perform(tx, "order", order, body, ACTIONS)
    except ApiError as refusal:
        assert (refusal.status, refusal.code) == (400, "InvalidOperation")
        return None


@given(machines, st.lists(st.tuples(keys, st.booleans()), max_size=12))
def test_a_machine_is_enforced_as_posted(machine: Machine, moves: list[tuple[str, bool]]) -> None:
    """Each move goes through exactly if the model allows it or it is forced, and says so in one message."""
    store = Store()
    ids = build(store, machine)
    with store.transaction() as tx:
        order = tx.create("order", {})
    current: str | None = None
    for target, force in moves:
        before = len(store.all("message"))
        after = move(store, order, target, force=force)
        assert (after is not None) == (force or machine.allows(current, target))
        told = list(store.all("message"))[before:]
        if after is None or target == current:
            assert told == []
            assert after is None or after["version"] == order["version"]
            continue
        old = {} if current is None else {"oldState": {"typeId": "state", "id": ids[current]}}
        assert after["state"] == {"typeId": "state", "id": ids[target]}
        assert after["version"] == order["version"] + 1
        assert [{name: m.get(name) for name in ("type", "force", "resourceVersion")} for m in told] == [
            {"type": "OrderStateTransition", "force": force, "resourceVersion": after["version"]}
        ]
        assert {name: told[0][name] for name in ("state", "oldState") if name in told[0]} == {
            "state": after["state"],
            **old,
        }
        order, current = after, target


@given(st.sampled_from(TYPES), st.lists(st.sampled_from(ROLES), unique=True))
def test_a_role_belongs_to_one_type(state_type: str, roles: list[str]) -> None:
    """Return is for line items, ReviewIncludedInStatistics for reviews; everything else is InvalidOperation."""
    home = {"Return": "LineItemState", "ReviewIncludedInStatistics": "ReviewState"}
    if all(home[role] == state_type for role in roles):
        check_roles(state_type, roles)
    else:
        with pytest.raises(ApiError) as refusal:
            check_roles(state_type, roles)
        assert refusal.value.code == "InvalidOperation"
