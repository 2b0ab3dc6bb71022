"""The project and its settings. Source: `resources/project.raml`, `types/project/`.

A new project on the real API shows `messages.enabled: false`. The sandbox's has the query feature on
(`Options.messages_enabled`), so that a demo can catch up by query without a first step of its own.
"""

from starlette.routing import Route

from sandbox.drafts import Fields, boolean, country, list_of, locale, record, text, whole
from sandbox.requests import Answer, Call, Sandbox, api_route, reading, writing
from sandbox.store import Resource, Store, Transaction
from sandbox.updates import Action, Apply, Effect, action, perform, set_or_remove

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
    with call.store.transaction(call.actor) as tx:
        return 200, _shown(perform(tx, TYPE_ID, _project(call.store), call.fields(), _ACTIONS))


def _change(field: str) -> Apply:
    """Set a setting of the project to the action's field of the same name."""

    def apply(_tx: Transaction, project: Resource, given: Fields) -> Effect:
        return [] if set_or_remove(project, field, given[field]) else None

    return apply


def _change_messages_enabled(_tx: Transaction, project: Resource, given: Fields) -> Effect:
    messages = {**project["messages"], "enabled": given["messagesEnabled"]}
    return [] if set_or_remove(project, "messages", messages) else None


def _change_messages_configuration(_tx: Transaction, project: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(project, "messages", given["messagesConfiguration"]) else None


_messages_configuration = record({"enabled": boolean, "deleteDaysAfterCreation": whole(1, 90)})

_ACTIONS: dict[str, Action] = {
    "changeName": action(_change("name"), {"name": text()}),
    "changeCountries": action(_change("countries"), {"countries": list_of(country)}),
    "changeCurrencies": action(_change("currencies"), {"currencies": list_of(text(r"[A-Z]{3}"))}),
    "changeLanguages": action(_change("languages"), {"languages": list_of(locale)}),
    "changeMessagesEnabled": action(_change_messages_enabled, {"messagesEnabled": boolean}),
    "changeMessagesConfiguration": action(
        _change_messages_configuration, {"messagesConfiguration": _messages_configuration}
    ),
}
