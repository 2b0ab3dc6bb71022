"""What the checker has to say."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Finding:
    """One thing that must not be. `rule` names the check, `what` says in words what was found."""

    order: str
    story: str
    rule: str
    what: str

    def __str__(self) -> str:
        return f"{self.order} ({self.story}) {self.rule}: {self.what}"
