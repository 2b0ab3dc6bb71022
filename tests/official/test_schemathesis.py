"""schemathesis drives the sandbox from the official definition: no 5xx, and no answer off the schema.

Positive data is right by the definition, with ids of resources that are there and their current versions, so that
update actions are really tried; negative data is wrong somewhere. Seeds are fixed: each run sends the same requests.
"""

from collections import Counter
from typing import Any

import pytest
import schemathesis
from schemathesis import Case, GenerationMode

from tests.official.definition import definition_or_skip
from tests.official.furnished import Furnished, furnished
from tests.official.generated import complaint, drive, request_of, with_current_version
from tests.official.generation import generation_document
from tests.official.openapi import OfficialApi
from tests.official.planted import sensible, wild
from tests.official.served import SERVED

pytestmark = pytest.mark.slow

EXAMPLES = {"POST": 25, "GET": 8, "DELETE": 5, "HEAD": 3}
# Updates have the most to them, so many kinds of action; by key they are the same as by id.
EXAMPLES_OF_UPDATES = {"by id": 50, "by key": 8}

# Operations without a body or a query: with the path fixed there is nothing to get wrong.
NO_PARAMETERS = (
    "/{projectKey}",
    "/health",
    "/subscriptions/{ID}",
    "/subscriptions/key={key}",
    "/extensions/{ID}",
    "/extensions/key={key}",
    "/associates/{associateId}",
)


def can_be_wrong(template: str, method: str) -> bool:
    """Whether there is anything in a request that negative data could spoil."""
    if method == "HEAD":
        return not template.endswith("}")
    return method != "GET" or not template.endswith(NO_PARAMETERS)


CASES = [
    (template, method, mode)
    for template, method in SERVED
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or can_be_wrong(template, method)
]


def is_update(template: str, method: str) -> bool:
    """Whether an operation takes a version and actions."""
    return method == "POST" and template.endswith(("{ID}", "{key}", "{orderNumber}", "{projectKey}"))


def examples(template: str, method: str) -> int:
    """How many requests an operation is worth."""
    if is_update(template, method):
        return EXAMPLES_OF_UPDATES["by key" if "=" in template else "by id"]
    return EXAMPLES[method]


def path_parameters(template: str, method: str, sandbox: Furnished) -> dict[str, Any]:
    """Path parameters that lead to a resource that is there."""
    kind = template.removeprefix("/{projectKey}/").rpartition("/")[0].removesuffix("/{ID}")
    of_kind = {
        "states": "state",
        "orders": "order",
        "orders/edits": "order-edit",
        "carts": "cart",
        "types": "type",
        "customer-groups": "customer-group",
        "associate-roles": "associate-role",
        "business-units": "business-unit",
        "subscriptions": "subscription",
        "extensions": "extension",
        "messages": "message",
    }
    resource = sandbox.made.get(of_kind.get(kind, ""), {})
    if method == "DELETE" and (spare := f"spare {of_kind.get(kind)}") in sandbox.made:
        resource = sandbox.made[spare]  # the other one is in use
    values = {
        "projectKey": "placet-demo",
        "ID": resource.get("id", "none"),
        "key": resource.get("key", "unit-1" if kind.startswith("business-units") else "k"),
        "businessUnitId": sandbox.made["business-unit"]["id"],
        "associateId": "customer-1",
        "orderNumber": "order-1",
        "container": "box",
        "customerId": "customer-1",
    }
    return {name: value for name, value in values.items() if "{" + name + "}" in template}


def current_version(template: str, path: dict[str, Any], sandbox: Furnished) -> int | None:
    """The version of the resource that the path leads to."""
    return sandbox.version_of(template.format_map(path))


@pytest.mark.parametrize(
    ("template", "method", "mode"), CASES, ids=[" ".join(map(str, case)) for case in CASES]
)
def test_no_answer_is_off_the_definition(
    official: OfficialApi, template: str, method: str, mode: GenerationMode
) -> None:
    """Whatever is sent, the answer is declared for the operation, on its schema, and no server's error."""
    positive = mode is GenerationMode.POSITIVE
    update = is_update(template, method)
    statuses: Counter[int] = Counter()
    with furnished() as sandbox:
        path = path_parameters(template, method, sandbox)
        known = sensible(sandbox.made, template) if positive else wild(sandbox.made)
        if method == "DELETE":
            known["version"] = {"enum": [current_version(template, path, sandbox)]}
        document = generation_document(
            official, definition_or_skip(), [(method, template)], known, only_known=positive
        )
        operation = schemathesis.openapi.from_dict(document)[template][method]

        def check(case: Case[Any]) -> None:
            request = request_of(case, sandbox)
            if update:
                request = with_current_version(request, sandbox)
            answer = sandbox.send(request)
            statuses[answer.status_code] += 1
            problem = complaint(official, request, answer)
            assert not problem, problem

        strategy = operation.as_strategy(mode, path_parameters=path)
        drive(strategy, examples(template, method), check)
    assert not statuses[401]
    assert not positive or statuses[200] + statuses[201] > 0, f"nothing got through: {statuses}"


def test_every_served_operation_is_declared(official: OfficialApi) -> None:
    """The list of what the sandbox serves names operations of the definition."""
    assert [pair for pair in SERVED if official.declared(pair[1], pair[0]) is None] == []
