"""All activities of a worker, by the queue that they are on."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from activities.handover import HandOverActivities
from activities.inbound import InboundActivities
from activities.notify import NotifyActivities
from activities.openings import OpeningActivities
from activities.orders import OrderActivities
from activities.progress import ProgressActivities
from activities.providers import ProviderActivities
from activities.reconciliation import ReconciliationActivities
from activities.splitting import SplittingActivities
from domain.inbound import PROVIDERS


@dataclass(frozen=True)
class Activities:
    """The objects whose methods are the activities."""

    orders: OrderActivities
    openings: OpeningActivities
    hand_over: HandOverActivities
    notify: NotifyActivities
    reconciliation: ReconciliationActivities
    splitting: SplittingActivities
    progress: ProgressActivities
    inbound: InboundActivities | None = None
    """Absent: messages of providers wait for a worker that handles them."""
    providers: ProviderActivities | None = None
    """Absent: what providers other than the custom object are to do waits for a worker that has them."""

    @property
    def of_commercetools(self) -> list[Callable[..., Any]]:
        """Those that call commercetools, on the queue that can be rate-limited."""
        return [
            self.orders.route_order,
            self.openings.open_level,
            self.orders.look_at_order,
            self.orders.release_order,
            self.orders.close_order,
            self.orders.record_order,
            self.splitting.split_order,
            self.progress.apply_progress,
            self.hand_over.hand_over,
            self.notify.tell_people,
            self.notify.tell_after_end,
            self.reconciliation.orders_are_adopted_since,
            self.reconciliation.reconcile_page,
        ]

    @property
    def of_ours(self) -> list[Callable[..., Any]]:
        """The others."""
        return [self.hand_over.announce_hand_over, self.openings.open_level]

    @property
    def of_providers(self) -> dict[str, list[Callable[..., Any]]]:
        """Those that call a provider, on its own queue."""
        called: dict[str, list[Callable[..., Any]]] = {}
        if self.inbound is not None:
            called = {name: [self.inbound.handle_inbound] for name in {*PROVIDERS, *self.inbound.providers}}
        if self.providers is not None:
            asked: list[Callable[..., Any]] = [
                self.providers.export_order,
                self.providers.cancel_at_provider,
                self.providers.tell_of_payment,
                self.providers.change_delivery,
            ]
            for name in self.providers.names:
                called[name] = [*called.get(name, []), *asked]
        return called
