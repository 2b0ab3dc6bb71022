"""What the edge counts, as Prometheus has it. Labels are of small closed sets: no ids, no people."""

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest

_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20)


class Metrics:
    """The counters of one edge, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "placet_requests", "Requests answered", ("method", "route", "status"), registry=self._registry
        )
        self.seconds = Histogram(
            "placet_request_seconds",
            "Time to an answer in seconds",
            ("method", "route"),
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self.decisions = Counter(
            "placet_decisions", "Decisions answered, by receipt", ("receipt",), registry=self._registry
        )
        self.withdrawals = Counter(
            "placet_withdrawals", "Withdrawals answered, by receipt", ("receipt",), registry=self._registry
        )
        self.interventions = Counter(
            "placet_interventions",
            "What people told waiting orders beside deciding, by kind and receipt",
            ("kind", "receipt"),
            registry=self._registry,
        )
        self.refused = Counter(
            "placet_decisions_refused",
            "Decisions, and whatever else people say, that no workflow heard: their sender has no say in the order",
            registry=self._registry,
        )
        self.notifications = Counter(
            "placet_notifications", "Notifications taken in, by result", ("result",), registry=self._registry
        )
        self.guard = Counter(
            "placet_guard", "Changes of orders judged by the guard", ("result",), registry=self._registry
        )
        self.drifts = Counter(
            "placet_drifts",
            "Moves of orders past the guard, seen in messages",
            ("drift",),
            registry=self._registry,
        )
        self.fulfillment_events = Counter(
            "placet_fulfillment_events", "Fulfilment events taken in", ("status",), registry=self._registry
        )
        self.webhooks = Counter(
            "placet_webhooks",
            "Webhooks of providers, by what became of them",
            ("provider", "result"),
            registry=self._registry,
        )

    def text(self) -> bytes:
        """Everything in the text format of Prometheus."""
        return generate_latest(self._registry)
