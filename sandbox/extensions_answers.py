"""What an API Extension's HTTP answer means.

200 or 201 without a body, or with an object: accepted, with the update actions of its `actions`. 400 with `errors`:
refused, with these errors. Anything else is no answer: ExtensionBadResponse.
Which codes `errors` may use is not documented for certain; any is passed on.
"""

from dataclasses import dataclass, field
from typing import Any

import httpx

from sandbox.drafts import anything, list_of, localized, record, text
from sandbox.errors import ApiError
from sandbox.extensions_errors import bad_response, veto
from sandbox.http import read_json
from sandbox.resources import Resource

_accepted = record({}, {"actions": list_of(record({"action": text()}))})
_object = record({})


def _extra_info(value: Any, where: str) -> Any:
    _object(value, where)
    return anything(value, where)


_refused = record(
    {
        "errors": list_of(
            record(
                {"code": text(".+"), "message": text()},
                {"localizedMessage": localized, "extensionExtraInfo": _extra_info},
            ),
            fewest=1,
        )
    }
)


@dataclass(frozen=True)
class Verdict:
    """Refused if there are `refusals`, else accepted, with update actions for the resource."""

    extension: Resource
    refusals: list[ApiError] = field(default_factory=list)
    actions: list[Resource] = field(default_factory=list)


def judge(extension: Resource, answer: httpx.Response) -> Verdict:
    """The verdict that an answer is; never raises for what an extension answers."""
    try:
        if answer.status_code in (200, 201):
            return Verdict(extension, actions=_actions(answer.content))
        if answer.status_code == 400:
            return Verdict(extension, refusals=_vetoes(extension, answer.content))
        why = f"it answered {answer.status_code}."
    except ApiError as problem:
        why = str(problem.extras.get("detailedErrorMessage", problem.message))
    body = answer.content.decode("utf-8", "replace")
    return Verdict(extension, [bad_response(extension, answer.status_code, body, why)])


def _actions(raw: bytes) -> list[Resource]:
    if not raw.strip():
        return []
    document = read_json(raw)
    _accepted(document, "")
    # The record keeps only what it checks; the actions are wanted with all their fields.
    return document.get("actions") or []


def _vetoes(extension: Resource, raw: bytes) -> list[ApiError]:
    errors = _refused(read_json(raw), "")["errors"]
    return [veto(extension, error.pop("code"), error.pop("message"), error) for error in errors]
