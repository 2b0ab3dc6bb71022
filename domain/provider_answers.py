"""What a provider can answer when it is asked for something. Expected answers are values; only faults are raised.

`kind` tells them apart where they travel.
"""

from typing import Annotated, Literal

from pydantic import Field

from domain.value import Value


class LineQuantity(Value):
    """A quantity of one line item. What it counts is said where it is used."""

    line_item_id: str
    quantity: int = Field(ge=0)


class Exported(Value):
    """The logistic order stands at the provider. `already`: it stood there before this call, with this content."""

    kind: Literal["exported"] = "exported"
    ref: str
    provider_id: str | None = None
    already: bool = False


class Conflict(Value):
    """Another logistic order stands under this reference. Nothing was written; a person must look."""

    kind: Literal["conflict"] = "conflict"
    ref: str
    why: str


class Accepted(Value):
    """The provider took the request. `settled`: it has done so; otherwise an event will tell what became of it."""

    kind: Literal["accepted"] = "accepted"
    ref: str
    settled: bool = False


class Refused(Value):
    """The provider says no, such as to a cancellation while it packs. `why` is a short code, without personal data."""

    kind: Literal["refused"] = "refused"
    ref: str
    why: str


class Unsupported(Value):
    """This provider cannot do that at all, or is not set up for it: asking again changes nothing."""

    kind: Literal["unsupported"] = "unsupported"
    operation: str
    why: str


ExportAnswer = Annotated[Exported | Conflict | Unsupported, Field(discriminator="kind")]
ChangeAnswer = Annotated[Accepted | Refused | Unsupported, Field(discriminator="kind")]
