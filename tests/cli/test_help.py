"""The command line's own words: what there is, and how each command is called."""

from collections.abc import Iterator
from typing import Any

import pytest
from typer.main import get_command

from starter.cli import app
from tests.cli.conftest import Placet

# DESIGN 4.1 as far as this version goes; commands of later versions are not shown before they work.
COMMANDS = {
    "demo",
    "dev",
    "worker",
    "serve",
    "sandbox",
    "setup",
    "orders list",
    "orders show",
    "orders audit",
    "orders log",
    "decide",
    "decide-all",
    "withdraw",
    "resubmit",
    "reassign",
    "delegate",
    "extend",
    "comment",
    "cancel",
    "inbound list",
    "inbound pull",
    "inbound replay",
    "reconcile",
    "policy check",
    "policy explain",
    "policy replay",
    "states apply",
    "states check",
    "states diagram",
    "states plan",
    "states pull",
}


def commands() -> Iterator[tuple[str, Any]]:
    """Every command by its words."""
    yield from _below(get_command(app), "")


def _below(command: Any, words: str) -> Iterator[tuple[str, Any]]:
    known = getattr(command, "commands", None)
    if known is None:
        yield words, command
        return
    for name, one in known.items():
        yield from _below(one, f"{words} {name}".strip())


def test_every_command_is_there_and_no_other() -> None:
    """The list is the contract's."""
    assert {words for words, _ in commands()} == COMMANDS


@pytest.mark.parametrize("words", sorted(COMMANDS))
def test_each_help_has_an_example_that_calls_it(words: str) -> None:
    """A person learns from an example; it must be of this very command."""
    help_text = dict(commands())[words].help or ""
    assert "Example: `" in help_text
    example = help_text.split("Example: `")[1].split("`\n")[0]
    assert f"placet {words}" in example


async def test_without_a_command_it_says_what_there_is(placet: Placet) -> None:
    """No arguments: help, and the exit code of wrong use."""
    ended = await placet()
    assert ended.code == 2
    assert "demo" in ended.out + ended.err
