"""The project's settings and the query API of messages that hangs on one of them."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from tests.official.transport import OFF_DEFINITION
from tests.sandbox.surroundings import Surroundings, emit, surroundings

# The client adds a slash to an empty path, and commercetools has none there.
PROJECT = "http://sandbox.test/placet-demo"


@pytest.fixture
async def here() -> AsyncIterator[Surroundings]:
    async with surroundings() as running:
        yield running


def _configure(version: int, **configuration: Any) -> dict[str, Any]:
    action = {"action": "changeMessagesConfiguration", "messagesConfiguration": configuration}
    return {"version": version, "actions": [action]}


async def test_project_shows_its_message_settings(here: Surroundings) -> None:
    """The embedded project can be queried for messages from the start; an option makes it as new ones are."""
    project = (await here.http.get(PROJECT)).json()
    assert (project["key"], project["version"]) == ("placet-demo", 1)
    assert project["messages"] == {"enabled": True, "deleteDaysAfterCreation": 15}
    async with surroundings(messages_enabled=False) as new:
        assert (await new.http.get(PROJECT)).json()["messages"]["enabled"] is False


async def test_settings_change_with_the_version(here: Surroundings) -> None:
    """Each effective action raises the project's version by one; a stale version is a 409."""
    actions = [
        {"action": "changeName", "name": "Demo"},
        {"action": "changeCurrencies", "currencies": ["EUR", "USD"]},
    ]
    changed = await here.http.post(PROJECT, json={"version": 1, "actions": actions})
    assert (changed.json()["version"], changed.json()["name"]) == (3, "Demo")
    again = await here.http.post(PROJECT, json={"version": 3, "actions": actions})
    assert again.json()["version"] == 3
    assert (await here.http.post(PROJECT, json={"version": 1, "actions": []})).status_code == 409


async def test_message_retention_has_a_range(here: Surroundings) -> None:
    """Messages are kept 1 to 90 days; anything else is refused and leaves the setting."""
    refused = await here.http.post(PROJECT, json=_configure(1, enabled=False, deleteDaysAfterCreation=91))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (400, "InvalidField")
    assert (await here.http.get(PROJECT)).json()["messages"]["enabled"] is True


async def test_unknown_project_action_is_refused(here: Surroundings) -> None:
    """An action the project does not know is a 400, not ignored."""
    update = {"version": 1, "actions": [{"action": "paintItBlack"}]}
    refused = await here.http.post(PROJECT, json=update, extensions=OFF_DEFINITION)
    assert refused.status_code == 400


async def test_messages_are_found_by_resource_and_sequence(here: Surroundings) -> None:
    """The catch-up query finds a resource's messages after a sequence number, in order."""
    for order in ("o-1", "o-2"):
        for state in ("Confirmed", "Complete", "Cancelled"):
            emit(here, order, state)
    page = await here.http.get(
        "/messages",
        params={
            "where": 'resource(typeId="order" and id="o-2") and sequenceNumber > 1',
            "sort": "sequenceNumber asc",
        },
    )
    found = page.json()["results"]
    assert [(message["sequenceNumber"], message["orderState"]) for message in found] == [
        (2, "Complete"),
        (3, "Cancelled"),
    ]
    assert found[0]["version"] == 1
    assert found[0]["resourceUserProvidedIdentifiers"] == {"orderNumber": "number-o-2"}


async def test_one_message_by_id(here: Surroundings) -> None:
    """A message is read by its id; an unknown id is a 404."""
    message = emit(here, "o-1", "Confirmed")
    assert (await here.http.get(f"/messages/{message['id']}")).json() == message
    assert (await here.http.head(f"/messages/{message['id']}")).status_code == 200
    assert (await here.http.get("/messages/none")).status_code == 404


async def test_disabled_messages_cannot_be_queried(here: Surroundings) -> None:
    """With the feature off neither query nor get finds a message; switched on again they do."""
    message = emit(here, "o-1", "Confirmed")
    off = await here.http.post(PROJECT, json=_configure(1, enabled=False, deleteDaysAfterCreation=15))
    assert off.status_code == 200
    assert (await here.http.get("/messages")).json()["results"] == []
    assert (await here.http.head("/messages")).status_code == 404
    assert (await here.http.get(f"/messages/{message['id']}")).status_code == 404
    on = {
        "version": off.json()["version"],
        "actions": [{"action": "changeMessagesEnabled", "messagesEnabled": True}],
    }
    assert (await here.http.post(PROJECT, json=on)).status_code == 200
    assert (await here.http.get("/messages")).json()["count"] == 1
