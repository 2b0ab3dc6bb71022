"""The independent checker: from what the sandbox kept and what clients were answered to a list of findings.

Nothing of the product is imported here, not even its domain: a rule that is wrong there must not be wrong here too.
"""

from tests.chaos.checker.dossiers import Dossier, dossiers
from tests.chaos.checker.findings import Finding
from tests.chaos.checker.machine import Machine, machine_of
from tests.chaos.checker.rules import check

__all__ = ["Dossier", "Finding", "Machine", "check", "dossiers", "machine_of"]
