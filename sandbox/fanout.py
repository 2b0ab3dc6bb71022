"""From a commit to notifications: which subscriptions want what, and what they are sent."""

from collections.abc import Iterator

from sandbox.courier import Notification
from sandbox.delivery import Dispatcher
from sandbox.notifications import change_body, message_body
from sandbox.requests import Sandbox
from sandbox.store import Change, Commit, Resource, Store

SUBSCRIPTION = "subscription"


class Fanout:
    """The store's listener: offers each commit's changes and messages to the subscriptions that want them.

    It only queues: delivery is the dispatcher's, behind the write.
    """

    def __init__(self, store: Store, project_key: str, dispatcher: Dispatcher, *, size_limit: int) -> None:
        self.dispatcher = dispatcher
        self._store = store
        self._project_key = project_key
        self._size_limit = size_limit

    def __call__(self, commit: Commit) -> None:
        """Told by the store after each commit."""
        for subscription in self._store.all(SUBSCRIPTION):
            for notification in self._wanted(subscription, commit):
                self.dispatcher.offer(subscription["id"], notification)

    def _wanted(self, subscription: Resource, commit: Commit) -> Iterator[Notification]:
        types = {wish["resourceTypeId"] for wish in subscription["changes"]}
        for change in commit.changes:
            if change.type_id in types and change.notify and _announced(change):
                yield Notification(self._change(change, commit.at))
        for message in commit.messages:
            if any(_wants(wish, message) for wish in subscription["messages"]):
                body = message_body(self._project_key, message, size_limit=self._size_limit)
                yield Notification(body, message["type"])

    def _change(self, change: Change, at: str) -> Resource:
        resource = change.after if change.after is not None else change.before
        assert resource is not None
        modified_at = at if change.after is None else resource["lastModifiedAt"]
        old = None if change.before is None else change.before["version"]
        return change_body(
            change.kind,
            self._project_key,
            change.type_id,
            resource,
            modified_at=modified_at,
            old_version=old,
        )


def fanout_of(sandbox: Sandbox) -> Fanout:
    """The listener that `subscriptions.attach` hung on the sandbox's store."""
    return next(listener for listener in sandbox.store.listeners if isinstance(listener, Fanout))


def _wants(wish: Resource, message: Resource) -> bool:
    """A wish without types (or with an empty list) wants every message of its resource type."""
    if wish["resourceTypeId"] != message["resource"]["typeId"]:
        return False
    return not wish.get("types") or message["type"] in wish["types"]


def _announced(change: Change) -> bool:
    """Of carts, only the creation is announced (`ChangeSubscriptionResourceTypeId`)."""
    return change.type_id != "cart" or change.kind == "ResourceCreated"
