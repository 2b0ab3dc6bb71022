"""The `placet` command: what there is, and how a command ends.

Commands import what they need when they run: the SDK's models alone take longer to load than `--help` should.
"""

import os
import sys
from collections.abc import Sequence

import typer

from starter import (
    cli_bulk,
    cli_cancel,
    cli_decisions,
    cli_inbound,
    cli_interventions,
    cli_orders,
    cli_policy,
    cli_reconcile,
    cli_roles,
    cli_setup,
    cli_states,
)
from starter.exits import CommandError, Exit

app = typer.Typer(
    name="placet",
    help="Order approval for B2B teams on commercetools, one durable Temporal workflow per order.\n\n"
    "Start with `placet demo`. Exit codes: 0 done, 1 refused, 2 usage, 3 an outside system failed.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
)
for part in (
    cli_roles,
    cli_setup,
    cli_orders,
    cli_decisions,
    cli_bulk,
    cli_interventions,
    cli_cancel,
    cli_policy,
    cli_states,
    cli_reconcile,
    cli_inbound,
):
    part.register(app)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code. Expected failures are a readable line on stderr each."""
    try:
        app(args=list(arguments) if arguments is not None else None, prog_name="placet")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else Exit.REFUSED
    except CommandError as error:
        return _said(str(error), error.code)
    except Exception as error:
        known = _expected(error)
        if known is None:
            raise
        return _said(str(error) or type(error).__name__, known)
    return Exit.DONE


def main() -> None:
    """The console script. Ends without the interpreter's own end, in which the Temporal SDK sometimes crashes."""
    code = run()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # sdk-python issue 300: a short-lived process may abort after its work is done


def _said(message: str, code: Exit) -> Exit:
    for line in message.splitlines():
        typer.echo(f"placet: {line}" if not line.startswith(" ") else line, err=True)
    return code


def _expected(error: Exception) -> Exit | None:
    """The exit code of a failure that is no fault of ours, None if it is one."""
    from temporalio.service import RPCError  # noqa: PLC0415

    from clients.errors import ClientError  # noqa: PLC0415
    from configuration import ConfigurationError  # noqa: PLC0415
    from settings import SettingsError  # noqa: PLC0415

    if isinstance(error, SettingsError):
        return Exit.USAGE
    if isinstance(error, ConfigurationError):
        return Exit.REFUSED
    unreachable = isinstance(error, RuntimeError) and "connect" in str(error).lower()
    return Exit.OUTSIDE if unreachable or isinstance(error, ClientError | RPCError) else None


if __name__ == "__main__":
    main()
