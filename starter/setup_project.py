"""What else of the project Placet needs: states, messages that can be queried, and since when orders are taken up."""

from collections.abc import AsyncIterator, Sequence
from datetime import datetime

from clients.commercetools import Commercetools
from domain.states import DeclaredStates, StateType
from starter.setup_plan import Change, Done, Part, Step
from starter.states_apply import Applying, Outcome
from starter.states_plan import Plan, StepKind, name
from starter.states_plan import Step as StateStep

# The worker reads it under the same name, see activities/records.py.
SETUP_CONTAINER, SETUP_KEY = "placet-setup", "placet"
_MESSAGES_DAYS = 15


class StatesPart(Part):
    """The states as declared: what `placet states plan` shows and `placet states apply` does."""

    thing = "states"

    def __init__(self, commercetools: Commercetools, declared: DeclaredStates) -> None:
        self._declared = declared
        self._applying = Applying(commercetools, declared)
        self._plan = Plan((), (), ())

    async def plan(self) -> list[Step]:
        """A step for each of the states' plan; the states that it leaves alone are told, too."""
        self._plan = await self._applying.plan()
        touched = {step.key for step in self._plan.steps}
        refused = [Step("states", Change.REFUSED, (refusal,)) for refusal in self._plan.refusals]
        steps = [Step(_called(step.type, step.key), _change(step), step.words) for step in self._plan.steps]
        alone = [] if refused else [s for s in self._declared.states if s.key not in touched]
        steps += [Step(_called(state.type, state.key), Change.UNCHANGED) for state in alone]
        told = ("in the project and not in the file",)
        left = [
            Step(_called(state.type, name(state)), Change.UNMANAGED, told) for state in self._plan.unmanaged
        ]
        return [*refused, *steps, *left]

    async def run(self, planned: Sequence[Step]) -> AsyncIterator[Done]:
        """As `placet states apply` does, with its own way to plan anew."""
        async for outcome, step in self._applying.run(self._plan):
            again = outcome is Outcome.AGAIN
            yield Done(
                thing=_called(step.type, step.key),
                change=Change.AGAIN if again else _change(step),
                details=("changed by somebody else",) if again else step.words,
            )
        for step_ in planned:
            if step_.change not in {Change.CREATED, Change.UPDATED}:
                yield step_.done


class MessagesPart(Part):
    """Messages can be queried: the portal's history and the reconciliation read them."""

    thing = "messages"

    def __init__(self, commercetools: Commercetools) -> None:
        self._commercetools = commercetools

    async def plan(self) -> list[Step]:
        """Switched on where they are off; for how long they are kept is the project's business."""
        project = await self._commercetools.project()
        days = project.messages.delete_days_after_creation or _MESSAGES_DAYS
        if project.messages.enabled:
            return [Step(self.thing, Change.UNCHANGED, (f"kept for {days} days",))]

        async def act() -> None:
            await self._commercetools.configure_messages(project.version, enabled=True, delete_days=days)

        return [Step(self.thing, Change.UPDATED, (f"enabled: no -> yes, kept for {days} days",), act)]


class AdoptionPart(Part):
    """Since when orders are taken up, written down once: older ones are never moved."""

    thing = "orders are taken up"

    def __init__(self, commercetools: Commercetools, since: datetime) -> None:
        self._commercetools = commercetools
        self._since = since

    async def plan(self) -> list[Step]:
        """What the first set-up wrote stays."""
        held = await self._commercetools.custom_object(SETUP_CONTAINER, SETUP_KEY)
        if held is not None:
            known = held.value.get("adoptSince") if isinstance(held.value, dict) else None
            return [Step(self.thing, Change.UNCHANGED, (f"since {known}",))]
        since = self._since.isoformat()

        async def act() -> None:
            # Version 0 only creates: whoever was first stays first.
            await self._commercetools.put_custom_object(SETUP_CONTAINER, SETUP_KEY, {"adoptSince": since}, 0)

        return [Step(self.thing, Change.CREATED, (f"since {since}",), act)]


def _called(type_: str, key: str) -> str:
    return f"state {key}" if type_ == StateType.ORDER else f"{type_} {key}"


def _change(step: StateStep) -> Change:
    return Change.CREATED if step.kind is StepKind.CREATE else Change.UPDATED
