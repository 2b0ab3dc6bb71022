"""A write as API Extensions see it: processed, shown to them, and committed only if all of them accept.

Extensions are called "synchronously after processing, before persisting" (docs.commercetools.com). Nothing is locked
meanwhile: if somebody else has committed one of the written resources, the write is a 409, as if it had come second.

Not documented, and chosen here: only the resource that the request is about triggers (not the cart that an order is
made of); an update that changes nothing triggers nothing; a condition is evaluated when its extension's turn comes;
what an extension's actions change calls nobody again, and has an entry of its own in the journal; OrderCreated and
OrderImported show the order as it was before them; messages are dated by the commit, so that who asks for newer ones
than the last misses none.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sandbox.errors import ApiError, concurrent_modification, duplicate_field, not_found, referenced_not_found
from sandbox.expansion import expanded
from sandbox.extensions_answers import Verdict
from sandbox.extensions_errors import RefusedByExtensionsError, update_actions_failed
from sandbox.extensions_triggers import EXTENDABLE, EXTENSION, is_triggered, triggers, waves
from sandbox.requests import Call
from sandbox.resources import timestamp, unique_name
from sandbox.store import Resource, Transaction
from sandbox.updates import Actions, perform_one

Work = Callable[[Transaction], Resource]

MAX_RETURNED_ACTIONS = 100


async def carry_out(call: Call, type_id: str, actions: Actions, work: Work) -> Resource:
    """Create or update a resource of a type: run `work` in a transaction, with everything that extensions add.

    Returns the resource as it is stored. `actions` are the type's, for what extensions answer. Without extensions
    nothing is awaited. ApiError: what `work` raises, what extensions refuse with, ConcurrentModification.
    """
    if type_id not in EXTENDABLE or not call.store.all(EXTENSION):
        with call.store.transaction(call.actor) as tx:
            return work(tx)
    return await _Extended(call, type_id, actions).carried_out(work)


@dataclass
class _Watched(Transaction):
    """A transaction that may be held for a while, as it remembers what it has read of the store."""

    seen: dict[tuple[str, str], Resource | None] = field(default_factory=dict)

    def get(self, type_id: str, resource_id: str) -> Resource | None:
        """As Transaction has it."""
        self.seen.setdefault((type_id, resource_id), self.store.get(type_id, resource_id))
        return super().get(type_id, resource_id)

    def by_key(self, type_id: str, key: str) -> Resource | None:
        """As Transaction has it."""
        found = super().by_key(type_id, key)
        if found is not None:
            self.get(type_id, found["id"])
        return found

    def refuse_if_overtaken(self) -> None:
        """Refuse to be committed where the store has moved on in a way that matters.

        ApiError: ConcurrentModification or ResourceNotFound for what is to be written, DuplicateField for its
        unique name, ReferencedResourceNotFound for what was looked up and is gone.
        """
        for (type_id, resource_id), before in self.seen.items():
            now = self.store.get(type_id, resource_id)
            if before is None or now is before:
                continue
            if (type_id, resource_id) not in self.pending:
                if now is None:
                    raise referenced_not_found(type_id, id=resource_id)
            elif now is None:
                raise not_found(resource_id)
            else:
                raise concurrent_modification(resource_id, before["version"], now["version"])
        self._refuse_taken_names()

    def date_messages(self) -> None:
        """Date the messages by now."""
        now = timestamp(self.store.clock())
        for message in self.messages:
            message["createdAt"] = message["lastModifiedAt"] = now

    def _refuse_taken_names(self) -> None:
        for (type_id, resource_id), resource in self.pending.items():
            named = None if resource is None else unique_name(type_id, resource)
            if resource is None or named is None:
                continue
            other = self.store.by_key(type_id, named[1])
            if other is not None and other["id"] != resource_id:
                raise duplicate_field(named[0], resource[named[0]])


@dataclass(frozen=True)
class _Extended:
    """One write of one request."""

    call: Call
    type_id: str
    actions: Actions

    async def carried_out(self, work: Work) -> Resource:
        store = self.call.store
        tx = _Watched(store, self.call.actor)
        pending = work(tx)
        before = store.get(self.type_id, pending["id"])
        if pending is not before:
            event = "Create" if before is None else "Update"
            listening = [each for each in store.all(EXTENSION) if triggers(each, self.type_id, event)]
            for wave in waves(listening):
                pending = await self._past(tx, wave, before, pending)
            tx.refuse_if_overtaken()
            tx.date_messages()
        store.commit(tx)
        return pending

    async def _past(
        self, tx: Transaction, wave: list[Resource], before: Resource | None, pending: Resource
    ) -> Resource:
        """The pending resource after a wave of extensions. ApiError if one of them does not accept."""
        event = "Create" if before is None else "Update"
        asked = [each for each in wave if is_triggered(each, self.type_id, event, pending)]
        calls, correlation_id = self.call.sandbox.extensions, self.call.actor.correlation_id
        inputs = [self._input(extension, event, before, pending) for extension in asked]
        verdicts = await asyncio.gather(
            *(calls.ask(each, told, correlation_id) for each, told in zip(asked, inputs, strict=True))
        )
        refusals = [refusal for verdict in verdicts for refusal in verdict.refusals]
        if refusals:
            raise RefusedByExtensionsError(refusals)
        for verdict in verdicts:
            if verdict.actions:
                pending = self._applied(tx, verdict, pending)
        return pending

    def _input(
        self, extension: Resource, event: str, before: Resource | None, pending: Resource
    ) -> dict[str, Any]:
        """The ExtensionInput."""
        if not self.call.sandbox.options.extensions_tell_caller:
            pending = {name: value for name, value in pending.items() if name != "lastModifiedBy"}
        told = {"action": event, "resource": self._reference(extension, pending)}
        if before is not None and extension.get("additionalContext", {}).get("includeOldResource"):
            told["oldResource"] = self._reference(extension, before)
        return told

    def _reference(self, extension: Resource, resource: Resource) -> dict[str, Any]:
        shown = expanded(self.call.store, resource, extension.get("expansionPaths", ()))
        return {"typeId": self.type_id, "id": resource["id"], "obj": shown}

    def _applied(self, tx: Transaction, verdict: Verdict, pending: Resource) -> Resource:
        """The pending resource after an extension's actions. ApiError ExtensionUpdateActionsFailed."""
        if len(verdict.actions) > MAX_RETURNED_ACTIONS:
            message = f"At most {MAX_RETURNED_ACTIONS} update actions are allowed."
            raise update_actions_failed(verdict.extension, [{"code": "InvalidOperation", "message": message}])
        working = tx.edit(self.type_id, pending["id"])
        try:
            for given in verdict.actions:
                perform_one(tx, self.type_id, working, given, self.actions)
            return tx.save(self.type_id, working, actions=verdict.actions)
        except ApiError as refusal:
            raise update_actions_failed(verdict.extension, refusal.errors()) from None
