"""The judge, or a skip that says why there is none."""

import pytest

from tests.official.definition import definition_or_skip
from tests.official.openapi import OfficialApi
from tests.official.operations import Operation


@pytest.fixture(scope="session")
def official() -> OfficialApi:
    """The validator of the official definition; skips where the definition is not at hand."""
    return OfficialApi(definition_or_skip())


@pytest.fixture(scope="session")
def order_update_operation(official: OfficialApi) -> Operation:
    """The operation that updates an order."""
    operation = official.operation("POST", "/p/orders/order-1")
    assert operation is not None
    return operation
