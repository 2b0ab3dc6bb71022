"""An httpx transport that holds every request and every answer to the official definition.

Put it round the transport of whatever speaks commercetools' HTTP API:

    from tests.official.transport import validating

    transport = validating(httpx.ASGITransport(app=sandbox.app.create_app()))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox") as http:
        await http.get("/placet-demo/orders", headers=...)     # AssertionError where either side is off

A test that sends something wrong on purpose says so, and the validator must agree:

    await http.post(path, json={"version": 1}, extensions=OFF_DEFINITION)
"""

import functools
import re
from typing import Any

import httpx

from tests.official.definition import load_definition
from tests.official.exceptions import AS_ASSOCIATE, OWN_PATHS
from tests.official.openapi import OfficialApi
from tests.official.operations import Operation

OFF_DEFINITION: dict[str, Any] = {"off_definition": True}
"""Request extension: this request is off the definition on purpose, and must be found so."""


class ValidatingTransport(httpx.AsyncBaseTransport):
    """Passes requests on to `inner`; raises AssertionError for a request or an answer off the definition.

    `answers=False` leaves answers unjudged: a real project sends fields that the definition does not know
    (section 1.4 of the reference). GraphQL is judged by its envelope only.
    """

    def __init__(
        self, inner: httpx.AsyncBaseTransport, validator: OfficialApi, *, answers: bool = True
    ) -> None:
        """Take the transport to wrap and the judge; one judge may serve many transports."""
        self._inner = inner
        self._official = validator
        self._answers = answers

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Judge the request, pass it on, judge the answer. The answer is read to its end first."""
        path, _, query = request.url.raw_path.decode("ascii").partition("?")
        if path.startswith(OWN_PATHS):
            return await self._inner.handle_async_request(request)
        operation = self._official.operation(request.method, re.sub(AS_ASSOCIATE, "", path))
        if operation is None:
            raise AssertionError(
                f"{request.method} {path}: the official definition has no such path or method"
            )
        self._judge_request(operation, query, request, await request.aread())
        answer = await self._inner.handle_async_request(request)
        assert isinstance(answer.stream, httpx.AsyncByteStream)
        raw = b"".join([chunk async for chunk in answer.stream])
        await answer.aclose()
        response = httpx.Response(
            answer.status_code,
            headers=answer.headers,
            stream=httpx.ByteStream(raw),
            extensions=answer.extensions,
        )
        if self._answers:
            self._judge_answer(operation, response.status_code, await _decoded(response, raw))
        return response

    async def aclose(self) -> None:
        """Close the wrapped transport."""
        await self._inner.aclose()

    def _judge_request(
        self, operation: Operation, query: str, request: httpx.Request, content: bytes
    ) -> None:
        problems = self._official.request_problems(operation, query, content)
        if request.extensions.get("off_definition"):
            if not problems:
                raise AssertionError(f"{operation}: said to be off the definition, but it is not")
        elif problems:
            raise AssertionError(
                _report(f"{operation}: the request is off the definition", problems, content)
            )

    def _judge_answer(self, operation: Operation, status: int, content: bytes) -> None:
        problems = self._official.response_problems(operation, status, content)
        if problems:
            raise AssertionError(
                _report(f"{operation} -> {status}: the answer is off the definition", problems, content)
            )


def validating(inner: httpx.AsyncBaseTransport, *, answers: bool = True) -> httpx.AsyncBaseTransport:
    """`inner` held to the official definition, or `inner` itself where the definition is not at hand."""
    official = shared_official_api()
    return ValidatingTransport(inner, official, answers=answers) if official else inner


@functools.cache
def shared_official_api() -> OfficialApi | None:
    """The judge that all tests of a run share (it compiles once), or None where the definition is not at hand."""
    definition = load_definition()
    return OfficialApi(definition) if definition else None


async def _decoded(response: httpx.Response, raw: bytes) -> bytes:
    copy = httpx.Response(response.status_code, headers=response.headers, stream=httpx.ByteStream(raw))
    return await copy.aread()


def _report(title: str, problems: list[str], content: bytes) -> str:
    shown = content[:600].decode("utf-8", "replace") + (" ..." if len(content) > 600 else "")
    return "\n  - ".join([title, *problems]) + f"\n  body: {shown}"
