"""Loads `config/{states,policy,directory,routing}.yaml` into the domain's models. Every error names file, line and field."""

from dataclasses import dataclass
from pathlib import Path

from configuration.approval import lint_rules, read_policy
from configuration.currencies import lint_currencies
from configuration.document import ConfigurationError, Document, Problem
from configuration.machines import lint, read_machine, read_states
from configuration.mappings import read_mappings
from configuration.people import check_delegated_rules, lint_people, read_directory
from configuration.reasons import read_reasons
from configuration.splitting import lint_splitting, load_splitting, read_splitting
from domain.directory import Directory
from domain.policy import Policy
from domain.reasons import Reasons
from domain.routing import policy_digest
from domain.splitting import SplittingRules
from domain.states import DeclaredStates, StateMachine
from domain.status_mapping import Mappings

__all__ = [
    "Configuration",
    "ConfigurationError",
    "Problem",
    "lint_policy",
    "lint_splitting",
    "lint_states",
    "load",
    "load_machine",
    "load_splitting",
    "load_states",
]


@dataclass(frozen=True)
class Configuration:
    """What the files say. The digest names policy and directory together, for the audit."""

    states: DeclaredStates
    machine: StateMachine
    """The order's own machine among the states."""
    policy: Policy
    directory: Directory
    policy_digest: str
    splitting: SplittingRules
    """Who fulfils what; everything by one custom object where no file says otherwise."""
    mappings: Mappings
    """The status maps of each provider; none where the folder has no `mappings/`."""
    reasons: Reasons


def load(folder: Path) -> Configuration:
    """Read the files of a folder; `routing.yaml` and `mappings/` may be left out.

    Raises:
        ConfigurationError: with everything that is wrong in any of them.
    """
    states, people, rules = (Document(folder / f"{name}.yaml") for name in ("states", "directory", "policy"))
    declared, directory = read_states(states), read_directory(people)
    machine = read_machine(states, declared) if declared is not None else None
    policy = read_policy(rules, people)
    check_delegated_rules(people, rules)
    splitting, wrong = read_splitting(folder)
    (mappings, unmappable), (reasons, unreasonable) = read_mappings(folder, machine), read_reasons(folder)
    problems = [*states.problems, *people.problems, *rules.problems, *wrong, *unmappable, *unreasonable]
    if (
        declared is None
        or machine is None
        or directory is None
        or policy is None
        or splitting is None
        or problems
    ):
        raise ConfigurationError(problems)
    digest = policy_digest(policy, directory)
    return Configuration(declared, machine, policy, directory, digest, splitting, mappings, reasons)


def lint_policy(folder: Path) -> tuple[Configuration, tuple[Problem, ...], bool]:
    """Read a folder, and find what its policy and directory may say and yet cannot mean; raises as `load` does.

    The last part tells whether everything could be looked at: a policy may ask too many things for that.
    """
    found = load(folder)
    rules, people = (Document(folder / f"{name}.yaml") for name in ("policy", "directory"))
    whole = lint_rules(rules, found.policy, found.directory)
    lint_people(people)
    for document in (rules, people):
        lint_currencies(document)
    return found, (*rules.problems, *people.problems), whole


def load_states(file: Path) -> DeclaredStates:
    """Read one file of states, whether or not an order's machine is among them; raises as `load` does."""
    document = Document(file)
    declared = read_states(document)
    if declared is not None and declared.phases:
        read_machine(document, declared)
    if declared is None or document.problems:
        raise ConfigurationError(document.problems)
    return declared


def load_machine(file: Path) -> StateMachine:
    """Read the order's machine from a file of states; raises as `load` does."""
    document = Document(file)
    declared = read_states(document)
    machine = read_machine(document, declared) if declared is not None else None
    if machine is None or document.problems:
        raise ConfigurationError(document.problems)
    return machine


def lint_states(file: Path) -> tuple[DeclaredStates, tuple[Problem, ...]]:
    """Read one file of states, and find what is allowed in it and yet cannot be meant; raises as `load` does."""
    declared, document = load_states(file), Document(file)
    lint(document, declared)
    return declared, tuple(document.problems)
