"""Subscriptions: who wants to be told what, and whether telling them works.

Source: `resources/subscriptions.raml`, `types/subscription/`. A test notification (ResourceCreated of the subscription
itself) must be taken before a subscription is created or its destination changed. What stands in for the cloud
queues is said in `sandbox.destinations`. Secrets are never stored in the resource: it holds them masked.

The status is what the last delivery attempt showed: Healthy, TemporaryError (no answer, 5xx, 429) or
ConfigurationError (any other refusal); notifications are kept and retried either way, and the status is Healthy again
once one is taken. ConfigurationErrorDeliveryStopped and ManuallySuspended, which need days or a support case on
the real API, do not occur.
"""

from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sandbox.courier import Notification
from sandbox.delivery import Dispatcher
from sandbox.destinations import Push, destination, masked, push_of
from sandbox.endpoints import existing
from sandbox.errors import duplicate_field, not_found
from sandbox.fanout import SUBSCRIPTION, Fanout, fanout_of
from sandbox.http import json_response
from sandbox.notifications import change_body
from sandbox.query import query_page
from sandbox.requests import Answer, Call, Handler, Operation, Sandbox, api_route, writing
from sandbox.store import Resource, Transaction, timestamp
from sandbox.subscription_drafts import ACTIONS, read_draft
from sandbox.updates import check_version, perform

_HEALTH_STATUS = {"Healthy": 200, "ConfigurationError": 400, "TemporaryError": 503}


def attach(sandbox: Sandbox) -> None:
    """Hang the fan-out on the store, and its end on the server's."""
    options = sandbox.options
    dispatcher = Dispatcher(sandbox.faults, pace=options.pace, transport=options.push_transport)
    fanout = Fanout(sandbox.store, options.project_key, dispatcher, size_limit=options.notification_limit)
    sandbox.store.listeners.append(fanout)
    sandbox.store.on_reset.append(dispatcher.reset)
    sandbox.closers.append(dispatcher.aclose)


def routes() -> list[Route]:
    """The endpoints; all but the health need `manage_subscriptions`. And `GET /sandbox/deliveries`."""
    one = {"get": _manage(_get), "post": _manage(_update), "delete": _manage(_delete)}
    return [
        api_route("/subscriptions", get=_manage(_query), post=_manage(_create)),
        Route("/{projectKey}/subscriptions/{id}/health", _health, methods=["GET"]),
        api_route("/subscriptions/key={key:path}", **one),
        api_route("/subscriptions/{id}", **one),
        Route("/sandbox/deliveries", _deliveries, methods=["GET"]),
    ]


def _dispatcher(call: Call) -> Dispatcher:
    return fanout_of(call.sandbox).dispatcher


def _shown(dispatcher: Dispatcher, subscription: Resource) -> Resource:
    return {**subscription, "status": dispatcher.health(subscription["id"])}


def _query(call: Call) -> Answer:
    dispatcher = _dispatcher(call)
    shown = [_shown(dispatcher, subscription) for subscription in call.store.all(SUBSCRIPTION)]
    return 200, query_page(call.query.multi_items(), shown)


def _get(call: Call) -> Answer:
    return 200, _shown(_dispatcher(call), existing(call, SUBSCRIPTION))


async def _create(call: Call) -> Answer:
    draft = read_draft(call.fields())
    if "key" in draft and call.store.by_key(SUBSCRIPTION, draft["key"]) is not None:
        raise duplicate_field("key", draft["key"])
    push = push_of(draft["destination"], cloud_events=_cloud_events(draft))
    subscription = {
        "id": str(uuid4()),
        **draft,
        "destination": masked(draft["destination"]),
        "status": "Healthy",
    }
    await _test(call, push, {**subscription, "version": 1})
    with call.store.transaction(call.actor) as tx:
        created = tx.create(SUBSCRIPTION, subscription)
    _dispatcher(call).open(created["id"], push)
    return 201, created


async def _update(call: Call) -> Answer:
    found, update = existing(call, SUBSCRIPTION), call.fields()
    # A transaction that is never committed refuses what must be refused before anything is sent.
    perform(Transaction(call.store, call.actor), SUBSCRIPTION, found, update, ACTIONS)
    push: Push | None = None
    for given in update["actions"]:
        if given["action"] == "changeDestination":
            push = push_of(
                destination(given["destination"], "destination"), cloud_events=_cloud_events(found)
            )
            await _test(call, push, found)
    with call.store.transaction(call.actor) as tx:
        saved = perform(tx, SUBSCRIPTION, existing(call, SUBSCRIPTION), _without_secrets(update), ACTIONS)
    if push is not None:
        _dispatcher(call).open(saved["id"], push)
    return 200, _shown(_dispatcher(call), saved)


def _delete(call: Call) -> Answer:
    version, found = call.version(), existing(call, SUBSCRIPTION)
    check_version(found, version)
    shown = _shown(_dispatcher(call), found)
    with call.store.transaction(call.actor) as tx:
        tx.delete(SUBSCRIPTION, found["id"])
    _dispatcher(call).close(found["id"])
    return 200, shown


def _without_secrets(update: Resource) -> Resource:
    """The update as it is stored, in the resource and in the journal."""
    return {**update, "actions": [_masked_action(given) for given in update["actions"]]}


def _masked_action(given: Resource) -> Resource:
    if given["action"] != "changeDestination":
        return given
    return {**given, "destination": masked(destination(given["destination"], "destination"))}


def _cloud_events(subscription: Resource) -> bool:
    return bool(subscription["format"]["type"] == "CloudEvents")


async def _test(call: Call, push: Push, subscription: Resource) -> None:
    key, at = call.sandbox.options.project_key, timestamp(call.store.clock())
    body = change_body("ResourceCreated", key, SUBSCRIPTION, subscription, modified_at=at)
    await _dispatcher(call).test(push, Notification(body))


async def _health(request: Request) -> Response:
    """The status as an HTTP status, for monitors: no token needed, no body.

    An unknown subscription is a 404, which the official definition does not list for this path.
    """
    sandbox: Sandbox = request.app.state.sandbox
    found = sandbox.store.get(SUBSCRIPTION, request.path_params["id"])
    if found is None or request.path_params["projectKey"] != sandbox.options.project_key:
        raise not_found(request.path_params["id"])
    return Response(status_code=_HEALTH_STATUS[fanout_of(sandbox).dispatcher.health(found["id"])])


async def _deliveries(request: Request) -> Response:
    """`{"pending": n, "attempts": [...]}`: what was sent to whom and what came back, oldest first."""
    dispatcher = fanout_of(request.app.state.sandbox).dispatcher
    return json_response(200, {"pending": dispatcher.pending(), "attempts": list(dispatcher.courier.recent)})


def _manage(handler: Handler) -> Operation:
    return writing(handler, "subscriptions")
