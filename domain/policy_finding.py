"""Something in a policy that is allowed, and yet cannot be meant."""

from typing import NamedTuple


class Finding(NamedTuple):
    """What is wrong, and where: the keys and indexes that lead there in the file."""

    place: tuple[str | int, ...]
    message: str
