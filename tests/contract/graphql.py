"""Speaking GraphQL to the project (section 6)."""

from typing import Any

import httpx

from tests.contract.project import Json, Project


async def post(project: Project, query: str, **variables: Any) -> httpx.Response:
    """POST a document with its variables, whatever it answers."""
    return await project.post("/graphql", {"query": query, "variables": variables})


async def data(project: Project, query: str, **variables: Any) -> Json:
    """The data of a document that must run without errors."""
    answer = await post(project, query, **variables)
    assert answer.status_code == 200, answer.text
    body = answer.json()
    assert "errors" not in body, body
    found: Json = body["data"]
    return found


def error_of(answer: httpx.Response, code: str, status: int = 200) -> Json:
    """The only error of an answer, which must have this code in its extensions."""
    assert answer.status_code == status, answer.text
    (error,) = answer.json()["errors"]
    assert error["extensions"]["code"] == code, error
    assert isinstance(error["message"], str)
    found: Json = error
    return found
