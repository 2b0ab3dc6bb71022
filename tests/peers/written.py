"""Configuration as somebody writes it: the shipped folder, with another policy and other people."""

import shutil
from pathlib import Path

from configuration import Configuration, ConfigurationError, lint_policy, load
from settings import SHIPPED_CONFIG

PEOPLE = """\
people:
  - { id: ana, name: Ana, email: ana@example.com, manager: dana }
  - { id: ben, name: Ben, email: ben@example.com, manager: dana }
  - { id: cleo, name: Cleo, email: cleo@example.com }
  - { id: dana, name: Dana, email: dana@example.com }
  - { id: olga, name: Olga, email: olga@example.com }
  - { id: rita, name: Rita, email: rita@example.com, manager: ana }
groups:
  - { id: managers, name: Managers, members: [ana, ben] }
  - { id: operators, name: Operators, members: [olga] }
"""


def folder(at: Path, policy: str, people: str = PEOPLE) -> Path:
    """A folder of configuration with these two files."""
    there = at / "config"
    shutil.copytree(SHIPPED_CONFIG, there, dirs_exist_ok=True)
    (there / "policy.yaml").write_text(policy, encoding="utf-8")
    (there / "directory.yaml").write_text(people, encoding="utf-8")
    return there


def loaded(at: Path, policy: str, people: str = PEOPLE) -> Configuration:
    """What a worker would begin with.

    Raises:
        ConfigurationError: as it would be told at its start.
    """
    return load(folder(at, policy, people))


def errors(at: Path, policy: str, people: str = PEOPLE) -> list[str]:
    """What `placet policy check` says of it, each with its line."""
    there = folder(at, policy, people)
    try:
        _, problems, _ = lint_policy(there)
    except ConfigurationError as error:
        problems = tuple(error.problems)
    return [str(problem).removeprefix(f"{there}/") for problem in problems]
