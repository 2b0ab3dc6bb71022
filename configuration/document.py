"""A YAML file with the line of everything in it, so that every error can name file, line and field."""

import difflib
from collections.abc import Container, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from domain.value import Value
from domain.wording import wording

Key = str | int
Place = tuple[Key, ...]
Model = TypeVar("Model", bound=Value)
ANY = "*"
"""In a pattern of places: any key or index."""


class Problem(NamedTuple):
    """One thing that is wrong. `line` counts from 1, 0 is the file as a whole; `field` as in `rules[0].when`."""

    file: Path
    line: int
    field: str
    message: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else f"{self.file}"
        return f"{place}: {self.field}: {self.message}" if self.field else f"{place}: {self.message}"


class ConfigurationError(ValueError):
    """The files do not say what to do: one line for each of `problems`."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


class Document:
    """A YAML file with the line of everything in it, and the problems found so far."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Place, int] = {(): 1}
        self.problems: list[Problem] = []
        self.content: Any = None
        try:
            loader = yaml.SafeLoader(file.read_bytes())
            root = loader.get_single_node()
            if root is None:
                self.say((), "the file is empty")
            else:
                self.content = self._plain(root, (), loader, ())
        except OSError as error:
            self.problems.append(Problem(file, 0, "", f"cannot be read: {error.strerror}"))
        except yaml.MarkedYAMLError as error:
            self._unreadable(error.problem or "no YAML", error.problem_mark)
        except (yaml.YAMLError, UnicodeDecodeError):
            self._unreadable("not a text file in UTF-8", None)
        except RecursionError:
            self._unreadable("nested too deeply", None)

    def say(self, place: Place, message: str) -> None:
        """Note a problem at a place, or at the nearest place around it that the file has."""
        known = next(place[:end] for end in range(len(place), -1, -1) if place[:end] in self.lines)
        field = "".join(f"[{key}]" if isinstance(key, int) else f".{key}" for key in place)
        self.problems.append(Problem(self.file, self.lines[known], field.removeprefix("."), message))

    def found(self, *pattern: Key) -> Iterator[tuple[Place, Any]]:
        """Every value whose place fits the pattern, in which ANY is any key or index."""
        return _found(self.content, pattern, ())

    def leaves(self, whole: Container[Key] = ()) -> Iterator[tuple[Place, Any]]:
        """Every value that has nothing within it; what keys of `whole` have is taken as it is."""
        return _leaves(self.content, (), whole)

    def names(self, *pattern: Key) -> list[str]:
        """The texts at the places that fit."""
        return [value for _, value in self.found(*pattern) if isinstance(value, str)]

    def declared_once(self, *pattern: Key) -> None:
        """Every text that fits must be there once."""
        first: dict[str, Place] = {}
        for place, name in self.found(*pattern):
            if isinstance(name, str) and first.setdefault(name, place) != place:
                self.say(place, f"'{name}' is declared twice, first in line {self.lines[first[name]]}")

    def refers(self, pattern: Place, declared: Iterable[str], what: str) -> None:
        """Every text that fits must be one of the declared names."""
        names = sorted(set(declared))
        for place, name in self.found(*pattern):
            if isinstance(name, str) and name not in names:
                self.say(place, f"no {what} '{name}' is declared{_suggestion(name, names)}")

    def model(self, model: type[Model]) -> Model | None:
        """The content as that model. What the model finds wrong as a whole repeats what was noted already."""
        if self.content is None:
            return None
        noted = bool(self.problems)
        try:
            return model.model_validate(self.content, by_alias=True, by_name=False)
        except ValidationError as error:
            known = {problem.field for problem in self.problems}
            found = error.errors()
            for detail in found:
                repeats = detail["type"] == "too_short" and _is_told_within(detail["loc"], found)
                if not (noted and not detail["loc"]) and not repeats:
                    self._refused(detail, known)
            return None

    def _refused(self, detail: ErrorDetails, known: set[str]) -> None:
        before = len(self.problems)
        self.say(detail["loc"], _message(detail))
        # The written form of this very field has been complained about in better words.
        if self.problems[before].field in known:
            self.problems.pop()

    def _plain(self, node: yaml.Node, place: Place, loader: yaml.SafeLoader, around: tuple[int, ...]) -> Any:
        """The node as plain data; its lines are noted by the way."""
        self.lines.setdefault(place, node.start_mark.line + 1)
        if id(node) in around:
            raise yaml.constructor.ConstructorError(None, None, "an alias of itself", node.start_mark)
        within = (*around, id(node))
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place, loader, within)
        if isinstance(node, yaml.SequenceNode):
            return [self._plain(item, (*place, n), loader, within) for n, item in enumerate(node.value)]
        try:
            return loader.construct_object(node)
        except ValueError as error:
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from error

    def _mapping(
        self, node: yaml.MappingNode, place: Place, loader: yaml.SafeLoader, within: tuple[int, ...]
    ) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            key = key_node.value
            if not isinstance(key, str) or key_node.tag != "tag:yaml.org,2002:str":
                self.problems.append(Problem(self.file, line, "", "a key that is no text; put it in quotes"))
            elif key in mapping:
                first = self.lines[*place, key]
                self.problems.append(Problem(self.file, line, key, f"given twice, first in line {first}"))
            else:
                self.lines[*place, key] = line
                mapping[key] = self._plain(value_node, (*place, key), loader, within)
        return mapping

    def _unreadable(self, message: str, mark: yaml.Mark | None) -> None:
        self.content = None
        self.problems.append(Problem(self.file, mark.line + 1 if mark else 1, "", message))


def _found(value: Any, pattern: Sequence[Key], place: Place) -> Iterator[tuple[Place, Any]]:
    if not pattern:
        yield place, value
        return
    head, rest = pattern[0], pattern[1:]
    inner: Iterable[tuple[Key, Any]] = ()
    if isinstance(value, dict):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    for key, found in inner:
        if head in (ANY, key):
            yield from _found(found, rest, (*place, key))


def _leaves(value: Any, place: Place, whole: Container[Key]) -> Iterator[tuple[Place, Any]]:
    inner: Iterable[tuple[Key, Any]] = ()
    if isinstance(value, dict) and not (place and place[-1] in whole):
        inner = value.items()
    elif isinstance(value, list):
        inner = enumerate(value)
    else:
        yield place, value
    for key, found in inner:
        yield from _leaves(found, (*place, key), whole)


def _suggestion(name: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(name, names, n=1)
    return f"; did you mean '{near[0]}'?" if near else ""


def _is_told_within(place: Place, found: Sequence[ErrorDetails]) -> bool:
    """Whether a list is short only of entries that are wrong themselves."""
    return any(len(one["loc"]) > len(place) and one["loc"][: len(place)] == place for one in found)


def _message(detail: ErrorDetails) -> str:
    if detail["type"] == "extra_forbidden":
        return "no such key"
    if detail["type"] == "missing":
        return "is missing"
    return wording(detail)
