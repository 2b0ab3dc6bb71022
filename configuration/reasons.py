"""`mappings/reasons.yaml`: why something is cancelled or comes back, in our codes and each provider's. Optional."""

from pathlib import Path

from configuration.document import ConfigurationError, Document, Problem
from domain.reasons import Reasons, contradictions, speechless

FILE = Path("mappings") / "reasons.yaml"


def load_reasons(folder: Path) -> Reasons:
    """Read the reasons of a folder; none at all if there is no such file.

    Raises:
        ConfigurationError: with everything that is wrong in it.
    """
    reasons, problems = read_reasons(folder)
    if problems:
        raise ConfigurationError(problems)
    return reasons


def lint_reasons(folder: Path) -> tuple[Reasons, tuple[Problem, ...]]:
    """Read the reasons, and find what is allowed and yet cannot be meant; raises as `load_reasons` does."""
    reasons = load_reasons(folder)
    if reasons == Reasons():
        return reasons, ()
    document = Document(folder / FILE)
    for fault in speechless(reasons):
        document.say(fault.place, fault.message)
    return reasons, tuple(document.problems)


def read_reasons(folder: Path) -> tuple[Reasons, tuple[Problem, ...]]:
    """The reasons as far as they can be read, and what is wrong."""
    if not (folder / FILE).exists():
        return Reasons(), ()
    document = Document(folder / FILE)
    read = document.model(Reasons)
    for fault in contradictions(read) if read is not None else ():
        document.say(fault.place, fault.message)
    return read or Reasons(), tuple(document.problems)
