"""Drafts and update actions of States, from plain values. Source: `StateDraft.raml`, `types/state/updates/`.

Types and roles are given as commercetools writes them (`LineItemState`, `Return`); an unknown one is a ValueError.
An action that changes nothing is refused (InvalidOperation), and the whole request with it: compare before sending.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import cast

from commercetools.platform import models as sdk

StateDraft = sdk.StateDraft
StateUpdateAction = sdk.StateUpdateAction


class _YoungerStateType(Enum):
    """What the interface has and the SDK's enumeration, which is older, has not."""

    RECURRING_ORDER_STATE = "RecurringOrderState"


def state_draft(  # noqa: PLR0913 - the fields of a StateDraft, each by its name
    key: str,
    *,
    type_: str,
    initial: bool,
    name: Mapping[str, str] | None = None,
    description: Mapping[str, str] | None = None,
    roles: Iterable[str] = (),
    transitions: Sequence[str] | None = None,
) -> StateDraft:
    """A state. `transitions` None is absent (validation off), empty is final, else the keys of states that exist.

    `name` and `description` are by language. `initial` is always written, because commercetools takes an absent one
    for true. States that lead to each other are made without transitions first, and given them by `set_transitions`.
    """
    return sdk.StateDraft(
        key=key,
        type=_type(type_),
        name=sdk.LocalizedString(name) if name else None,
        description=sdk.LocalizedString(description) if description else None,
        initial=initial,
        roles=_roles(roles) or None,
        transitions=_named(transitions),
    )


def change_state_key(key: str) -> StateUpdateAction:
    """Another key; not for a built-in state."""
    return sdk.StateChangeKeyAction(key=key)


def change_state_type(type_: str) -> StateUpdateAction:
    """Another type; not for a built-in state, nor for one that is in use."""
    return sdk.StateChangeTypeAction(type=_type(type_))


def change_initial(*, initial: bool) -> StateUpdateAction:
    """Whether a resource without a state may enter this one."""
    return sdk.StateChangeInitialAction(initial=initial)


def set_state_name(name: Mapping[str, str]) -> StateUpdateAction:
    """The name by language; empty removes it."""
    return sdk.StateSetNameAction(name=sdk.LocalizedString(name))


def set_state_description(description: Mapping[str, str]) -> StateUpdateAction:
    """The description by language; empty removes it."""
    return sdk.StateSetDescriptionAction(description=sdk.LocalizedString(description))


def set_transitions(keys: Iterable[str] | None) -> StateUpdateAction:
    """Which states may follow: none makes the state final, None turns validation off."""
    return sdk.StateSetTransitionsAction(transitions=_named(keys))


def set_state_roles(roles: Iterable[str]) -> StateUpdateAction:
    """These roles and no others; empty removes all. `Return` is for LineItemState, the other for ReviewState."""
    return sdk.StateSetRolesAction(roles=_roles(roles))


def add_state_roles(roles: Iterable[str]) -> StateUpdateAction:
    """These roles too, none of which the state may have yet."""
    return sdk.StateAddRolesAction(roles=_roles(roles))


def remove_state_roles(roles: Iterable[str]) -> StateUpdateAction:
    """These roles no longer, of which the state must have at least one."""
    return sdk.StateRemoveRolesAction(roles=_roles(roles))


def _type(type_: str) -> sdk.StateTypeEnum:
    if type_ == _YoungerStateType.RECURRING_ORDER_STATE.value:
        return cast("sdk.StateTypeEnum", _YoungerStateType.RECURRING_ORDER_STATE)
    return sdk.StateTypeEnum(type_)


def _roles(roles: Iterable[str]) -> list[sdk.StateRoleEnum]:
    return [sdk.StateRoleEnum(role) for role in roles]


def _named(keys: Iterable[str] | None) -> list[sdk.StateResourceIdentifier] | None:
    return None if keys is None else [sdk.StateResourceIdentifier(key=key) for key in keys]
