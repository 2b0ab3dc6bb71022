"""Wires the workers: task queues, workflows, activities and the clients they are handed. The only wiring of activities.

`python -m worker` runs them until it is told to stop (SIGTERM, Ctrl-C), finishing what is under way.
"""

import asyncio
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import httpx
import uvloop
from temporalio import activity, workflow
from temporalio.api.operatorservice.v1 import ListSearchAttributesRequest
from temporalio.client import Client
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from activities.handover import HandOverActivities
from activities.inbound import InboundActivities
from activities.inbound_orders import OrdersByRef
from activities.notify import NotifyActivities
from activities.openings import OpeningActivities
from activities.order_workflows import OrderWorkflows
from activities.orders import OrderActivities
from activities.plain_failures import ACTIVITIES, PlainFailures
from activities.progress import ProgressActivities
from activities.providers import ProviderActivities
from activities.reconciliation import ReconciliationActivities
from activities.records import Records
from activities.registered import Activities
from activities.splitting import SplittingActivities
from clients.account import Account
from clients.commercetools import Commercetools
from clients.exchanges_http import logged_http
from clients.exchanges_systems import configured
from clients.fulfillment import FulfillmentSystem
from clients.notifier import ConsoleNotifier, Notifier, WebhookNotifier
from clients.providers import ProviderConfigurationError, Surroundings, load_providers
from configuration import Configuration, ConfigurationError, load
from configuration.mappings import load_mappings
from configuration.providers import load_provider_options
from configuration.redaction import load_redaction
from domain.logistic_order import CUSTOM_OBJECT
from settings import Settings, SettingsError, connect, load_settings
from workflows.contract import ORDER_CONTRACT
from workflows.inbound import InboundEvent
from workflows.names import COMMERCETOOLS_QUEUE, ORDERS_QUEUE, SEARCH_ATTRIBUTES, provider_queue
from workflows.order import Order
from workflows.reconciliation import Reconciliation

WORKFLOWS: Sequence[type] = (Order, InboundEvent, Reconciliation)

# Everything that a workflow imports is loaded once, by name, and not again for each order; what is not named here is
# an error when the worker starts. The workflows' own files stay in the sandbox.
PURE = SandboxedWorkflowRunner(
    restrictions=SandboxRestrictions.default.with_passthrough_modules(
        "activities",
        "clients",
        "domain",
        *(
            f"workflows.{room}"
            for room in (
                "approval asking authority calls cancelling courier forwarder fulfillment hearing inbound_calls inbound_memory ledger "
                "logistic_calls logistics memory names outlook policies put_off "
                "passing_on reaching"
            ).split()
        ),
    ).with_import_notification_policy(
        workflow.SandboxImportNotificationPolicy.RAISE_ON_UNINTENTIONAL_PASSTHROUGH
    )
)

# What is under way when a worker is told to stop may finish: an activity is a handful of HTTP calls.
GRACE = timedelta(seconds=15)


def build_workers(
    client: Client,
    activities: Activities,
    *,
    cached_workflows: int = 1000,
    sticky_timeout: timedelta = timedelta(seconds=1),
    commercetools_per_second: float | None = None,
) -> list[Worker]:
    """One worker for the workflows, one for commercetools, and one for each provider.

    `commercetools_per_second`: so many activities at most are begun on its queue, by all workers together.
    """
    return [
        Worker(
            client,
            task_queue=ORDERS_QUEUE,
            workflows=WORKFLOWS,
            activities=activities.of_ours,
            workflow_runner=PURE,
            max_cached_workflows=cached_workflows,
            # A worker that was killed holds its orders back for this long (10 s by default).
            sticky_queue_schedule_to_start_timeout=sticky_timeout,
            graceful_shutdown_timeout=GRACE,
        ),
        Worker(
            client,
            task_queue=COMMERCETOOLS_QUEUE,
            activities=activities.of_commercetools,
            # Kept by the server. None of these can be started eagerly, past the limit: they are on another queue than
            # the workflows.
            max_task_queue_activities_per_second=commercetools_per_second,
            graceful_shutdown_timeout=GRACE,
        ),
        *(
            Worker(
                client,
                task_queue=provider_queue(provider),
                activities=called,
                graceful_shutdown_timeout=GRACE,
            )
            for provider, called in activities.of_providers.items()
        ),
    ]


def commercetools(settings: Settings, http: httpx.AsyncClient) -> Commercetools:
    """The client of the project that the settings name."""
    account = Account(
        project_key=settings.project_key,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        api_url=settings.commercetools_api_url,
        auth_url=settings.commercetools_auth_url,
        scopes=settings.scopes,
    )
    return Commercetools(account, http)


def activities_for(
    settings: Settings, configuration: Configuration, http: httpx.AsyncClient, temporal: Client
) -> Activities:
    """The activities with the clients that the settings name.

    Raises:
        ConfigurationError: the status maps or the file of providers cannot be followed.
        ProviderConfigurationError: a provider cannot be had as it is configured.
    """
    api = commercetools(settings, http)
    records, splitting = Records(api), SplittingActivities(api, configuration.splitting)
    progress = ProgressActivities(api, records, configuration.machine, configuration.states.line_states)
    options = load_provider_options(settings.providers_file)
    routed = {rule.provider for rule in configuration.splitting.rules} - {CUSTOM_OBJECT}
    providers = load_providers([*options, *sorted(routed)], options, Surroundings(http, api))
    system = None
    if settings.fulfillment_url is not None:
        system = FulfillmentSystem(settings.fulfillment_url, http, settings.fulfillment_token)
    notifier: Notifier = ConsoleNotifier(sys.stdout)
    if settings.notify_url is not None:
        notifier = WebhookNotifier(settings.notify_url, http, settings.notify_token)
    return Activities(
        orders=OrderActivities(
            api,
            records,
            configuration.machine,
            configuration.policy,
            configuration.directory,
            settings.adopt_since,
            splitting,
            progress,
        ),
        openings=OpeningActivities(configuration.directory, api.associates),
        hand_over=HandOverActivities(api, records, system),
        notify=NotifyActivities(notifier, api, records),
        reconciliation=ReconciliationActivities(
            api,
            configuration.machine,
            OrderWorkflows(temporal, ORDER_CONTRACT),
            since=settings.adopt_since,
            silent_after=timedelta(hours=settings.silent_after_hours),
        ),
        splitting=splitting,
        progress=progress,
        inbound=InboundActivities(
            OrdersByRef(api),
            load_mappings(settings.config_dir, configuration.machine),
            providers,
            reasons=configuration.reasons,
        ),
        providers=ProviderActivities(providers, configuration.reasons),
    )


@asynccontextmanager
async def running(workers: Sequence[Worker]) -> AsyncIterator[None]:
    """The workers run inside; leaving stops them gracefully."""
    async with AsyncExitStack() as stack:
        for one in workers:
            await stack.enter_async_context(one)
        yield


async def missing_search_attributes(client: Client) -> list[str]:
    """The search attributes that the namespace lacks; one that is upserted unregistered wedges its workflow."""
    answer = await client.operator_service.list_search_attributes(
        ListSearchAttributesRequest(namespace=client.namespace)
    )
    return sorted(key.name for key in SEARCH_ATTRIBUTES if key.name not in answer.custom_attributes)


async def work(settings: Settings, configuration: Configuration) -> None:
    """Run until told to stop.

    Raises:
        RuntimeError: Temporal cannot be reached, or the namespace is not set up.
    """
    client = await connect(settings)
    missing = await missing_search_attributes(client)
    if missing:
        raise RuntimeError(
            f"the namespace {client.namespace} lacks search attributes: {', '.join(missing)}; run `placet setup`"
        )
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for asked in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(asked, stop.set)
    systems = configured(
        (settings.commercetools_api_url, settings.commercetools_auth_url),
        settings.fulfillment_url,
        settings.notify_url,
        load_provider_options(settings.providers_file),
    )
    rules, directory = load_redaction(settings.config_dir), settings.exchange_log_dir
    attempt = lambda: activity.info().attempt if activity.in_activity() else None  # noqa: E731 - of whoever calls
    async with logged_http(rules, directory, systems, attempt=attempt) as http:
        workers = build_workers(
            client,
            activities_for(settings, configuration, http, client),
            cached_workflows=settings.cached_workflows,
            sticky_timeout=timedelta(seconds=settings.sticky_timeout_seconds),
            commercetools_per_second=settings.commercetools_per_second,
        )
        async with running(workers):
            print("worker ready", flush=True)  # noqa: T201 - whoever started this process waits for the line
            await stop.wait()
    await asyncio.sleep(0.3)  # the SDK's core must settle before the interpreter ends (sdk-python#300)


def main() -> int:
    """Exit code 0 when stopped, 2 for settings or configuration that are wrong, 3 if Temporal is out of reach."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger(ACTIVITIES).addFilter(PlainFailures())
    try:
        settings = load_settings()
        uvloop.run(work(settings, load(settings.config_dir)))
    except (SettingsError, ConfigurationError, ProviderConfigurationError) as error:
        print(error, file=sys.stderr)  # noqa: T201 - the answer to whoever started it
        return 2
    except RuntimeError as error:
        print(f"placet worker: {error}", file=sys.stderr)  # noqa: T201 - as above
        return 3
    return 0


if __name__ == "__main__":
    ended = main()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended)  # sdk-python issue 300: the SDK's threads may abort an interpreter that ends
