"""The port to whoever fulfils: what a provider does, and how an adapter is found by its name.

An adapter is one class and one entry point of the group `placet.providers` (name -> class); `tests/providers/contract.py`
is the suite that it must pass. Nobody retries here: each method makes one attempt, and raises `clients.errors`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import EntryPoint, entry_points
from typing import Protocol, runtime_checkable

import httpx

from clients.commercetools import Commercetools
from domain.logistic_export import LogisticOrderDraft
from domain.order import Address
from domain.provider_answers import Accepted, Conflict, Exported, LineQuantity, Refused, Unsupported
from domain.provider_orders import ProviderFulfillment, ProviderOrder, UpdatedPage

GROUP = "placet.providers"
ADAPTER = "adapter"
"""The option that names the adapter, where a provider is not called as its adapter is."""

Options = Mapping[str, str]
Exporting = Exported | Conflict | Unsupported
Changing = Accepted | Refused | Unsupported


@runtime_checkable
class Provider(Protocol):
    """One provider. Every method raises ClientError for what went wrong; what it cannot do is `Unsupported`.

    Amounts and quantities are absolute, so that the same request again, after a reply that was lost, changes nothing.
    """

    async def export(self, draft: LogisticOrderDraft) -> Exporting:
        """Create the logistic order, once: looked up by its reference first, and never after a look-up that failed.

        The same content under the reference is `Exported(already=True)`, other content `Conflict`; `Unsupported` is what
        this provider cannot take, such as an order to several addresses.
        """

    async def cancel(self, ref: str, quantities: Sequence[LineQuantity], reason: str) -> Changing:
        """Cancel so many of these lines *altogether*, counted from the export; no quantities: all of it.

        `reason` is the provider's own code.
        """

    async def amend(self, ref: str, quantities: Sequence[LineQuantity]) -> Changing:
        """Have these lines in these quantities from now on; lines that are not named stay as they are."""

    async def change_delivery(
        self, ref: str, *, address: Address | None = None, method: str | None = None, telling: int = 0
    ) -> Changing:
        """Deliver to this address, or by this method, from now on.

        `telling` counts what is told of this logistic order, payments and deliveries together, from 1; 0 is uncounted. The
        same request again has the same number, and an address that comes back another one: for those whose receiver
        takes a repeat for known. An adapter that has no use for it need not have the parameter.
        """

    async def tell_of_payment(self, ref: str, state: str, *, telling: int = 0) -> Changing:
        """Tell the state of the order's payment, as commercetools spells it, such as `Paid`; `telling` as above."""

    async def fetch(self, ref: str) -> ProviderOrder | Unsupported | None:
        """The full record as it is now, None if there is none under this reference."""

    async def fetch_fulfillment(self, fulfillment_id: str) -> ProviderFulfillment | Unsupported | None:
        """One fulfilment by the provider's id for it, None if there is none."""

    async def updated_since(self, instant: datetime, cursor: str | None = None) -> UpdatedPage | Unsupported:
        """One page of the orders that changed at or after the instant, oldest change first where the provider sorts."""


@dataclass(frozen=True)
class Surroundings:
    """What an adapter may use: the process's HTTP client, and the commercetools project where there is one."""

    http: httpx.AsyncClient
    commercetools: Commercetools | None = None


class Adapter(Protocol):
    """What an entry point names: a class that builds a provider from its options."""

    def build(self, options: Options, surroundings: Surroundings) -> Provider:
        """The provider.

        Raises:
            ProviderConfigurationError: options are missing, wrong or unknown; no message repeats a value.
        """


class ProviderConfigurationError(ValueError):
    """A provider cannot be had as it is configured. The message says which option, never its value."""


def load_providers(
    names: Iterable[str],
    options: Mapping[str, Options],
    surroundings: Surroundings,
    *,
    installed: Iterable[EntryPoint] | None = None,
) -> dict[str, Provider]:
    """The providers of these names, each built with the options that stand under its name.

    A provider's adapter is the entry point of its own name, or the one that its option `adapter` names.

    Raises:
        ProviderConfigurationError: all that is wrong, one line for each.
    """
    known = {entry.name: entry for entry in (entry_points(group=GROUP) if installed is None else installed)}
    providers: dict[str, Provider] = {}
    wrong: list[str] = []
    for name in dict.fromkeys(names):
        try:
            providers[name] = _built(name, options.get(name, {}), known, surroundings)
        except ProviderConfigurationError as error:
            wrong.append(f"provider {name}: {error}")
    if wrong:
        raise ProviderConfigurationError("\n".join(wrong))
    return providers


def required(options: Options, *names: str) -> list[str]:
    """The values of these options, in their order.

    Raises:
        ProviderConfigurationError: some are missing or empty.
    """
    missing = [name for name in names if not options.get(name, "").strip()]
    if missing:
        raise ProviderConfigurationError(f"{', '.join(missing)} must be set")
    return [options[name].strip() for name in names]


def refuse_unknown(options: Options, known: Iterable[str]) -> None:
    """A misspelt option would otherwise be passed over in silence.

    Raises:
        ProviderConfigurationError: there are options that nobody reads.
    """
    unknown = sorted(set(options) - set(known) - {ADAPTER})
    if unknown:
        raise ProviderConfigurationError(
            f"{', '.join(unknown)}: no such option; there are {', '.join(sorted(known))}"
        )


def _built(
    name: str, options: Options, known: Mapping[str, EntryPoint], surroundings: Surroundings
) -> Provider:
    adapter = options.get(ADAPTER, name)
    if adapter not in known:
        there = ", ".join(sorted(known)) or "none: install the project again after pyproject.toml has changed"
        raise ProviderConfigurationError(f"no adapter {adapter} in {GROUP}; there are {there}")
    try:
        found: Adapter = known[adapter].load()
    except (ImportError, AttributeError) as error:
        raise ProviderConfigurationError(
            f"{known[adapter].value} cannot be loaded: {type(error).__name__}: {error}"
        ) from error
    build = getattr(found, "build", None)
    if build is None:
        raise ProviderConfigurationError(f"{known[adapter].value} has no build(options, surroundings)")
    provider = found.build(options, surroundings)
    if not isinstance(provider, Provider):
        raise ProviderConfigurationError(f"{known[adapter].value} builds something that is no Provider")
    return provider
