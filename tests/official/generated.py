"""Generated cases as requests, and what is wrong with the answers to them."""

import json
from collections.abc import Callable
from typing import Any

import httpx
import requests
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import Case

from tests.official.furnished import BASE, Furnished
from tests.official.openapi import OfficialApi


def drive(case_strategy: Any, count: int, check: Callable[[Case[Any]], None]) -> None:
    """Hand so many generated cases to `check`, the same ones each time."""

    @settings(
        max_examples=count,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(case=case_strategy)
    def run(case: Case[Any]) -> None:
        check(case)

    run()


def request_of(case: Case[Any], sandbox: Furnished) -> httpx.Request:
    """The request that a generated case stands for, byte for byte as schemathesis would send it."""
    kwargs = case.as_transport_kwargs(base_url=BASE)
    kwargs.pop("cookies", None)
    prepared = requests.Request(**kwargs).prepare()
    assert prepared.url is not None
    assert prepared.method is not None
    body = prepared.body or b""
    assert isinstance(body, str | bytes), body
    headers = {name: str(value) for name, value in prepared.headers.items() if name != "Content-Length"}
    return sandbox.http.build_request(prepared.method, prepared.url, content=body, headers=headers)


def with_current_version(request: httpx.Request, sandbox: Furnished) -> httpx.Request:
    """The same update with the version that the resource has now, so that its actions are looked at.

    What is no update with a version stays as it is: it may be wrong on purpose.
    """
    try:
        body = json.loads(request.content)
    except ValueError:
        return request
    if not isinstance(body, dict) or not isinstance(body.get("version"), int):
        return request
    version = sandbox.version_of(request.url.raw_path.decode().partition("?")[0])
    if version is None:
        return request
    headers = {name: value for name, value in request.headers.items() if name.lower() != "content-length"}
    return sandbox.http.build_request(
        request.method, request.url, json=body | {"version": version}, headers=headers
    )


def complaint(official: OfficialApi, request: httpx.Request, answer: httpx.Response) -> str:
    """What is wrong with an answer, with all that is needed to see it again; empty where nothing is."""
    operation = official.operation(request.method, request.url.raw_path.decode().partition("?")[0])
    if operation is None:
        # A generated parameter may change what the path means; then only a server's error is one.
        problems = [] if answer.status_code < 500 else ["a server's error"]
    else:
        problems = official.response_problems(operation, answer.status_code, answer.content)
        if answer.status_code >= 500:
            problems.append("a server's error")
    if not problems:
        return ""
    shown = f"{request.method} {request.url}\n  {request.content!r:.1500}\n  -> {answer.status_code} {answer.text:.800}"
    return "\n  - ".join([shown, *problems])
