"""`placet dev`: everything up and staying up."""

import asyncio

import typer

from configuration import load
from settings import Settings
from starter.embedded import EmbeddedStack, addresses, demand_free_ports, embedded_settings
from starter.stopping import stop_on_signals, unless


def stay_up(settings: Settings) -> None:
    """Start everything, say where it is, and stay until Ctrl-C.

    Raises:
        PortTakenError: a port is taken.
        ProgramEndedError: one of the programs ended by itself.
    """
    for said in ignored(settings):
        typer.echo(said, err=True)
    chosen = embedded_settings(settings)
    demand_free_ports(chosen)
    load(chosen.config_dir)  # a mistake in the files is told before anything starts
    asyncio.run(_stay_up(EmbeddedStack(chosen, chosen.state_dir / "dev")))


def ignored(settings: Settings) -> list[str]:
    """Which of the settings have no effect here, in words."""
    words = []
    if not settings.embedded:
        words.append("CTP_* is ignored here: `placet dev` works on the sandbox only")
    if settings.tokens_file is not None:
        words.append("PLACET_TOKENS_FILE is ignored here: `placet dev` has one token, with every right")
    return words


async def _stay_up(stack: EmbeddedStack) -> None:
    async with stop_on_signals() as stopped:
        try:
            await unless(stopped, _bring_up(stack))
            if not stopped.done():
                await stack.house.until(stopped)
        finally:
            typer.echo("ending...", err=True)
            await stack.stop()


async def _bring_up(stack: EmbeddedStack) -> None:
    from starter.provision import Change, provision  # noqa: PLC0415 - loads the SDK's models while the others start

    settings = stack.settings
    await stack.start()
    await stack.ready()
    client = await stack.temporal()
    made = [done async for done in provision(settings, client, load(settings.config_dir).states)]
    count = sum(done.change is Change.CREATED for done in made)
    where = addresses(settings)
    typer.echo(f"edge          {where.edge}  (OpenAPI at /openapi.json, bearer token: {_token(settings)})")
    typer.echo(f"sandbox       {where.sandbox}  (project {settings.project_key}; clients placet and shop)")
    typer.echo(f"Fluent        {where.sandbox}/fluent  (steered at /sandbox/fluent)")
    typer.echo(f"Temporal UI   {where.temporal_ui}")
    typer.echo(f"Temporal      {where.temporal}")
    typer.echo(f"configuration {settings.config_dir} ({count} things set up)")
    typer.echo(f"logs          {stack.directory}")
    typer.echo("Ctrl-C ends everything.")


def _token(settings: Settings) -> str:
    """The token, where it is the public one; never one that was given to us."""
    return settings.bearer().get_secret_value() if settings.dev_token_in_force else "PLACET_API_TOKEN"
