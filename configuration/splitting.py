"""`routing.yaml`: which provider fulfils which part of an order. Without the file one custom object is handed over."""

from collections.abc import Collection
from pathlib import Path

from configuration.document import ANY, ConfigurationError, Document, Problem
from domain.splitting import EVERYTHING, SplittingRules
from domain.splitting_lint import findings

FILE = "routing.yaml"


def load_splitting(folder: Path) -> SplittingRules:
    """Read `routing.yaml` of a folder; everything goes to the custom object if there is no such file.

    Raises:
        ConfigurationError: with everything that is wrong in it.
    """
    rules, problems = read_splitting(folder)
    if rules is None:
        raise ConfigurationError(problems)
    return rules


def read_splitting(folder: Path) -> tuple[SplittingRules | None, tuple[Problem, ...]]:
    """The rules, or None and what is wrong with them."""
    file = folder / FILE
    if not file.exists():
        return EVERYTHING, ()
    document = Document(file)
    document.declared_once("rules", ANY, "rule")
    rules = document.model(SplittingRules)
    problems = tuple(document.problems)
    return (None if problems else rules), problems


def lint_splitting(
    folder: Path, providers: Collection[str] | None = None
) -> tuple[SplittingRules, tuple[Problem, ...]]:
    """Read it, and find what is allowed in it and yet cannot be meant; raises as `load_splitting` does.

    `providers` are the names of those that are configured; without them nothing is said about providers.
    """
    rules = load_splitting(folder)
    if not (folder / FILE).exists():
        return rules, ()
    document = Document(folder / FILE)
    for finding in findings(rules, providers):
        document.say(finding.place, finding.message)
    return rules, tuple(document.problems)
