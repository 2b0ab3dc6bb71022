"""A local Fluent Commerce beside the local commercetools, under `/fluent`: the host is `http://127.0.0.1:8989/fluent`.

`POST /fluent/oauth/token` (password grant), `POST /fluent/graphql`, `POST /fluent/api/v4.1/event/async | sync`, and
signed webhooks to one address. The embedded demo's: account `PLACET_DEMO`, retailers 1 and 2, customer 1 (user name
`placet-demo`), user `placet` with password `placet`, client id `PLACET_DEMO` with secret `placet`.

An order that was created is fulfilled by itself, as `fluent_behaviour` says. For people and tests, open to everybody
who reaches the sandbox:

- `GET /sandbox/fluent`: orders, returns, webhooks with their answers, events, behaviours and faults that are left
- `POST /sandbox/fluent/behaviour` (see `fluent_behaviour`), `POST | GET | DELETE /sandbox/fluent/faults` (`fluent_faults`)
- `POST /sandbox/fluent/resume` `{"orderRef"}`: an order that pauses goes on
- `POST /sandbox/fluent/move` `{"entityType", "ref", "status", "attributes"?: {name: text}}`: a status set by hand, and the
  entity moves by hand only from then on
- `POST /sandbox/fluent/event`: an event as in the Event API, from within (somebody cancels at Fluent's own desk)
- `POST /sandbox/fluent/webhook` `{"url"?, "legacySignature"?, "names"?: {entityType: name}}`: where to, and how
- `GET /sandbox/fluent/public-key` (PEM, `?format=base64` bare), `POST /sandbox/fluent/rotate-key`

`POST /sandbox/reset` forgets orders, behaviours, faults and webhooks; tokens, keys and the address stay.
"""

import asyncio

import httpx
from starlette.datastructures import State

from sandbox.fluent_behaviour import Behaviours
from sandbox.fluent_changes import Changes
from sandbox.fluent_entities import Entities
from sandbox.fluent_events import Events
from sandbox.fluent_faults import FluentFaults
from sandbox.fluent_keys import Keys
from sandbox.fluent_lifecycle import Lifecycle
from sandbox.fluent_moves import Moves
from sandbox.fluent_orders import Orders
from sandbox.fluent_resolvers import Resolvers
from sandbox.fluent_tokens import FluentTokens
from sandbox.fluent_webhooks import Webhooks
from sandbox.requests import Sandbox


class Fluent:
    """One account: its records, what drives them, and whom it tells."""

    def __init__(self, sandbox: Sandbox) -> None:
        options = sandbox.options.fluent
        clock = sandbox.store.clock
        self.options = options
        self.tokens = FluentTokens(options, clock)
        self.keys = Keys(options.public_key_file)
        self.faults = FluentFaults()
        self.entities = Entities(clock)
        self.behaviours = Behaviours(options.step_ms)
        self.webhooks = Webhooks(options, self.keys, self.faults, self._http)
        self.moves = Moves(self.entities, self.faults, self.webhooks)
        self.lifecycle = Lifecycle(self.moves, self.behaviours)
        self.changes = Changes(self.behaviours, self.moves, self.lifecycle)
        self.events = Events(options.account, self.entities, self.behaviours, self.changes)
        self.orders = Orders(self.entities, options.retailers)
        self.resolvers = Resolvers(self.entities, self.orders, self.lifecycle)
        self._transport = sandbox.options.push_transport
        self._client: httpx.AsyncClient | None = None
        self._seed()

    async def idle(self) -> None:
        """Return when every order has come to its end and every webhook has been settled."""
        await self.lifecycle.idle()
        await self.webhooks.idle()

    def reset(self) -> None:
        """Forget everything that came in, and stop."""
        self.lifecycle.reset()
        self.webhooks.stop()
        self.entities.clear()
        self.behaviours.told.clear()
        self.faults.rules.clear()
        self.events.taken.clear()
        self._seed()

    async def aclose(self) -> None:
        """Stop, and close the HTTP client."""
        stopped = [*self.lifecycle.reset(), *self.webhooks.stop()]
        await asyncio.gather(*stopped, return_exceptions=True)
        if self._client is not None:
            await self._client.aclose()

    def _seed(self) -> None:
        retailer = self.orders.retailers[self.options.retailers[0]]
        told = {"username": "placet-demo", "primaryEmail": "placet-demo@example.com", "firstName": "Placet"}
        self.orders.customer(told, retailer, id=self.options.customer)

    def _http(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(transport=self._transport, timeout=None, trust_env=False)  # noqa: S113 - each attempt has a deadline of its own
        return self._client


def fluent_of(state: State) -> Fluent:
    """The app's Fluent, made when first asked for."""
    if not hasattr(state, "fluent"):
        sandbox: Sandbox = state.sandbox
        state.fluent = Fluent(sandbox)
        sandbox.store.on_reset.append(state.fluent.reset)
        sandbox.closers.append(state.fluent.aclose)
    found: Fluent = state.fluent
    return found
