"""Fluent in the whole house: webhooks that are doubled, shuffled, lost or not understood, and a worker that dies."""

import asyncio
import json
import shutil
import sys
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from settings import SHIPPED_CONFIG
from tests.e2e.world import Json, Order, World, world

pytestmark = [pytest.mark.slow, pytest.mark.timeout(240)]
MAP = "fc.connect.commerce-tools.order.shipping-status-mapping.json"
ORDER_MAP = "fc.connect.commercetools.order.order-status-mapping.json"
FREIGHT = {"currencyCode": "EUR", "centAmount": 900}
SHIPPING = {"shippingMethodName": "Freight", "price": FREIGHT, "shippingRate": {"price": FREIGHT}}
TO_VIENNA = {"shippingAddress": {"country": "AT", "city": "Wien"}, "shippingInfo": SHIPPING}


@pytest_asyncio.fixture(scope="module")
async def house(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[World]:
    """The demo's configuration, where what goes to Austria is Fluent's, with returns for a while."""
    folder = tmp_path_factory.mktemp("logistics")
    shutil.copytree(SHIPPED_CONFIG / "demo", folder / "config")
    policy = folder / "config" / "policy.yaml"
    policy.write_text(policy.read_text().replace("returnsWithin: PT0S", "returnsWithin: PT1H"))
    async with world(folder / "var", config_dir=folder / "config") as running:
        yield running


async def fluent(house: World, path: str, **body: Any) -> Json:
    """One of the sandbox's own paths for its Fluent."""
    url = f"{house.stack.settings.sandbox_address.url}/sandbox/fluent/{path}"
    answer = await house.shop.post(url, json=body)
    assert answer.is_success, answer.text
    told: Json = answer.json()
    return told


async def placet(house: World, *words: str) -> tuple[int, str]:
    """A command in the stack's environment: its exit code and what it says."""
    ran = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "starter.cli", *words),
        env=dict(house.stack.environment()),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    out, _ = await ran.communicate()
    return ran.returncode or 0, out.decode()


async def until(order: Order, holds: Callable[[Json], bool]) -> Json:
    """The order in commercetools, as soon as it is as wanted."""
    there: Json = {}
    for _ in range(200):
        there = await order.there()
        if holds(there):
            return there
        await asyncio.sleep(0.2)
    raise AssertionError(f"it never came to that: {there}")


def completed(there: Json) -> bool:
    """Whether it has come to its good end."""
    return bool(there["state"] == "Completed")


def goods(there: Json) -> list[tuple[str, dict[str, int], list[str]]]:
    """The deliveries: key, units by SKU, and the tracking numbers of the parcels."""
    skus = {line["id"]: line["variant"]["sku"] for line in there["lineItems"]}
    return sorted(
        (
            one["key"],
            {skus[item["id"]]: item["quantity"] for item in one["items"]},
            sorted(parcel["trackingData"]["trackingId"] for parcel in one["parcels"]),
        )
        for one in there["shippingInfo"]["deliveries"]
    )


def one_parcel(order: Order) -> list[tuple[str, dict[str, int], list[str]]]:
    """What must be there of an order that was fulfilled in one go."""
    ref = f"{order.number}-1"
    return [(f"{ref}_{ref}-F1", {"PUMP": 1}, [f"TRK-{ref}-F1-P1"])]


async def test_doubled_shuffled_and_late_webhooks_change_nothing(house: World) -> None:
    """Each webhook several times, later ones under ids of their own, in reverse, while a new worker takes over."""
    await fluent(house, "faults", kind="repeatWebhook", times=10, copies=2)
    await fluent(house, "faults", kind="repeatWebhook", times=20, copies=1, freshId=True)
    await fluent(house, "faults", kind="reorderWebhooks", times=10, window=3)
    orders = [await house.place(50_000, **TO_VIENNA) for _ in range(3)]
    await fluent(house, "faults", kind="lateParcel", entityRef=f"{orders[0].number}-1-F1", behind=4)
    await house.kill_worker()
    await house.start_worker()
    for order in orders:
        there = await until(order, completed)
        assert goods(there) == one_parcel(order)
        assert (there["orderState"], there["shipmentState"]) == ("Complete", "Delivered")
    shown = (await house.shop.get(f"{house.stack.settings.sandbox_address.url}/sandbox/fluent")).json()
    numbers = {f"{order.number}-1" for order in orders}
    assert sorted(one["ref"] for one in shown["orders"] if one["ref"] in numbers) == sorted(numbers)


async def test_a_new_key_is_believed_at_once_and_a_wrong_one_never(house: World) -> None:
    """The key is in its file before its first webhook; what somebody else signed is counted, and does nothing."""
    await fluent(house, "rotate-key")
    await fluent(house, "faults", kind="wrongSignature", entityType="ORDER", entityStatus="BOOKED")
    order = await house.place(50_000, **TO_VIENNA)
    assert goods(await until(order, completed)) == one_parcel(order)
    metrics = (await house.edge.get("/metrics")).text
    (refused,) = [
        line
        for line in metrics.splitlines()
        if line.startswith('placet_webhooks_total{provider="fluent",result="badSignature"}')
    ]
    assert float(refused.split()[-1]) >= 1


async def test_lost_webhooks_are_pulled(house: World) -> None:
    """Not one of them comes: the order waits, until the provider is asked what has changed."""
    before = datetime.now(UTC) - timedelta(minutes=1)
    await fluent(house, "faults", kind="dropWebhook", times=100)
    order = await house.place(50_000, **TO_VIENNA)
    ref = f"{order.number}-1"
    await _at_fluent(house, ref, "COMPLETE")
    assert (await order.there())["state"] == "InFulfillment"
    await house.shop.delete(f"{house.stack.settings.sandbox_address.url}/sandbox/fluent/faults")
    code, said = await placet(house, "inbound", "pull", "fluent", "--since", before.isoformat())
    assert code == 0, said
    assert goods(await until(order, completed)) == one_parcel(order)


async def test_an_unmapped_status_waits_until_it_is_mapped(house: World) -> None:
    """Parked and listed; mended, restarted, replayed; then the order ends as it should."""
    order = await house.place(50_000, **TO_VIENNA)
    ref = f"{order.number}-1"
    await fluent(house, "faults", kind="unmappedStatus", entityRef=f"{ref}-F1", entityStatus="SHIPPED")
    await _at_fluent(house, ref, "COMPLETE")
    waiting = await _waiting(house, ref)
    assert {one["reason"] for one in waiting} == {"unmapped"}
    assert all("AWAITING_CARRIER_PIGEON" in one["why"] for one in waiting)
    assert (await order.there())["state"] == "InFulfillment"
    for name, target in ((MAP, "Shipped"), (ORDER_MAP, "Confirmed")):
        _also_map(house.stack.settings.config_dir / "mappings" / name, "AWAITING_CARRIER_PIGEON", target)
    await house.kill_worker()
    await house.start_worker()
    code, said = await placet(house, "inbound", "replay", "--all")
    assert code == 0, said
    assert goods(await until(order, completed)) == one_parcel(order)
    assert await _waiting(house, ref, some=False) == []


async def test_a_return_after_the_order_is_complete(house: World) -> None:
    """Within the days that the policy gives: it stands in commercetools, and the order stays as it ended."""
    order = await house.place(50_000, **TO_VIENNA)
    ref = f"{order.number}-1"
    back = {"ref": f"{ref}-R1", "reason": "BROKEN", "afterMs": 1500, "items": [{"index": 0, "quantity": 1}]}
    await fluent(house, "behaviour", orderRef=ref, returns=[back])
    there = await until(order, completed)
    assert there["returnInfo"] == []
    there = await until(order, lambda found: bool(found["returnInfo"]))
    (info,) = there["returnInfo"]
    (item,) = info["items"]
    assert (info["returnTrackingId"], item["quantity"], item["shipmentState"]) == (f"{ref}-R1", 1, "Returned")
    assert (there["state"], there["orderState"], there["shipmentState"]) == (
        "Completed",
        "Complete",
        "Delivered",
    )


async def _at_fluent(house: World, ref: str, status: str) -> None:
    url = f"{house.stack.settings.sandbox_address.url}/sandbox/fluent"
    for _ in range(200):
        orders = (await house.shop.get(url)).json()["orders"]
        if any((one["ref"], one["status"]) == (ref, status) for one in orders):
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"{ref} never became {status}")


async def _waiting(house: World, ref: str, *, some: bool = True) -> list[Json]:
    """What waits about a logistic order, once there is some; lists lag behind by moments."""
    found: list[Json] = []
    for _ in range(10):
        code, said = await placet(house, "inbound", "list", "--json")
        assert code == 0, said
        found = [one for one in json.loads(said)["results"] if ref in one["why"]]
        if bool(found) is some:
            break
        await asyncio.sleep(0.5)
    return found


def _also_map(file: Path, status: str, target: str) -> None:
    document = json.loads(file.read_text(encoding="utf-8"))
    document["fluent"][status] = target
    file.write_text(json.dumps(document), encoding="utf-8")
