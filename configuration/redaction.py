"""`redaction.yaml`: what the integration log withholds. Optional; a list that is left out is the shipped one."""

from pathlib import Path

from configuration.document import ConfigurationError, Document
from domain.redaction import SECRETS, RedactionRules

FILE = "redaction.yaml"
_LISTS = ("withheld", "within", "shown", "texts", "literals", "paths")


def load_redaction(folder: Path) -> RedactionRules:
    """Read the rules of a folder; the default ones if there is no such file.

    Raises:
        ConfigurationError: with everything that is wrong in it.
    """
    if not (folder / FILE).exists():
        return RedactionRules()
    document = Document(folder / FILE)
    rules = document.model(RedactionRules)
    for of in _LISTS:
        document.declared_once(of, "*")
        for place, written in document.found(of, "*"):
            if isinstance(written, str) and not any(letter.isalnum() or letter == "*" for letter in written):
                document.say(place, f"'{written}' is the name of no field")
    for place, written in document.found("shown", "*"):
        if written in SECRETS:
            document.say(place, f"'{written}' is a secret, which is never shown")
    if rules is None or document.problems:
        raise ConfigurationError(document.problems)
    return rules
