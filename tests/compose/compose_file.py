"""docker-compose.yml as a container engine would read it: parsed, with its variables put in."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).parents[2]
Service = dict[str, Any]

_VARIABLE = re.compile(r"\$(?:\$|\{(?P<name>[A-Z_]+)(?:(?P<kind>:-|-|:\?|\?)(?P<word>[^}]*))?\})")


class DemandedError(Exception):
    """A variable that must be set is not: the engine would stop with this message."""


def services(environment: Mapping[str, str]) -> dict[str, Service]:
    """Every service, with the variables of `environment` put in as Compose does.

    Raises:
        DemandedError: a variable that is demanded (`${X:?message}`) is not there.
    """
    document = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))
    filled: dict[str, Service] = _filled(document["services"], environment)
    return filled


def _filled(value: Any, environment: Mapping[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: _filled(one, environment) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, environment) for one in value]
    return _VARIABLE.sub(lambda m: _value(m, environment), value) if isinstance(value, str) else value


def _value(match: re.Match[str], environment: Mapping[str, str]) -> str:
    name, kind, word = match["name"], match["kind"] or "", match["word"] or ""
    if name is None:
        return "$"
    given = environment.get(name)
    present = bool(given) if kind.startswith(":") else given is not None
    if present and given is not None:
        return given
    if kind.endswith("?"):
        raise DemandedError(f"{name}: {word}")
    return word if kind.endswith("-") else (given or "")
