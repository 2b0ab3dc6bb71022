"""Who has which role in a business unit, as commercetools tells it."""

import pytest

from clients.errors import Unreadable
from tests.clients.peer import Peer, ok, refused


def associate(customer: str, *roles: str) -> dict[str, object]:
    """An Associate (reference, section 8.1)."""
    return {
        "customer": {"typeId": "customer", "id": customer},
        "associateRoleAssignments": [
            {"associateRole": {"typeId": "associate-role", "key": role}, "inheritance": "Enabled"}
            for role in roles
        ],
    }


async def test_roles_are_given_or_inherited() -> None:
    """Each customer once per role, those of the unit itself first."""
    unit = {
        "id": "u",
        "version": 1,
        "key": "acme",
        "associates": [associate("c-1", "buyer", "approver"), associate("c-2", "buyer")],
        "inheritedAssociates": [associate("c-1", "buyer"), associate("c-3", "approver")],
    }
    peer = Peer(ok(unit))
    found = await peer.commercetools().associates("acme")
    assert found == {"buyer": ("c-1", "c-2"), "approver": ("c-1", "c-3")}
    assert peer.requests[0].url.path == "/a-project/business-units/key=acme"


async def test_a_unit_without_people() -> None:
    """Nobody has any role; that is known."""
    assert await Peer(ok({"key": "acme", "associates": []})).commercetools().associates("acme") == {}


async def test_a_unit_that_is_not_there() -> None:
    """Nothing is known of it."""
    peer = Peer(refused(404, "ResourceNotFound"))
    assert await peer.commercetools().associates("acme") is None


async def test_an_answer_of_another_form() -> None:
    """Is an error that does not repeat it."""
    with pytest.raises(Unreadable):
        await Peer(ok({"associates": [{"customer": "c-1"}]})).commercetools().associates("acme")


@pytest.mark.parametrize("unit", [{"key": "acme"}, {"associates": [{"customer": {"id": "c-1"}}]}])
async def test_an_answer_that_does_not_say_who_has_a_role(unit: dict[str, object]) -> None:
    """Is no word that nobody has one: the official type always has both lists."""
    with pytest.raises(Unreadable):
        await Peer(ok(unit)).commercetools().associates("acme")
