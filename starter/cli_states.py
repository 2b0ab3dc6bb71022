"""`placet states`: look the states over, and have a project's states be as the file declares them."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from starter.cli_orders import AsJson
from starter.cli_states_files import StatesFile, diagram, pull
from starter.exits import Exit
from starter.states_project import file_or_default, project

if TYPE_CHECKING:
    from collections.abc import Sequence

    from configuration import Problem
    from domain.states import DeclaredStates
    from starter.states_drift import Comparison
    from starter.states_plan import Plan

states = typer.Typer(
    help="The states of orders and other things, and their transitions.", no_args_is_help=True
)

Prune = Annotated[
    bool,
    typer.Option(
        "--prune", help="Delete states of the file's types that the file leaves out. Built-in ones stay."
    ),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    states.command("pull")(pull)
    states.command("diagram")(diagram)
    app.add_typer(states, name="states")


@states.command("check")
def check(
    file: StatesFile = None,
    remote: Annotated[
        bool, typer.Option("--remote", help="Compare with the project too: any difference is 1.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Look the file over: what is wrong or cannot be meant, with its line. With --remote: what differs in the project.

    Example: `placet states check config/states.yaml --remote`
    """
    from configuration import ConfigurationError, lint_states
    from starter.order_views import print_json

    where = file_or_default(file)
    try:
        declared, findings = lint_states(where)
    except ConfigurationError as error:
        if json:
            print_json({"ok": False, "file": str(where), "findings": _findings_json(error.problems)})
        raise
    comparison = asyncio.run(_compared(declared)) if remote else None
    ok = not findings and (comparison is None or comparison.ok)
    if json:
        found = comparison.to_json_dict() if comparison is not None else {}
        print_json({"ok": ok, "file": str(where), "findings": _findings_json(findings), **found})
    else:
        for finding in findings:
            typer.echo(str(finding))
        if ok:
            typer.echo(f"ok: {where}, {len(declared.states)} states")
        _tell_comparison(comparison)
        if ok and comparison is None:
            _print_moves(declared)
    if not ok:
        raise typer.Exit(Exit.REFUSED)


@states.command("plan")
def plan(file: StatesFile = None, prune: Prune = False, json: AsJson = False) -> None:
    """Show what `apply` would do: states made, changed, renamed and given transitions, each difference in words.

    Nothing is written. States that are in the project and not in the file are listed; only --prune would delete them.

    Example: `placet states plan --prune`
    """
    declared = _read(file)
    _show(asyncio.run(_planned(declared, prune=prune)), json=json)


@states.command("apply")
def apply(
    file: StatesFile = None,
    prune: Prune = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the plan, and write nothing.")] = False,
    json: AsJson = False,
) -> None:
    """Have the project's states be as the file declares them: first the states, then the moves between them.

    May be run at any time, also after a failure halfway: what is right is left alone. Nothing is deleted without
    --prune, and no state in which something is.

    Example: `placet states apply config/states.yaml`
    """
    declared = _read(file)
    if dry_run:
        _show(asyncio.run(_planned(declared, prune=prune)), json=json)
    else:
        asyncio.run(_applied(declared, prune=prune, json=json))


def _read(file: Path | None) -> "DeclaredStates":
    from configuration import load_states

    return load_states(file_or_default(file))


async def _planned(declared: "DeclaredStates", *, prune: bool) -> "Plan":
    from starter.states_apply import Applying

    async with project() as commercetools:
        return await Applying(commercetools, declared, prune=prune).plan()


async def _compared(declared: "DeclaredStates") -> "Comparison":
    from starter.states_drift import compare

    async with project() as commercetools:
        return compare(declared, await commercetools.states())


def _show(plan: "Plan", *, json: bool) -> None:
    from starter.order_views import print_json
    from starter.states_views import plan_json, plan_lines

    if json:
        print_json(plan_json(plan))
    else:
        for line in plan_lines(plan):
            typer.echo(line)
        for refusal in plan.refusals:
            typer.echo(f"placet: {refusal}", err=True)
    if plan.refusals:
        raise typer.Exit(Exit.REFUSED)


async def _applied(declared: "DeclaredStates", *, prune: bool, json: bool) -> None:
    from starter.order_views import print_json
    from starter.states_apply import Applying, Outcome
    from starter.states_views import event_line

    told: list[dict[str, Any]] = []
    kept: set[str] = set()
    async with project() as commercetools:
        applying = Applying(commercetools, declared, prune=prune)
        first = await applying.plan()
        if first.refusals or not json:
            _show(first, json=json)
        # Closed in any case before the client is: it may have something to give back.
        async with aclosing(applying.run(first)) as events:
            async for event in events:
                told.append({"outcome": event.outcome.value, **event.step.to_json_dict()})
                if event.outcome is Outcome.KEPT:
                    kept.add(event.step.key)
                if not json:
                    typer.echo(event_line(event))
    if json:
        print_json({"ok": not kept, "results": told})
    if kept:
        raise typer.Exit(Exit.REFUSED)


def _findings_json(problems: "Sequence[Problem]") -> list[dict[str, Any]]:
    return [{"line": one.line, "field": one.field, "message": one.message} for one in problems]


def _tell_comparison(comparison: "Comparison | None") -> None:
    from starter.states_plan import name

    if comparison is None:
        return
    for line in comparison.drift:
        typer.echo(f"drift: {line}")
    for key in comparison.only_by_force:
        typer.echo(f"only by force: {key}: no way leads there from an initial state of the project")
    for state in comparison.plan.unmanaged:
        typer.echo(f"note: {state.type} {name(state)} is in the project and not in the file")


def _print_moves(declared: "DeclaredStates") -> None:
    from starter.state_changes import targets_in_words

    for state in declared.states:
        typer.echo(f"{'* ' if state.initial else '  '}{state.key} -> {targets_in_words(state.targets)}")
