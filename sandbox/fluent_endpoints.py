"""The HTTP endpoints of the local Fluent: its own API, and what people and tests steer it with."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from sandbox import fluent_graphql
from sandbox.drafts import boolean, record, text
from sandbox.errors import ApiError, invalid_field
from sandbox.fluent import Fluent, fluent_of
from sandbox.fluent_behaviour import strings_by_name
from sandbox.fluent_entities import attribute, set_attributes
from sandbox.fluent_faults import after, before
from sandbox.fluent_refusals import FluentError, Handler, told
from sandbox.fluent_tokens import parameters
from sandbox.fluent_views import shown
from sandbox.http import error_response, json_response, read_json

_resume = record({"orderRef": text()})
_move = record({"entityType": text(), "ref": text(), "status": text()}, {"attributes": strings_by_name})
_webhook = record({}, {"url": text(), "legacySignature": boolean, "names": strings_by_name})
_PREFIX = "/fluent"


def routes() -> list[Route]:
    """Everything under `/fluent` and `/sandbox/fluent`."""
    return [
        Route("/fluent/oauth/token", _api(_token, public=True), methods=["POST"]),
        Route("/fluent/graphql", _api(_graphql), methods=["POST"]),
        Route("/fluent/api/v4.1/event/async", _api(_event_async), methods=["POST"]),
        Route("/fluent/api/v4.1/event/sync", _api(_event_sync), methods=["POST"]),
        Route("/fluent/api/v4.1/event/{eventId}", _api(_event), methods=["GET"]),
        Route("/sandbox/fluent", _show, methods=["GET"]),
        Route("/sandbox/fluent/behaviour", _behave, methods=["POST"]),
        Route("/sandbox/fluent/resume", _go_on, methods=["POST"]),
        Route("/sandbox/fluent/move", _by_hand, methods=["POST"]),
        Route("/sandbox/fluent/event", _event_by_hand, methods=["POST"]),
        Route("/sandbox/fluent/webhook", _address, methods=["POST"]),
        Route("/sandbox/fluent/faults", _faults, methods=["POST", "GET", "DELETE"]),
        Route("/sandbox/fluent/public-key", _public_key, methods=["GET"]),
        Route("/sandbox/fluent/rotate-key", _rotate_key, methods=["POST"]),
    ]


def _fluent(request: Request) -> Fluent:
    return fluent_of(request.app.state)


def _api(handler: Handler, *, public: bool = False) -> Handler:
    """A handler of Fluent's own API: faults around it, a bearer token before it."""

    async def endpoint(request: Request) -> Response:
        fluent = _fluent(request)
        struck = fluent.faults.strike(request.url.path.removeprefix(_PREFIX), await request.body())
        await before(struck, fluent.tokens)
        if not public:
            fluent.tokens.check(request.headers.get("authorization"))
        answer = await handler(request)
        after(struck)
        return answer

    return told(endpoint)


async def _token(request: Request) -> Response:
    return json_response(200, _fluent(request).tokens.issue(await parameters(request)))


async def _graphql(request: Request) -> Response:
    body = read_json(await request.body())
    return json_response(200, fluent_graphql.answer(_fluent(request).resolvers, body))


async def _event_async(request: Request) -> Response:
    return json_response(200, {"id": _fluent(request).events.take(read_json(await request.body()))["id"]})


async def _event_sync(request: Request) -> Response:
    event = _fluent(request).events.take(read_json(await request.body()))
    if event["eventStatus"] != "COMPLETE":
        raise FluentError(404, {"errors": [{"message": "No workflow rule matched"}], "eventId": event["id"]})
    return json_response(
        200, {"eventId": event["id"], "entityId": event["entityId"], "eventStatus": event["eventStatus"]}
    )


async def _event(request: Request) -> Response:
    return json_response(200, _fluent(request).events.get(request.path_params["eventId"]))


async def _show(request: Request) -> Response:
    return json_response(200, shown(_fluent(request)))


async def _behave(request: Request) -> Response:
    return json_response(200, _fluent(request).behaviours.tell(read_json(await request.body())))


async def _go_on(request: Request) -> Response:
    given = _resume(read_json(await request.body()), "")
    _fluent(request).lifecycle.resume(given["orderRef"])
    return json_response(200, given)


async def _by_hand(request: Request) -> Response:
    given = _move(read_json(await request.body()), "")
    fluent = _fluent(request)
    entities = fluent.entities.of_kind(given["entityType"])
    found = next((one for one in entities if one["ref"] == given["ref"]), None)
    if found is None:
        return error_response(ApiError(404, "ResourceNotFound", f"There is no {given['ref']}."))
    set_attributes(found, [attribute(*pair) for pair in given.get("attributes", {}).items()])
    fluent.lifecycle.steer(found, given["status"])
    return json_response(200, given)


async def _event_by_hand(request: Request) -> Response:
    return json_response(200, _fluent(request).events.take(read_json(await request.body())))


async def _address(request: Request) -> Response:
    given = _webhook(read_json(await request.body()), "")
    webhooks = _fluent(request).webhooks
    unknown = given.get("names", {}).keys() - webhooks.names.keys()
    if unknown:
        raise invalid_field("names", min(unknown), list(webhooks.names))
    webhooks.url = given.get("url", webhooks.url)
    webhooks.legacy = given.get("legacySignature", webhooks.legacy)
    webhooks.names |= given.get("names", {})
    return json_response(
        200, {"url": webhooks.url, "legacySignature": webhooks.legacy, "names": webhooks.names}
    )


async def _faults(request: Request) -> Response:
    faults = _fluent(request).faults
    if request.method == "POST":
        given = read_json(await request.body())
        return json_response(
            201, [faults.add(one) for one in (given if isinstance(given, list) else [given])]
        )
    if request.method == "DELETE":
        faults.rules.clear()
    return json_response(200, faults.rules)


async def _public_key(request: Request) -> Response:
    keys = _fluent(request).keys
    bare = request.query_params.get("format") == "base64"
    return PlainTextResponse(keys.bare() if bare else keys.pem())


async def _rotate_key(request: Request) -> Response:
    keys = _fluent(request).keys
    keys.rotate()
    return json_response(200, {"publicKey": keys.pem()})
