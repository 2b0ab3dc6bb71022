"""`python -m sandbox`: the sandbox as a process of its own."""

import argparse
import socket
import sys
from pathlib import Path

import uvicorn

from sandbox.app import create_app
from sandbox.fluent_options import FluentOptions
from sandbox.options import DEFAULT_CLIENTS, DEFAULT_PROJECT, ApiClient, Options


def _client(text: str) -> ApiClient:
    """`id:secret` or `id:secret:scope scope`, scopes without the project key."""
    name, _, rest = text.partition(":")
    secret, _, scopes = rest.partition(":")
    if not name or not secret:
        raise argparse.ArgumentTypeError("expected id:secret or id:secret:scope scope")
    return ApiClient(name, secret, tuple(scopes.split()) or ("manage_project",))


def _address(text: str) -> tuple[str, int]:
    host, _, port = text.rpartition(":")
    if not host or not port.isdigit():
        raise argparse.ArgumentTypeError("expected host:port")
    return host, int(port)


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="sandbox", description="A local commercetools.")
    parser.add_argument(
        "--address", type=_address, default=("127.0.0.1", 8989), help="port 0 lets the OS choose"
    )
    parser.add_argument("--project", default=DEFAULT_PROJECT)
    parser.add_argument("--client", type=_client, action="append", help="id:secret[:scope scope], repeatable")
    parser.add_argument(
        "--downstream-events-url", help="where the local downstream system reports its events"
    )
    parser.add_argument("--downstream-token", help="the bearer token that it reports them with")
    parser.add_argument("--downstream-delay-ms", type=int, default=200, help="its wait before each event")
    parser.add_argument("--downstream-statuses", default="accepted,completed", help="its events, in order")
    parser.add_argument(
        "--messages-disabled",
        action="store_true",
        help="start without the query of messages, as new projects do",
    )
    parser.add_argument(
        "--extensions-not-on-import", action="store_true", help="call no API Extension for imports of orders"
    )
    parser.add_argument(
        "--extensions-hide-caller",
        action="store_true",
        help="leave out lastModifiedBy in what they are shown",
    )
    _fluent_arguments(parser)
    return parser.parse_args(argv)


def _fluent_arguments(parser: argparse.ArgumentParser) -> None:
    usual = FluentOptions()
    parser.add_argument("--fluent-webhook-url", help="where the local Fluent sends its webhooks")
    parser.add_argument("--fluent-public-key-file", type=Path, help="where it writes its public key (PEM)")
    parser.add_argument("--fluent-legacy-signature", action="store_true", help="send flex.signature as well")
    parser.add_argument(
        "--fluent-step-ms", type=int, default=usual.step_ms, help="its wait before each status"
    )
    parser.add_argument("--fluent-account", default=usual.account)
    parser.add_argument("--fluent-retailer", action="append", help="a retailer's id, repeatable")


def _fluent(given: argparse.Namespace) -> FluentOptions:
    usual = FluentOptions()
    return FluentOptions(
        account=given.fluent_account,
        retailers=tuple(given.fluent_retailer or usual.retailers),
        webhook_url=given.fluent_webhook_url,
        legacy_signature=given.fluent_legacy_signature,
        public_key_file=given.fluent_public_key_file,
        step_ms=given.fluent_step_ms,
    )


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket that says it speaks TCP.

    asyncio switches Nagle's algorithm off only for sockets whose protocol is named, which `socket.create_server`
    does not do: every reply would wait 40 ms for a delayed acknowledgement.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((host.strip("[]"), port))
    listener.listen(1024)
    return listener


def main(argv: list[str] | None = None) -> None:
    """Listen, say so in one line on stdout, and serve until told to stop."""
    given = _arguments(sys.argv[1:] if argv is None else argv)
    options = Options(
        project_key=given.project,
        clients=tuple(given.client or DEFAULT_CLIENTS),
        downstream_events_url=given.downstream_events_url,
        downstream_token=given.downstream_token,
        downstream_delay_ms=given.downstream_delay_ms,
        downstream_statuses=tuple(filter(None, given.downstream_statuses.split(","))),
        messages_enabled=not given.messages_disabled,
        extensions_on_import=not given.extensions_not_on_import,
        extensions_tell_caller=not given.extensions_hide_caller,
        fluent=_fluent(given),
    )
    host, port = given.address
    listener = _listen(host, port)
    print(f"sandbox listening on http://{host}:{listener.getsockname()[1]}", flush=True)  # noqa: T201 - who starts us waits for this line
    config = uvicorn.Config(create_app(options), log_level="warning", access_log=False, server_header=False)
    uvicorn.Server(config).run(sockets=[listener])


if __name__ == "__main__":
    main()
