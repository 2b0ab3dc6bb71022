"""`placet serve`: the edge as a process of its own. `python -m starter.serve` runs it too."""

import asyncio
import logging
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
import uvloop

from clients.commercetools import Commercetools
from clients.exchanges_http import logged_http
from clients.exchanges_systems import configured
from configuration import ConfigurationError, load_machine
from configuration.reasons import load_reasons
from configuration.redaction import load_redaction
from settings import Address, Settings, SettingsError, connect, load_settings
from starter.api import create_app
from starter.commercetools_account import account
from starter.edge import Edge
from starter.exits import Exit
from starter.guard import Guard
from starter.inbound_gateway import Webhooks
from starter.inbound_senders import senders_of
from starter.temporal_inbound import TemporalInbound
from starter.temporal_orders import TemporalOrders
from starter.tokens import load_tokens

_KEEP_ALIVE_SECONDS = 30
_SHUTDOWN_SECONDS = 10
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@asynccontextmanager
async def edge_of(settings: Settings) -> AsyncIterator[Edge]:
    """The edge that the settings describe. Temporal need not be there yet: `/readyz` tells.

    Raises:
        SettingsError: a setting cannot be followed.
        ConfigurationError: states.yaml has no machine that the guard could hold orders to; redaction.yaml or
            mappings/reasons.yaml has mistakes.
    """
    tokens = load_tokens(settings)
    machine = load_machine(settings.config_dir / "states.yaml")
    reasons = load_reasons(settings.config_dir)
    client = await connect(settings, lazy=True)
    systems = configured((settings.commercetools_api_url, settings.commercetools_auth_url))
    async with logged_http(load_redaction(settings.config_dir), settings.exchange_log_dir, systems) as http:
        orders, shop = TemporalOrders(client), Commercetools(account(settings), http)
        guard = Guard(machine, orders, shop, frozenset(settings.operator_client_ids))
        webhooks = Webhooks(senders_of(settings), TemporalInbound(client))
        yield Edge(orders, shop, tokens, guard, webhooks=webhooks, reasons=reasons)


async def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; requests under way are finished. Prints `edge listening on {url}` once up.

    Raises:
        SettingsError: a setting cannot be followed, or the address is taken.
    """
    async with edge_of(settings) as edge:
        listening = listen(settings.edge_address)
        config = uvicorn.Config(
            create_app(edge),
            access_log=False,  # paths and queries hold ids of people; /metrics counts, the journal tells
            log_level="warning",
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
            timeout_graceful_shutdown=_SHUTDOWN_SECONDS,
        )
        await _Server(config).serve(sockets=[listening])
    await asyncio.sleep(0.3)  # sdk-python issue 300: Temporal's threads must end before the interpreter does


def listen(address: Address) -> socket.socket:
    """A socket that listens there.

    Raises:
        SettingsError: somebody else listens there, or the address is not this machine's.
    """
    family = socket.AF_INET6 if ":" in address.host else socket.AF_INET
    try:
        listening = socket.create_server((address.host, address.port), family=family)
    except OSError as error:
        raise SettingsError(f"PLACET_EDGE_ADDRESS {address}: {error.strerror or error}") from None
    # asyncio sets this only on sockets that it makes itself; without it every reply waits 40 ms for the next one.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listening


class _Server(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve, and say where: with port 0 the system chose."""
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            sys.stdout.write(f"edge listening on {Address(host, port).url}\n")
            sys.stdout.flush()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """End on SIGINT and SIGTERM. Uvicorn's own way raises them again after the end, which skips our own end."""
        loop = asyncio.get_running_loop()
        for wanted in _SIGNALS:
            loop.add_signal_handler(wanted, self.handle_exit, wanted, None)
        try:
            yield
        finally:
            for wanted in _SIGNALS:
                loop.remove_signal_handler(wanted)


def main() -> int:
    """Run the edge by the environment's settings; the exit code is that of the commands."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    logging.getLogger("placet").setLevel(logging.INFO)
    try:
        uvloop.run(serve(load_settings()))
    except (SettingsError, ConfigurationError) as error:
        sys.stderr.write(f"{error}\n")
        return Exit.USAGE
    return Exit.DONE


if __name__ == "__main__":
    sys.exit(main())
