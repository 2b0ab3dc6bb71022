"""`mappings/*.json`: the three status maps, as settings of Fluent's that load as they are. All are optional.

A file is named `{setting}.json`, or holds the exported setting with its name in it. Its body is
`{"fluent": {"RECEIVED": "Open", ...}}`: by provider, each status with its target, or null if it means nothing.
"""

import re
from pathlib import Path
from typing import Any

from configuration.document import ConfigurationError, Problem
from configuration.setting_document import SettingDocument
from domain.mapping_lint import (
    Fault,
    Written,
    at_odds,
    differ_by_case,
    gaps,
    lowering,
    target_fault,
    unreachable,
)
from domain.states import StateMachine
from domain.status_mapping import Kind, Mappings, StatusMaps, target_of

FOLDER = "mappings"
SETTINGS = {
    Kind.ORDER: "fc.connect.commercetools.order.order-status-mapping",
    Kind.PAYMENT: "fc.connect.commerce-tools.order.payment-status-mapping",
    Kind.SHIPMENT: "fc.connect.commerce-tools.order.shipping-status-mapping",
}
"""What Fluent's connector calls them; the prefix is found spelled with and without the hyphen, in all of the three."""

_KINDS = {"order": Kind.ORDER, "payment": Kind.PAYMENT, "shipping": Kind.SHIPMENT}
_SETTING = re.compile(r"fc\.connect\.commerce-?tools\.order\.(order|payment|shipping)-status-mapping")

Maps = dict[Kind, dict[str, Written]]
"""By kind and provider, with commercetools' own names of the targets."""
Documents = dict[Kind, SettingDocument]


def load_mappings(folder: Path, machine: StateMachine | None = None) -> Mappings:
    """Read the maps of a folder's `mappings/`. With a machine, its moves must allow what the maps want.

    Raises:
        ConfigurationError: with everything that is wrong in any of them.
    """
    mappings, problems = read_mappings(folder, machine)
    if problems:
        raise ConfigurationError(problems)
    return mappings


def read_mappings(folder: Path, machine: StateMachine | None) -> tuple[Mappings, tuple[Problem, ...]]:
    """The maps as far as they can be read, and what is wrong."""
    maps, _, problems = _read(folder, machine)
    return _assembled(maps), tuple(problems)


def lint_mappings(folder: Path, machine: StateMachine | None = None) -> tuple[Mappings, tuple[Problem, ...]]:
    """Read the maps, and find what is allowed in them and yet cannot be meant; raises as `load_mappings` does."""
    maps, documents, problems = _read(folder, machine)
    if problems:
        raise ConfigurationError(problems)
    for kind, providers in maps.items():
        for provider, statuses in providers.items():
            _say(documents[kind], provider, [*lowering(provider, kind, statuses)])
            for other in Kind:
                silent = maps.get(other, {}).get(provider)
                if kind is Kind.ORDER and other is not kind and silent is not None:
                    _say(documents[kind], provider, [*gaps(statuses, silent, other)])
                if kind is Kind.ORDER and other is Kind.SHIPMENT and silent is not None:
                    _say(documents[kind], provider, [*at_odds(statuses, silent)])
    return _assembled(maps), tuple(problem for one in documents.values() for problem in one.problems)


def _read(folder: Path, machine: StateMachine | None) -> tuple[Maps, Documents, list[Problem]]:
    documents, problems = _documents(folder / FOLDER)
    maps: Maps = {}
    for kind, document in documents.items():
        maps[kind] = _providers(document, kind)
        for provider, statuses in maps[kind].items():
            _say(document, provider, [*differ_by_case(statuses)])
            if kind is Kind.ORDER and machine is not None:
                _say(document, provider, [*unreachable(statuses, machine)])
        problems += document.problems
    return maps, documents, problems


def _documents(folder: Path) -> tuple[Documents, list[Problem]]:
    """The document of each kind. A file of JSON that is none of them is a problem: its name may be mistyped."""
    found: Documents = {}
    problems: list[Problem] = []
    for file in sorted(folder.glob("*.json")):
        document = SettingDocument(file)
        named = _SETTING.fullmatch(document.name or file.stem)
        if named is None:
            known = ", ".join(SETTINGS.values())
            told = f"no setting '{document.name or file.stem}' is known here; known are {known}"
            problems.append(Problem(file, document.lines.get(("name",), 0), "", told))
            continue
        kind = _KINDS[named[1]]
        first = found.setdefault(kind, document)
        if first is not document:
            problems.append(Problem(file, 0, "", f"{first.file.name} is the {kind} map already"))
    return found, problems


def _providers(document: SettingDocument, kind: Kind) -> dict[str, Written]:
    """The maps of each provider, without what is wrong with them, which is noted."""
    body = document.body
    if isinstance(body, dict) and body:
        return {provider: _statuses(document, kind, provider, body[provider]) for provider in body}
    if not document.problems:
        document.say(document.at, 'maps are by provider, such as {"fluent": {"RECEIVED": "Open"}}')
    return {}


def _statuses(document: SettingDocument, kind: Kind, provider: str, written: Any) -> Written:
    if not isinstance(written, dict):
        document.say((*document.at, provider), "a map has statuses, each with its target")
        return {}
    statuses: dict[str, str | None] = {}
    for status, target in written.items():
        fault = target_fault(kind, target)
        if not status.strip():
            fault = "a status has a name"
        if fault is not None:
            document.say((*document.at, provider, status), fault)
        else:
            statuses[status] = None if target is None else target_of(kind, target)
    return statuses


def _say(document: SettingDocument, provider: str, faults: list[Fault]) -> None:
    for fault in faults:
        document.say((*document.at, provider, fault.status), fault.message)


def _assembled(maps: Maps) -> Mappings:
    names = dict.fromkeys(provider for providers in maps.values() for provider in providers)
    return Mappings(
        providers={
            name: StatusMaps(
                provider=name,
                order=dict(maps.get(Kind.ORDER, {}).get(name, {})),
                payment=dict(maps.get(Kind.PAYMENT, {}).get(name, {})),
                shipment=dict(maps.get(Kind.SHIPMENT, {}).get(name, {})),
            )
            for name in names
        }
    )
