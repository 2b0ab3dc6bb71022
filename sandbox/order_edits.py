"""Order Edits: changes of lines, quantities and prices, staged first and applied together.

Source: `resources/order-edits.raml`, `types/order-edit/`. Create, update and get by id or key answer with a preview;
a query says NotProcessed. The messages that an edit would send are left out of previews (`messagePayloads` is empty), and
`dryRun` is heeded on create only.
Applying moves the order to new versions, sends the messages of the staged actions and OrderEditApplied, and, as the
official text has it, notifies no change subscription of the order.
"""

from typing import Any

from starlette.routing import Route

from sandbox import line_actions
from sandbox.custom_fields import custom_draft, custom_of, silent_actions
from sandbox.drafts import Fields, boolean, key, list_of, record, reference, text, whole
from sandbox.endpoints import Kind, answered
from sandbox.errors import ApiError, invalid_json, invalid_operation
from sandbox.orders import ACTIONS as ORDER_ACTIONS
from sandbox.references import resolve
from sandbox.requests import Answer, Call, api_route, writing
from sandbox.store import PLATFORM, Resource, Store, Transaction
from sandbox.updates import Action, Actions, Effect, action, check_version, perform_one, set_or_remove

STAGED: Actions = {**ORDER_ACTIONS, **line_actions.ACTIONS}
_NOT_PROCESSED = {"type": "NotProcessed"}
_named = record({"action": text()})


def staged_action(value: Any, field: str) -> Fields:
    """A staged action as it was given, without fields that it does not have. ApiError InvalidJsonInput."""
    name = _named(value, field)["action"]
    if name not in STAGED:
        raise invalid_json(f"{field}: '{name}' is not a staged action of an order.")
    known: Fields = _kept(value, STAGED[name].check(value, field))
    return {"action": name, **known}


def _kept(given: Any, checked: Any) -> Any:
    """The part of the given JSON that the check has understood; a `typeId` that was left out is filled in."""
    if isinstance(given, dict) and isinstance(checked, dict):
        kept = {name: _kept(given[name], checked[name]) for name in given if name in checked}
        return kept | {name: checked[name] for name in ("typeId",) if name in checked}
    if isinstance(given, list) and isinstance(checked, list):
        return [_kept(one, other) for one, other in zip(given, checked, strict=True)]
    return given


_draft = record(
    {"resource": reference("order")},
    {
        "key": key,
        "stagedActions": list_of(staged_action),
        "custom": custom_draft,
        "comment": text(),
        "dryRun": boolean,
    },
)
_apply_draft = record({"editVersion": whole(), "resourceVersion": whole()})


def create(tx: Transaction, body: Any) -> Resource:
    """An OrderEdit from an OrderEditDraft."""
    draft: Fields = _draft(body, "")
    resolve(tx, draft["resource"])
    edit: Resource = {
        "resource": draft["resource"],
        "stagedActions": draft.get("stagedActions", []),
        "result": _NOT_PROCESSED,
        **{name: draft[name] for name in ("key", "comment") if name in draft},
    }
    if "custom" in draft:
        edit["custom"] = custom_of(tx, draft["custom"], "order-edit")
    return tx.create("order-edit", edit)


def _previewed(store: Store, edit: Resource) -> Resource:
    """The edit with a preview of what it would make of the order now; an applied one as it is."""
    if edit["result"]["type"] != "NotProcessed":
        return edit
    scratch = Transaction(store, PLATFORM)
    order = store.get("order", edit["resource"]["id"])
    if order is None:
        return edit
    try:
        staged = _staged(scratch, order, edit)
    except ApiError as refusal:
        return {**edit, "result": {"type": "PreviewFailure", "errors": [refusal.error()]}}
    return {**edit, "result": {"type": "PreviewSuccess", "preview": staged, "messagePayloads": []}}


def _staged(tx: Transaction, order: Resource, edit: Resource) -> Resource:
    """The order after the edit's actions, its version raised at least once."""
    working = tx.edit("order", order["id"])
    for given in edit["stagedActions"]:
        perform_one(tx, "order", working, given, STAGED)
    if working["version"] == order["version"]:
        working["version"] += 1
    return working


def _apply(call: Call) -> Answer:
    edit = EDITS.find(call)
    draft = _apply_draft(call.body, "")
    check_version(edit, draft["editVersion"])
    if edit["result"]["type"] == "Applied":
        raise invalid_operation("The edit has been applied already.")
    with call.store.transaction(call.actor) as tx:
        order = resolve(tx, edit["resource"])
        check_version(order, draft["resourceVersion"])
        try:
            staged = _staged(tx, order, edit)
        except ApiError as refusal:
            failure = {"type": "PreviewFailure", "errors": [refusal.error()]}
            raise ApiError(400, "EditPreviewFailed", refusal.message, result=failure) from None
        # No API Extension is called for the order. Not sourced: chosen because an applied edit is also the one change
        # of an order that no change subscription is told of.
        changed = tx.save("order", staged, actions=edit["stagedActions"], notify=False)
        result = {
            "type": "Applied",
            "appliedAt": tx.now,
            "excerptBeforeEdit": _excerpt(order),
            "excerptAfterEdit": _excerpt(changed),
        }
        applied = tx.save("order-edit", {**edit, "result": result, "version": edit["version"] + 1})
        tx.emit("OrderEditApplied", "order", changed, {"edit": applied, "result": result})
    return 200, applied


def _excerpt(order: Resource) -> Resource:
    return {name: order[name] for name in ("totalPrice", "taxedPrice", "version") if name in order}


def _set_staged(_tx: Transaction, edit: Resource, given: Fields) -> Effect:
    return [] if set_or_remove(edit, "stagedActions", given["stagedActions"]) else None


def _add_staged(_tx: Transaction, edit: Resource, given: Fields) -> Effect:
    edit["stagedActions"].append(given["stagedAction"])
    return []


def _set(field: str) -> Any:
    def apply(_tx: Transaction, edit: Resource, given: Fields) -> Effect:
        return [] if set_or_remove(edit, field, given.get(field)) else None

    return apply


def _unapplied(known: Action) -> Action:
    def apply(tx: Transaction, edit: Resource, given: Fields) -> Effect:
        if edit["result"]["type"] == "Applied":
            raise invalid_operation("An applied edit cannot be changed.")
        return known.apply(tx, edit, given)

    return Action(known.check, apply)


ACTIONS: Actions = {
    "setStagedActions": _unapplied(action(_set_staged, {"stagedActions": list_of(staged_action)})),
    "addStagedAction": _unapplied(action(_add_staged, {"stagedAction": staged_action})),
    "setKey": action(_set("key"), {}, {"key": key}),
    "setComment": action(_set("comment"), {}, {"comment": text()}),
    **silent_actions("order-edit"),
}

EDITS = Kind("order-edit", "/orders/edits", "order_edits", create, ACTIONS, shown=_previewed)


def _create(call: Call) -> Answer:
    """Create, or with `dryRun` only answer as if."""
    if call.fields().get("dryRun") is True:
        return 201, _previewed(call.store, create(Transaction(call.store, call.actor), call.body))
    with call.store.transaction(call.actor) as tx:
        made = create(tx, call.body)
    return 201, answered(call, _previewed(call.store, made))


def routes() -> list[Route]:
    """The endpoints of Order Edits."""
    return [
        api_route("/orders/edits/{id}/apply", post=writing(_apply, "order_edits")),
        api_route("/orders/edits", post=writing(_create, "order_edits")),
        *EDITS.routes(),
    ]
