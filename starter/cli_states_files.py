"""`placet states pull` and `diagram`: the states of a project as a file, and those of a file as a picture."""
# ruff: noqa: PLC0415 - a command loads only what it needs

import asyncio
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from domain.states import StateType
from starter.exits import OutsideError, RefusedError, UsageError
from starter.states_project import file_or_default, project

if TYPE_CHECKING:
    from domain.states import DeclaredStates
    from starter.states_pull import Pulled

StatesFile = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="The file; states.yaml in PLACET_CONFIG_DIR by default."),
]
Out = Annotated[Path | None, typer.Option(metavar="FILE", help="Write here; stdout by default.")]
Replace = Annotated[bool, typer.Option("--replace", help="Let --out replace a file that is there.")]


class Format(StrEnum):
    """What a diagram is written as."""

    MERMAID = "mermaid"
    SVG = "svg"


def pull(file: StatesFile = None, out: Out = None, replace: Replace = False) -> None:
    """Write the file that the project's states would come from. `plan` with it finds nothing to change.

    FILE is where `phases`, `by` and the other things are kept from that commercetools does not know. Its comments are
    not kept. A transition that is not in it becomes Placet's alone.

    Example: `placet states pull --out my/config/states.yaml`
    """
    from starter.states_file import file_text

    existing = _existing(file, out)
    pulled = asyncio.run(_pulled(existing))
    for note in pulled.notes:
        typer.echo(f"placet: {note}", err=True)
    text = file_text(pulled.declared)
    _must_load(text)
    _write(text, out, replace=replace)


def diagram(
    file: StatesFile = None,
    format_: Annotated[Format, typer.Option("--format", help="What to write.")] = Format.MERMAID,
    type_: Annotated[StateType | None, typer.Option("--type", help="Only states of this type.")] = None,
    out: Out = None,
    replace: Replace = False,
) -> None:
    """Draw the states of the file, with who may move an order along each transition.

    Mermaid of several types is a Markdown page with a diagram for each; SVG is one picture.

    Example: `placet states diagram --format svg --out states.svg`
    """
    from configuration import load_states
    from starter.states_mermaid import mermaid
    from starter.states_svg import svg

    where = file_or_default(file)
    declared = load_states(where)
    types = declared.types if type_ is None else (type_,)
    if not types or not declared.of(types[0]):
        raise RefusedError(f"{where} has no states{f' of type {type_}' if type_ is not None else ''}")
    _write((svg if format_ is Format.SVG else mermaid)(declared, types), out, replace=replace)


def _existing(file: Path | None, out: Path | None) -> "DeclaredStates | None":
    """The file to keep from: the one that is named, else the one to be replaced, else the configured one."""
    from configuration import load_states

    if file is not None:
        return load_states(file)
    candidates = [out] if out is not None and out.exists() else []
    where = next(iter([*candidates, file_or_default(None)]))
    return load_states(where) if where.exists() else None


async def _pulled(existing: "DeclaredStates | None") -> "Pulled":
    from starter.states_pull import pull as pull_states

    async with project() as commercetools:
        return pull_states(await commercetools.states(), existing)


def _must_load(text: str) -> None:
    """A file that could not be read again is not written: what is wrong with it is wrong in the project."""
    from configuration import ConfigurationError, load_states

    with TemporaryDirectory() as folder:
        file = Path(folder) / "states.yaml"
        file.write_text(text, encoding="utf-8")
        try:
            load_states(file)
        except ConfigurationError as error:
            told = "\n".join(f"  {problem.field}: {problem.message}" for problem in error.problems)
            raise RefusedError(f"the project's states cannot be written as a file:\n{told}") from error


def _write(text: str, out: Path | None, *, replace: bool) -> None:
    if out is None:
        typer.echo(text, nl=False)
        return
    if out.exists() and not replace:
        raise UsageError(f"{out} is there already; --replace lets it be replaced")
    try:
        out.write_text(text, encoding="utf-8")
    except OSError as error:
        raise OutsideError(f"{out} cannot be written: {error.strerror}") from error
    typer.echo(f"wrote {out}")
