"""The query predicate language (section 1.7), shown on three orders named a, b and c."""

import pytest

from tests.contract.drafts import (
    by_key,
    create_state,
    custom_item,
    field_definition,
    import_order,
    money,
    reference,
    type_draft,
)
from tests.contract.project import Json, Project, refused

TAGS = {"name": "Set", "elementType": {"name": "String"}}


@pytest.fixture(scope="module")
async def orders(project: Project) -> dict[str, Json]:
    """a: open, 1,000 EUR, Berlin. b: confirmed, in a state, 2,000 EUR, two items. c: complete, 3,000 USD, Lyon."""
    kinds: dict[str, Json] = {
        "contractApprover": {"name": "String"},
        "contract-field": {"name": "String"},
        "contractTags": TAGS,
        "contractVip": {"name": "Boolean"},
    }
    type_ = await project.create(
        "/types", type_draft(project, *(field_definition(n, t) for n, t in kinds.items()))
    )
    state = await create_state(project)
    email = f"{project.unique('buyer')}@acme.example"
    custom = {"type": by_key("type", type_)}

    async def order(name: str, **fields: object) -> Json:
        return await import_order(project, customerEmail=email, purchaseOrderNumber=name, **fields)

    made = {
        "a": await order(
            "a",
            totalPrice=money(100_000),
            custom=custom | {"fields": {"contractTags": ["x", "y"], "contractVip": False}},
        ),
        "b": await order(
            "b",
            totalPrice=money(200_000),
            orderState="Confirmed",
            state=reference("state", state),
            custom=custom
            | {
                "fields": {
                    "contractApprover": 'An"a',
                    "contract-field": "here",
                    "contractTags": ["y"],
                    "contractVip": True,
                }
            },
            customLineItems=[custom_item(project, quantity=1), custom_item(project, quantity=7)],
        ),
        "c": await order(
            "c",
            totalPrice=money(300_000, "USD"),
            orderState="Complete",
            paymentState="Paid",
            shippingAddress={"country": "FR", "city": "Lyon"},
        ),
    }
    await project.eventually(
        lambda: project.query("/orders", f'customerEmail = "{email}"'), lambda found: len(found) == 3
    )
    return made


PREDICATES = {
    # comparisons
    'orderState = "Open"': "a",
    'orderState != "Open"': "bc",
    'orderState <> "Open"': "bc",
    "version = 1": "abc",
    "version > 1": "",
    "totalPrice(centAmount < 200000)": "a",
    "totalPrice(centAmount <= 200000)": "ab",
    "totalPrice(centAmount > 200000)": "c",
    "totalPrice(centAmount >= 200000)": "bc",
    'totalPrice(centAmount >= 100000 and currencyCode = "EUR")': "ab",
    'createdAt > "2020-01-01T00:00:00.000Z"': "abc",
    'createdAt < "2020-01-01T00:00:00Z"': "",
    # sets
    'orderState in ("Open", "Complete")': "ac",
    'orderState in ("Open")': "a",
    'orderState not in ("Open", "Complete")': "b",
    # logic
    'not(orderState = "Open")': "bc",
    'orderState = "Open" or orderState = "Complete"': "ac",
    'orderState = "Open" or orderState = "Complete" and totalPrice(currencyCode = "EUR")': "a",
    '(orderState = "Open" or orderState = "Complete") and totalPrice(currencyCode = "USD")': "c",
    'not(orderState = "Open") and not(totalPrice(currencyCode = "USD"))': "b",
    'NOT(orderState = "Open") AND version = 1 OR version = 2': "bc",
    # presence
    "state is defined": "b",
    "state is not defined": "ac",
    "paymentState is defined": "c",
    "custom is not defined": "c",
    # nesting
    'state(typeId = "state")': "b",
    'shippingAddress(country = "DE" and city = "Berlin")': "ab",
    'shippingAddress(country in ("FR", "AT"))': "c",
    # any element of a list
    "customLineItems(quantity = 7)": "b",
    "customLineItems(quantity > 1 and quantity < 5)": "ac",
    "customLineItems(money(centAmount = 62500))": "abc",
    'customLineItems(state(state(typeId = "state")))': "abc",
    "lineItems is empty": "abc",
    "customLineItems is empty": "",
    "customLineItems is not empty": "abc",
    # custom fields
    r'custom(fields(contractApprover = "An\"a"))': "b",
    'custom(fields(`contract-field` = "here"))': "b",
    "custom(fields(contractVip = true))": "b",
    "custom(fields(contractVip = false))": "a",
    "custom(fields(contractApprover is defined))": "b",
    'custom(fields(contractTags contains any ("x", "z")))': "a",
    'custom(fields(contractTags contains all ("x", "y")))': "a",
    'custom(fields(contractTags contains all ("y")))': "ab",
    'custom(fields(contractTags = "y"))': "ab",
}


def names(results: list[Json]) -> str:
    """Which of the three orders were found."""
    return "".join(sorted(order["purchaseOrderNumber"] for order in results))


@pytest.mark.parametrize(("predicate", "expected"), PREDICATES.items(), ids=PREDICATES.keys())
async def test_a_predicate_finds(
    project: Project, orders: dict[str, Json], predicate: str, expected: str
) -> None:
    """Each form of predicate finds these orders and no others."""
    where = [f'customerEmail = "{orders["a"]["customerEmail"]}"', predicate]
    assert names(await project.query("/orders", where)) == expected


async def test_references_are_found_by_id(project: Project, orders: dict[str, Json]) -> None:
    """The id of a state, of an item's state, of the order itself."""
    email = f'customerEmail = "{orders["a"]["customerEmail"]}"'
    b = orders["b"]
    (first, _) = b["customLineItems"]
    for predicate, expected in {
        f'state(id = "{b["state"]["id"]}")': "b",
        f'orderState = "Confirmed" and state(id = "{b["state"]["id"]}")': "b",
        f'id in ("{b["id"]}", "{orders["c"]["id"]}")': "bc",
        f'customLineItems(id = "{first["id"]}")': "b",
        f'customLineItems(state(state(id = "{first["state"][0]["state"]["id"]}")))': "abc",
    }.items():
        assert names(await project.query("/orders", [email, predicate])) == expected


async def test_states_are_found_by_flags_and_keys(project: Project, orders: dict[str, Json]) -> None:
    """Truth values are literals; `key in (...)` is how states are looked up."""
    final = await create_state(project, initial=False, transitions=[])
    open_ = await create_state(project)
    keys = f'key in ("{final["key"]}", "{open_["key"]}")'
    await project.eventually(lambda: project.query("/states", keys), lambda found: len(found) == 2)
    for predicate, expected in {
        f"{keys} and initial = false": [final["id"]],
        f"{keys} and initial = true": [open_["id"]],
        f"{keys} and transitions is not defined": [open_["id"]],
        f'{keys} and type = "LineItemState"': [],
        f"{keys} and builtIn = false and initial = true": [open_["id"]],
    }.items():
        assert [state["id"] for state in await project.query("/states", predicate)] == expected


MALFORMED = [
    "orderState =",
    'orderState = "Open',
    'orderState == "Open"',
    '= "Open"',
    'orderState = "Open" and',
    'orderState = "Open")',
    "totalPrice(centAmount > 1",
    'orderState in ("Open"',
    "orderState like 'x'",
    "orderState is",
    "orderState = :nobody",
    "",
    "§",
]


@pytest.mark.parametrize("predicate", MALFORMED, ids=range(len(MALFORMED)))
async def test_assumed_a_malformed_predicate_is_refused(project: Project, predicate: str) -> None:
    """InvalidInput, `Malformed parameter: where: ...` [memory]."""
    error = refused(await project.get("/orders", {"where": predicate}), 400, "InvalidInput")
    assert error["message"].startswith("Malformed parameter: where: ")


async def test_assumed_an_unknown_field_is_refused(project: Project) -> None:
    """A field that orders do not have is no field to ask for [memory]."""
    refused(await project.get("/orders", {"where": 'aproved = "yes"'}), 400, "InvalidInput")
