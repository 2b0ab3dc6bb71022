"""A setting as Fluent has it, read from a file of JSON: the bare body, or the setting as it was exported."""

import json
from pathlib import Path
from typing import Any

import yaml

from configuration.document import Document, Place, Problem

_BODIES = ("value", "lobValue")
"""Where an exported setting has its body, as text or as the object itself (Fluent's GraphQL type Setting)."""


class SettingDocument(Document):
    """A file of JSON with the line of everything in it. `name` is the setting's, `at` the place of its body."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.lines: dict[Place, int] = {(): 1}
        self.problems: list[Problem] = []
        self.content: Any = None
        self.name: str | None = None
        self.at: Place = ()
        try:
            self.content = self._read(file.read_text(encoding="utf-8-sig"), ())
        except OSError as error:
            self.problems.append(Problem(file, 0, "", f"cannot be read: {error.strerror}"))
        except UnicodeDecodeError:
            self.problems.append(Problem(file, 1, "", "not a text file in UTF-8"))
        if isinstance(self.content, dict) and isinstance(self.content.get("name"), str):
            self._unwrap(self.content)

    @property
    def body(self) -> Any:
        """What the setting says; None with problems noted."""
        found = self.content
        for key in self.at:
            found = found[key]
        return found

    def _unwrap(self, exported: dict[str, Any]) -> None:
        self.name = exported["name"]
        body = next((key for key in _BODIES if exported.get(key) is not None), None)
        if body is None:
            self.say((), f"the setting '{self.name}' has no {' and no '.join(_BODIES)}")
            self.content = None
            return
        self.at = (body,)
        if isinstance(exported[body], str):
            exported[body] = self._read(exported[body], self.at)

    def _read(self, text: str, place: Place) -> Any:
        """The text's content, of which everything is noted under the place. A text within the file has one line."""
        before = self.lines[place] - 1 if place else 0
        try:
            json.loads(text)
            # JSON is YAML, which keeps positions, but for tabs between its parts (within a text JSON has none either).
            told = " ".join(text.splitlines()) if place else text
            loader = yaml.SafeLoader("\n" * before + told.replace("\t", " "))
            root = loader.get_single_node()
            return None if root is None else self._plain(root, place, loader, ())
        except json.JSONDecodeError as error:
            line = before + 1 if place else error.lineno
            self.problems.append(Problem(self.file, line, ".".join(map(str, place)), f"no JSON: {error.msg}"))
        except RecursionError:
            self.say(place, "nested too deeply")
        except yaml.YAMLError:
            self.say(place, "has a character that no setting should have")
        return None
