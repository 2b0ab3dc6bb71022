"""`placet policy`: look the configuration over, before it decides anything."""
# ruff: noqa: PLC0415 - a command loads only what it needs

from pathlib import Path
from typing import Annotated

import typer

from starter.cli_orders import AsJson, OrderName

policy = typer.Typer(help="The approval policy.", no_args_is_help=True)

Folder = Annotated[
    Path | None,
    typer.Option("--config", metavar="DIR", help="The folder with the files; PLACET_CONFIG_DIR by default."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(policy, name="policy")


def _folder(given: Path | None) -> Path:
    from settings import load_settings

    return given if given is not None else load_settings().config_dir


@policy.command("check")
def check_policy(config: Folder = None, json: AsJson = False) -> None:
    """Check policy.yaml, directory.yaml and states.yaml together. Every error names its file, line and field.

    Example: `placet policy check --config my/config`
    """
    from configuration import load
    from starter.order_views import print_json

    folder = _folder(config)
    found = load(folder)
    rules = [{"rule": rule.rule, "steps": [step.step for step in rule.steps]} for rule in found.policy.rules]
    if json:
        print_json({"ok": True, "policyDigest": found.policy_digest, "rules": rules})
        return
    people, groups = len(found.directory.people), len(found.directory.groups)
    typer.echo(f"ok: {folder}, policy {found.policy_digest[:12]}, {people} people in {groups} groups")
    for n, rule in enumerate(found.policy.rules, 1):
        steps = ", then ".join(step.step for step in rule.steps) or "approved automatically"
        typer.echo(f"{n:>3}. {rule.rule}: {steps}")


@policy.command("explain")
def explain_policy(order: OrderName, config: Folder = None, json: AsJson = False) -> None:
    """Say what the policy in the files would ask for an order as it is now in commercetools, and why.

    Nothing is changed: a running order keeps the route that it was given.

    Example: `placet policy explain ORDER-1001 --config my/config`
    """
    import asyncio

    from configuration import load
    from domain.routing import route
    from settings import load_settings
    from starter.order_names import order_as_it_is
    from starter.order_views import print_json, print_route

    found = load(_folder(config))
    present = asyncio.run(order_as_it_is(load_settings(), order))
    chosen = route(found.policy, found.directory, present.content, found.policy_digest)
    if json:
        print_json(chosen.to_json_dict())
    else:
        print_route(present, chosen)
