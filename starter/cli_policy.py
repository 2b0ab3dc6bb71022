"""`placet policy`: look the policy over, ask it about one order, and try a changed one on past orders."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.cli_orders import AsJson
from starter.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from configuration import Configuration, Problem
    from domain.routing import Router
    from settings import Settings
    from starter.policy_replay import Replay, Replayed

policy = typer.Typer(help="The approval policy.", no_args_is_help=True)

_EVER = datetime.min.replace(tzinfo=UTC)

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


def _providers() -> "Sequence[str] | None":
    """Those that routing.yaml may name; None where no file says which there are."""
    from configuration.providers import load_provider_options
    from domain.logistic_order import CUSTOM_OBJECT
    from settings import load_settings

    file = load_settings().providers_file
    return None if file is None else (CUSTOM_OBJECT, *load_provider_options(file))


@policy.command("check")
def check_policy(config: Folder = None, json: AsJson = False) -> None:
    """Check policy, directory, states, routing and mappings together. Every error names its file, line and field.

    Beside mistakes: rules that never match, amounts that no rule is for, steps that nobody is left to decide;
    statuses that lead nowhere or back, and providers that are not in PLACET_PROVIDERS_FILE.

    Example: `placet policy check --config my/config`
    """
    from configuration import ConfigurationError, lint_policy
    from configuration.fulfillment import lint_fulfillment
    from starter.order_views import print_json

    folder = _folder(config)
    try:
        found, problems, whole = lint_policy(folder)
        problems = (*problems, *lint_fulfillment(folder, found.machine, _providers()))
    except ConfigurationError as error:
        if json:
            print_json({"ok": False, "findings": _findings(error.problems)})
        raise
    rules = [{"rule": rule.rule, "steps": [step.step for step in rule.steps]} for rule in found.policy.rules]
    if json:
        told = {"ok": not problems, "policyDigest": found.policy_digest, "whole": whole, "rules": rules}
        print_json({**told, "findings": _findings(problems)})
    else:
        _tell_check(folder, found, problems)
        if not whole:
            typer.echo(
                "note: the policy asks too many things or people for a search of all gaps, "
                "rules that never match and steps that nobody is left to decide"
            )
    if problems:
        raise typer.Exit(Exit.REFUSED)


@policy.command("explain")
def explain_policy(
    order: Annotated[
        str,
        typer.Argument(
            metavar="ORDER|FILE",
            help="The order's number or id, or a file with an order as commercetools writes it.",
        ),
    ],
    config: Folder = None,
    json: AsJson = False,
) -> None:
    """Say what the policy in the files would ask for an order as it is now, and why: who, and until when.

    Nothing is started or changed: a running order keeps the route that it was given.

    Example: `placet policy explain ORDER-1001 --config my/config`
    """
    from domain.facts import facts_of
    from settings import load_settings
    from starter.order_views import print_json
    from starter.policy_explained import as_json, explained
    from starter.policy_forecast import Forecast
    from starter.policy_orders import order_of, present_order

    found, now = _loaded(_folder(config)), datetime.now(UTC)
    router = _router_of(found)
    if Path(order).suffix == ".json" or Path(order).is_file():
        present = order_of(Path(order))
        facts = facts_of(present)
    else:
        asked = present_order(load_settings(), order, found.machine, router)
        present, facts = asyncio.run(asked)
    route = router.route(present.content, facts, now)
    forecast = Forecast(route, present.content.total, router.directory, now)
    if json:
        print_json(as_json(present, route, forecast))
    else:
        for line in explained(present, route, forecast):
            typer.echo(line)


@policy.command("replay")
def replay_policy(
    since: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="Orders placed since then: a date, or a time with its zone. A file may go without.",
        ),
    ] = None,
    orders: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Orders from a file, one as JSON in each line; else from commercetools.",
        ),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="The present policy; that of PLACET_CONFIG_DIR by default."),
    ] = None,
    config: Folder = None,
    json: AsJson = False,
) -> None:
    """Try a changed policy on past orders: how many would have gone another way, to whom, and which to nobody.

    Nothing is started or changed. What past orders do not tell (who had a role then, what was spent) is held.

    Example: `placet policy replay --since 2026-01-01 --config my/config --against config`
    """
    from settings import load_settings
    from starter.order_views import print_json
    from starter.policy_replay import Replay
    from starter.policy_replay_views import report

    settings, began = load_settings(), _began(since, orders)
    changed, present = _folder(config), against if against is not None else settings.config_dir
    one, other = (_loaded(folder) for folder in (present, changed))
    replay = Replay(_router_of(one), _router_of(other))
    if one.policy_digest == other.policy_digest:
        _tell_same(present, changed)
    if orders is None:
        found = asyncio.run(_over_commercetools(replay, settings, began, quiet=json))
    else:
        found = _over_file(replay, orders, began, quiet=json)
    if json:
        print_json(
            {
                "since": None if since is None else began.isoformat(),
                "present": str(present),
                "changed": str(changed),
                **found.to_json_dict(),
            }
        )
    else:
        for line in report(found):
            typer.echo(line)


def _began(since: str | None, orders: Path | None) -> datetime:
    from starter.policy_orders import instant

    if since is None and orders is None:
        raise typer.BadParameter("say since when, or name a file with --from", param_hint="--since")
    return _EVER if since is None else instant(since)


def _tell_same(present: Path, changed: Path) -> None:
    same = changed == present
    told = f"{present} is compared with itself" if same else f"{changed} says what {present} says"
    typer.echo(f"note: {told}; name the folder of a changed policy with --config", err=True)


async def _over_commercetools(
    replay: "Replay", settings: "Settings", since: datetime, *, quiet: bool
) -> "Replayed":
    from starter.policy_orders import orders_since
    from starter.policy_replay_views import bar

    with bar(None, quiet=quiet) as shown:
        async for order in orders_since(settings, since):
            replay.put(order)
            shown.advance()
    return replay.result()


def _over_file(replay: "Replay", file: Path, since: datetime, *, quiet: bool) -> "Replayed":
    from starter.policy_orders import lines_in, orders_of
    from starter.policy_replay_views import bar

    with bar(lines_in(file), quiet=quiet) as shown:
        for one in orders_of(file, since):
            if one is not None:
                replay.put(one)
            shown.advance()
    return replay.result()


def _loaded(folder: Path) -> "Configuration":
    from configuration import load

    return load(folder)


def _router_of(found: "Configuration") -> "Router":
    from domain.routing import Router

    return Router(found.policy, found.directory, found.policy_digest)


def _tell_check(folder: Path, found: "Configuration", problems: "Sequence[Problem]") -> None:
    for problem in problems:
        typer.echo(str(problem))
    if problems:
        return
    people, groups = len(found.directory.people), len(found.directory.groups)
    typer.echo(f"ok: {folder}, policy {found.policy_digest[:12]}, {people} people in {groups} groups")
    for n, rule in enumerate(found.policy.rules, 1):
        steps = ", then ".join(step.step for step in rule.steps) or "approved automatically"
        typer.echo(f"{n:>3}. {rule.rule}: {steps}")


def _findings(problems: "Sequence[Problem]") -> list[dict[str, Any]]:
    return [
        {"file": str(one.file), "line": one.line, "field": one.field, "message": one.message}
        for one in problems
    ]
