"""What providers are asked to do with logistic orders, each as one attempt."""

from collections.abc import Callable, Mapping
from inspect import Parameter, signature
from operator import not_

from pydantic import Field
from temporalio import activity
from temporalio.exceptions import ApplicationError

from activities.failures import outside_call
from clients.providers import Provider
from domain.logistic_export import LogisticOrderDraft
from domain.order import Address
from domain.provider_answers import ChangeAnswer, ExportAnswer, LineQuantity, Unsupported
from domain.reasons import Reasons, Subject, UnmappedReason
from domain.shipment import Quantities
from domain.value import Value

WITHOUT_REASON = "other"
"""Our code for a cancellation of which nobody says why."""


class ExportRequest(Value):
    """Give a provider this logistic order."""

    provider: str
    draft: LogisticOrderDraft


class CancelRequest(Value):
    """Ask a provider to cancel so many units *altogether*, counted from the hand-over; `reason_code` is ours."""

    provider: str
    ref: str
    altogether: Quantities
    reason_code: str | None = None


class PaymentRequest(Value):
    """Tell a provider the state of the payment, as commercetools spells it."""

    provider: str
    ref: str
    state: str
    telling: int = Field(default=0, exclude_if=not_)
    """Which telling of this logistic order it is, from 1; 0: from a run that does not count them."""


class DeliveryRequest(Value):
    """Ask a provider to deliver to this address, or by this method; what is not given stays as it is."""

    provider: str
    ref: str
    address: Address | None = None
    method: str | None = None
    telling: int = Field(default=0, exclude_if=not_)
    """As of a payment."""


class ProviderActivities:
    """Asks the providers that this worker was given."""

    def __init__(self, providers: Mapping[str, Provider], reasons: Reasons | None = None) -> None:
        self._providers = dict(providers)
        self._reasons = reasons or Reasons()

    @property
    def names(self) -> tuple[str, ...]:
        """Those that can be asked."""
        return tuple(self._providers)

    @activity.defn
    async def export_order(self, request: ExportRequest) -> ExportAnswer:
        """Create the logistic order, once, whatever became of earlier attempts."""
        async with outside_call():
            return await self._named(request.provider).export(request.draft)

    @activity.defn
    async def cancel_at_provider(self, request: CancelRequest) -> ChangeAnswer:
        """Ask for it; quantities are absolute, so that a repeat asks for nothing more."""
        code = request.reason_code or WITHOUT_REASON
        reason = self._reasons.theirs(Subject.CANCELLATION, request.provider, code)
        if isinstance(reason, UnmappedReason):
            if self._reasons.has_words(Subject.CANCELLATION, request.provider):
                return Unsupported(operation="cancel", why=str(reason))
            reason = code
        quantities = [
            LineQuantity(line_item_id=line, quantity=units)
            for line, units in sorted(request.altogether.items())
        ]
        async with outside_call():
            return await self._named(request.provider).cancel(request.ref, quantities, reason)

    @activity.defn
    async def tell_of_payment(self, request: PaymentRequest) -> ChangeAnswer:
        """Tell it; a repeat tells nothing new."""
        tell = self._named(request.provider).tell_of_payment
        async with outside_call():
            return await tell(request.ref, request.state, **_counted(tell, request.telling))

    @activity.defn
    async def change_delivery(self, request: DeliveryRequest) -> ChangeAnswer:
        """Ask for it; a repeat asks for nothing more."""
        ask, address, method = self._named(request.provider).change_delivery, request.address, request.method
        async with outside_call():
            return await ask(request.ref, address=address, method=method, **_counted(ask, request.telling))

    def _named(self, name: str) -> Provider:
        provider = self._providers.get(name)
        if provider is None:
            # Another worker of this queue may have it, or this one after it was started anew.
            raise ApplicationError(f"this worker has no provider {name}", type="NotConfigured")
        return provider


def _counted(method: Callable[..., object], telling: int) -> dict[str, int]:
    """The number of a telling, for an adapter that takes it: the port asks nobody to."""
    takes = signature(method).parameters.values()
    known = any(one.name == "telling" or one.kind is Parameter.VAR_KEYWORD for one in takes)
    return {"telling": telling} if telling and known else {}
