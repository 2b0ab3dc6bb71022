"""Command lines in the documents, and whether our command line would take them."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from starter.cli import app
from tests.docs.markdown import blocks

_INLINE = re.compile(r"`([^`\n]+)`")
_ASSIGNMENT = re.compile(r"^[A-Z_]+=\S*$")


def command_lines(page: Path) -> Iterator[tuple[str, list[str]]]:
    """Every line in a page that calls `placet`, `make` or `temporal`: where, and its words."""
    source = page.read_text(encoding="utf-8")
    in_blocks = [line for b in blocks(page) if b.language == "sh" for line in b.text.splitlines()]
    prose = re.sub(r"^ *```.*?^ *```$", "", source, flags=re.MULTILINE | re.DOTALL)
    for written in (*in_blocks, *_INLINE.findall(prose)):
        words = [word for word in _split(written) if not _ASSIGNMENT.match(word)]
        if words and words[0].rsplit("/", 1)[-1] in {"placet", "make", "temporal"}:
            yield f"{page.name}: {written.strip()}", [words[0].rsplit("/", 1)[-1], *words[1:]]


def _split(written: str) -> list[str]:
    try:
        return shlex.split(written, comments=True)
    except ValueError:
        return []


def fault_of(words: list[str]) -> str | None:
    """Why `placet` would not take these words, None if it would. Values are not looked at; many are placeholders."""
    command: Any = get_command(app)
    rest = words[1:]
    while hasattr(command, "commands"):
        if not rest:
            return None  # a group by itself shows its help
        if rest[0] not in command.commands:
            return f"there is no command {rest[0]}"
        command, rest = command.commands[rest[0]], rest[1:]
    return _fault_of_arguments(command, rest)


def _fault_of_arguments(command: Any, words: list[str]) -> str | None:
    options = {name: param for param in command.params for name in (*param.opts, *param.secondary_opts)}
    positional, given, n = 0, set[str](), 0
    while n < len(words):
        word = words[n]
        if word.startswith("--"):
            if word not in options and word != "--help":
                return f"there is no option {word}"
            given.add(word)
            n += 1 if word == "--help" or getattr(options[word], "is_flag", False) else 2
        else:
            positional += 1
            n += 1
    arguments = [param for param in command.params if param.param_type_name == "argument"]
    if positional > len(arguments) and not any(param.nargs < 0 for param in arguments):
        return f"{positional} arguments are too many"
    # A line that names a command by itself is a mention; one with words must be whole.
    needed = [param for param in command.params if param.required]
    missing = [p for p in needed if p.param_type_name == "option" and not given & set(p.opts)]
    if words and (missing or positional < sum(p.param_type_name == "argument" for p in needed)):
        return "something that is required is missing"
    return None
