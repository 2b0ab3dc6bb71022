"""People are named by their ids in the directory: an e-mail address is refused before it is anywhere on record."""

from collections.abc import AsyncIterator

import pytest
from temporalio.client import WorkflowUpdateFailedError
from temporalio.testing import WorkflowEnvironment

from domain.decision import Receipt
from tests.workflows.office import office
from tests.workflows.scene import Scene, scene


@pytest.fixture(scope="module")
async def shipped_example(environment: WorkflowEnvironment) -> AsyncIterator[Scene]:
    """An office where nobody is away."""
    async with scene(environment, configuration=office()) as set_up:
        yield set_up


@pytest.mark.parametrize(
    ("update", "said"),
    [
        ("reassign", {"reassignmentId": "r", "by": "olga", "approver": "ana", "to": "jane@acme.example"}),
        ("delegate", {"delegationId": "d", "approver": "ana", "delegate": "jane@acme.example"}),
    ],
)
async def test_an_address_is_nobodys_id(here: Scene, update: str, said: dict[str, str]) -> None:
    """It is refused before it is in the history, and the order waits on."""
    order = await here.place()
    await order.until_pending("ana", "ben")
    await order.at_rest()
    before = await order.length()
    with pytest.raises(WorkflowUpdateFailedError):
        await order.handle.execute_update(update, said, id=f"{order.id}/{update}")
    assert await order.length() == before
    assert (await order.decide("ana")).receipt is Receipt.ACCEPTED
