"""What providers are asked: each attempt as it is, and reasons in their own words."""

from typing import Any

import pytest
from temporalio.exceptions import ApplicationError
from temporalio.testing import ActivityEnvironment

from activities.providers import (
    CancelRequest,
    DeliveryRequest,
    ExportRequest,
    PaymentRequest,
    ProviderActivities,
)
from clients.providers import Changing
from configuration import load
from domain.order import Address
from domain.provider_answers import Accepted, Exported, Unsupported
from domain.reasons import ProviderCodes, Reason, Reasons
from tests.providers.drafts import REF, draft
from tests.workflows.drafts import SHIPPED
from tests.workflows.warehouses import Warehouse

REASONS = Reasons(
    cancellations=(
        Reason(
            code="other",
            name={"en": "Other"},
            providers={"north": ProviderCodes(inwards=("X9",), outwards="X9")},
        ),
        Reason(code="outOfStock", name={"en": "Out of stock"}),
    )
)


def with_an_order(name: str) -> Warehouse:
    """A provider that has the logistic order."""
    return Warehouse(name, orders={REF: draft()})


def cancel(provider: str = "north", reason: str | None = None) -> CancelRequest:
    """Two of one line, altogether."""
    return CancelRequest(provider=provider, ref=REF, altogether={"line-1": 2}, reason_code=reason)


async def test_an_export_is_answered_as_the_provider_says() -> None:
    """Once, and the same again as already there."""
    north = Warehouse("north")
    export = ProviderActivities({"north": north}).export_order
    request = ExportRequest(provider="north", draft=draft())
    assert await ActivityEnvironment().run(export, request) == Exported(ref=REF, provider_id=f"north-{REF}")
    again = await ActivityEnvironment().run(export, request)
    assert isinstance(again, Exported)


async def test_a_reason_is_told_in_the_providers_words() -> None:
    """Without a reason it is another one; what it has no word for is not guessed."""
    north = with_an_order("north")
    ask = ProviderActivities({"north": north}, REASONS).cancel_at_provider
    assert isinstance(await ActivityEnvironment().run(ask, cancel()), Accepted)
    assert north.asked == [(REF, {"line-1": 2}, "X9")]
    assert isinstance(await ActivityEnvironment().run(ask, cancel(reason="outOfStock")), Unsupported)
    assert len(north.asked) == 1


async def test_a_provider_without_words_of_its_own_is_told_ours() -> None:
    """A receiver that nobody declared any codes for takes the codes of the file."""
    south = with_an_order("south")
    ask = ProviderActivities({"south": south}, REASONS).cancel_at_provider
    await ActivityEnvironment().run(ask, cancel("south", "outOfStock"))
    assert south.asked[0][2] == "outOfStock"


async def test_every_shipped_reason_can_be_told() -> None:
    """To Fluent and to the webhook, and to whoever has no words."""
    for name in ("fluent", "webhook", "acme"):
        warehouse = with_an_order(name)
        reasons = load(SHIPPED).reasons
        ask = ProviderActivities({name: warehouse}, reasons).cancel_at_provider
        for reason in reasons.cancellations:
            assert isinstance(await ActivityEnvironment().run(ask, cancel(name, reason.code)), Accepted)


async def test_a_telling_has_its_number() -> None:
    """The provider is given it with what it is told."""
    north = Warehouse("north", payments="settles", deliveries="settles")
    activities = ProviderActivities({"north": north})
    paid = PaymentRequest(provider="north", ref=REF, state="Paid", telling=3)
    moved = DeliveryRequest(provider="north", ref=REF, method="UPS", telling=4)
    await ActivityEnvironment().run(activities.tell_of_payment, paid)
    await ActivityEnvironment().run(activities.change_delivery, moved)
    assert north.tellings == [3, 4]


class _Uncounted(Warehouse):
    """An adapter from before tellings were counted."""

    async def change_delivery(  # type: ignore[override]
        self, ref: str, *, address: Address | None = None, method: str | None = None
    ) -> Changing:
        return await super().change_delivery(ref, address=address, method=method)

    async def tell_of_payment(self, ref: str, state: str) -> Changing:  # type: ignore[override]
        return await super().tell_of_payment(ref, state)


async def test_an_adapter_that_counts_nothing_is_told_all_the_same() -> None:
    """It need not take what it does not use."""
    north: Any = _Uncounted("north", payments="settles", deliveries="settles")
    activities = ProviderActivities({"north": north})
    paid = PaymentRequest(provider="north", ref=REF, state="Paid", telling=3)
    moved = DeliveryRequest(provider="north", ref=REF, method="UPS", telling=4)
    assert isinstance(await ActivityEnvironment().run(activities.tell_of_payment, paid), Accepted)
    assert isinstance(await ActivityEnvironment().run(activities.change_delivery, moved), Accepted)


async def test_a_provider_that_this_worker_lacks_is_tried_again() -> None:
    """Another worker of the queue may have it."""
    with pytest.raises(ApplicationError) as error:
        await ActivityEnvironment().run(ProviderActivities({}).cancel_at_provider, cancel())
    assert not error.value.non_retryable
