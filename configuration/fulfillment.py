"""What `routing.yaml` and `mappings/` may say, and yet cannot mean."""

from collections.abc import Collection
from pathlib import Path

from configuration.document import Problem
from configuration.mappings import lint_mappings
from configuration.reasons import lint_reasons
from configuration.splitting import lint_splitting
from domain.states import StateMachine


def lint_fulfillment(
    folder: Path, machine: StateMachine, providers: Collection[str] | None = None
) -> tuple[Problem, ...]:
    """Look the files of a folder over, as far as they are there.

    `providers` are the names of those that are configured; without them nothing is said about providers.

    Raises:
        ConfigurationError: with everything that is wrong in one of them.
    """
    return (
        *lint_splitting(folder, providers)[1],
        *lint_mappings(folder, machine)[1],
        *lint_reasons(folder)[1],
    )
