"""The project and its settings. Source: `resources/project.raml`, `types/project/`.

A new project on the real API shows `messages.enabled: false`. The sandbox's has the query feature on
(`Options.messages_enabled`), so that a demo can catch up by query without a first step of its own.
"""

from collections.abc import Callable
from typing import Any

from starlette.routing import Route

from sandbox.errors import concurrent_modification, invalid_field, invalid_json, required_field
from sandbox.requests import Answer, Call, Sandbox, api_route, reading, writing
from sandbox.store import Resource, Store, Transaction, copied
from sandbox.update_requests import read_update

TYPE_ID = "project"
_ID = "project"
# The envelope that the store keeps and the official Project does not have.
_NOT_SHOWN = {"id", "lastModifiedAt", "lastModifiedBy", "createdBy"}


def routes() -> list[Route]:
    """`GET` and `POST /{projectKey}`."""
    get = reading(_get, "project_settings")
    return [api_route("", get=get, post=writing(_post, "project_settings"))]


def attach(sandbox: Sandbox) -> None:
    """Give the store its project."""
    options = sandbox.options

    def plant(tx: Transaction) -> None:
        tx.create(TYPE_ID, _new_project(options.project_key, messages=options.messages_enabled))

    sandbox.store.seeds.append(plant)


def messages_enabled(store: Store) -> bool:
    """Whether messages can be queried."""
    enabled: bool = _project(store)["messages"]["enabled"]
    return enabled


def _new_project(key: str, *, messages: bool) -> Resource:
    return {
        "id": _ID,
        "key": key,
        "name": key,
        "countries": ["DE"],
        "currencies": ["EUR"],
        "languages": ["en"],
        "messages": {"enabled": messages, "deleteDaysAfterCreation": 15},
        "carts": {"deleteDaysAfterLastModification": 90, "countryTaxRateFallbackEnabled": False},
        "shoppingLists": {"deleteDaysAfterLastModification": 360},
        "inventory": {"releaseExpiredReservations": False},
        "discounts": {"discountCombinationMode": "Stacking"},
    }


def _project(store: Store) -> Resource:
    project = store.get(TYPE_ID, _ID)
    assert project is not None, "every store is seeded with its project"
    return project


def _shown(project: Resource) -> Resource:
    return {name: value for name, value in project.items() if name not in _NOT_SHOWN}


def _get(call: Call) -> Answer:
    return 200, _shown(_project(call.store))


def _post(call: Call) -> Answer:
    version, actions = read_update(call.fields(), list(_ACTIONS))
    with call.store.transaction(call.actor) as tx:
        project = tx.edit(TYPE_ID, _ID)
        if version != project["version"]:
            raise concurrent_modification(project["key"], version, project["version"])
        for action in actions:
            before = copied(project)
            _ACTIONS[action["action"]](project, action)
            if project != before:
                project["version"] += 1
        return 200, _shown(tx.save(TYPE_ID, project, actions=actions))


def _field(action: Resource, name: str, kind: type) -> Any:
    value = action.get(name)
    if value is None:
        raise required_field(name)
    if type(value) is not kind:
        raise invalid_json(f"{name}: expected {kind.__name__}.")
    return value


def _change_name(project: Resource, action: Resource) -> None:
    project["name"] = _field(action, "name", str)


def _change_texts(name: str) -> Callable[[Resource, Resource], None]:
    def change(project: Resource, action: Resource) -> None:
        texts = _field(action, name, list)
        if not all(isinstance(text, str) for text in texts):
            raise invalid_json(f"{name}: expected strings.")
        project[name] = texts

    return change


def _change_messages_enabled(project: Resource, action: Resource) -> None:
    project["messages"]["enabled"] = _field(action, "messagesEnabled", bool)


def _change_messages_configuration(project: Resource, action: Resource) -> None:
    given = _field(action, "messagesConfiguration", dict)
    days = _field(given, "deleteDaysAfterCreation", int)
    if not 1 <= days <= 90:
        raise invalid_field("messagesConfiguration.deleteDaysAfterCreation", days)
    project["messages"] = {"enabled": _field(given, "enabled", bool), "deleteDaysAfterCreation": days}


_ACTIONS: dict[str, Callable[[Resource, Resource], None]] = {
    "changeName": _change_name,
    "changeCountries": _change_texts("countries"),
    "changeCurrencies": _change_texts("currencies"),
    "changeLanguages": _change_texts("languages"),
    "changeMessagesEnabled": _change_messages_enabled,
    "changeMessagesConfiguration": _change_messages_configuration,
}
