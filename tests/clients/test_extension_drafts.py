"""API Extensions, written from plain values and read back, every exchange held to commercetools' official definition."""

from typing import Any

import pytest

from clients import extension_drafts as drafts
from clients.resources import Extension
from tests.clients.sandboxed import sandboxed

_URL = "https://edge.example/extensions/order"
_DESTINATION = {
    "type": "HTTP",
    "url": _URL,
    "authentication": {"type": "AuthorizationHeader", "headerValue": "Bearer t"},
}
_TRIGGER = {"resourceTypeId": "order", "actions": ["Create", "Update"]}
CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "as short as can be": (
        drafts.extension_draft("guard", _URL, "Bearer t"),
        {"key": "guard", "destination": _DESTINATION, "triggers": [_TRIGGER]},
    ),
    "with everything": (
        drafts.extension_draft(
            "guard", _URL, "Bearer t", condition="a", timeout_ms=9, include_old_resource=False
        ),
        {
            "key": "guard",
            "destination": _DESTINATION,
            "triggers": [{**_TRIGGER, "condition": "a"}],
            "timeoutInMs": 9,
            "additionalContext": {"includeOldResource": False},
        },
    ),
    "address": (
        drafts.change_destination(_URL, "Bearer t"),
        {"action": "changeDestination", "destination": _DESTINATION},
    ),
    "triggers": (
        drafts.change_order_trigger("a"),
        {"action": "changeTriggers", "triggers": [{**_TRIGGER, "condition": "a"}]},
    ),
    "timeout": (drafts.set_timeout(9), {"action": "setTimeoutInMs", "timeoutInMs": 9}),
    "context": (
        drafts.set_additional_context(include_old_resource=True),
        {"action": "setAdditionalContext", "additionalContext": {"includeOldResource": True}},
    ),
    "key": (drafts.set_extension_key("k"), {"action": "setKey", "key": "k"}),
}


@pytest.mark.parametrize(("draft", "expected"), CASES.values(), ids=CASES.keys())
def test_it_is_written_as_the_interface_has_it(draft: Any, expected: dict[str, Any]) -> None:
    """Absent stays absent, and `additionalContext`, which the SDK does not know, is there."""
    assert draft.serialize() == expected


async def test_every_field_is_kept_and_read_back() -> None:
    """Created, changed in everything and read again; the token is masked and the rest is as it was written."""
    async with sandboxed() as there:
        draft = drafts.extension_draft(
            "guard", _URL, "Bearer secret-of-ours", condition="state is defined", include_old_resource=True
        )
        made = await there.ours.create_extension(draft)
        assert (made.timeout_in_ms, made.includes_old_resource) == (None, True)
        assert made.triggers[0].condition == "state is defined"
        changes = [
            drafts.change_destination("https://other.example/", "Bearer another-secret"),
            drafts.change_order_trigger(None),
            drafts.set_timeout(1500),
            drafts.set_additional_context(include_old_resource=False),
            drafts.set_extension_key("renamed"),
        ]
        await there.ours.update_extension(made.id, made.version, changes)
        assert await there.ours.extension("guard") is None
        read = await there.ours.extension("renamed")
        assert read is not None
        assert read.destination["url"] == "https://other.example/"
        assert "secret" not in str(read.destination["authentication"])
        assert (read.triggers[0].actions, read.triggers[0].condition) == (("Create", "Update"), None)
        assert (read.timeout_in_ms, read.includes_old_resource) == (1500, False)


def test_one_without_a_context_is_not_shown_the_old_resource() -> None:
    """The interface leaves the context out where nobody said anything."""
    document = {"id": "e", "version": 1, "destination": {"type": "HTTP"}}
    assert not Extension.model_validate(document).includes_old_resource
