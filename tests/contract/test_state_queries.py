"""States are queried: predicates over each of their fields, sort, pages, total (sections 1.6, 1.7, 2.4)."""

import pytest

from tests.contract.drafts import create_state, reference
from tests.contract.project import Json, Project, refused

SORT = "key asc"


@pytest.fixture(scope="module")
async def states(project: Project) -> dict[str, Json]:
    """Five states by a short name; their keys ascend in this order."""
    end = await create_state(project, initial=False, transitions=[])
    made = {
        "end": end,
        "open": await create_state(project, name={"en": "Open", "de-DE": "Offen"}),
        "listed": await create_state(project, initial=False, transitions=[reference("state", end)]),
        "payment": await create_state(project, type="PaymentState", description={"en": "Paid"}),
        "returned": await create_state(project, type="LineItemState", roles=["Return"]),
    }
    where = of(made)
    found = await project.eventually(lambda: project.query("/states", where), lambda some: len(some) == 5)
    assert len(found) == 5, "the states cannot be found by their keys"
    return made


def of(states: dict[str, Json]) -> str:
    """The predicate that finds these states and no others, so that the tests need not be alone in the project."""
    keys = ", ".join(f'"{state["key"]}"' for state in states.values())
    return f"key in ({keys})"


def named(states: dict[str, Json], results: list[Json]) -> str:
    """The results by their short names, in their order."""
    names = {state["id"]: name for name, state in states.items()}
    return " ".join(names[state["id"]] for state in results)


PREDICATES: dict[str, str] = {
    'type = "OrderState"': "end listed open",
    'type in ("PaymentState", "LineItemState")': "payment returned",
    'type != "OrderState"': "payment returned",
    "initial = true": "open payment returned",
    "initial = false": "end listed",
    "builtIn = false": "end listed open payment returned",
    "builtIn = true": "",
    'name(en = "Open")': "open",
    'description(en = "Paid")': "payment",
    "name is not defined and initial = true": "payment returned",
    'roles contains any ("Return")': "returned",
    "version = 1 and not(initial = true)": "end listed",
}


@pytest.mark.parametrize(("predicate", "expected"), PREDICATES.items(), ids=PREDICATES.keys())
async def test_a_predicate_finds_states(
    project: Project, states: dict[str, Json], predicate: str, expected: str
) -> None:
    """Every field of a state can be asked for; several `where` must all hold."""
    found = await project.query("/states", [of(states), predicate])
    assert sorted(named(states, found).split()) == expected.split()


async def test_states_are_found_by_where_they_lead(project: Project, states: dict[str, Json]) -> None:
    """`transitions(id=...)` finds the states that lead there."""
    where = f'transitions(id = "{states["end"]["id"]}")'
    assert named(states, await project.query("/states", [of(states), where])) == "listed"


async def test_states_are_found_as_they_are_read(project: Project, states: dict[str, Json]) -> None:
    """A result is the whole resource, absent transitions absent and empty ones empty."""
    found = {state["id"]: state for state in await project.query("/states", of(states))}
    assert found == {state["id"]: state for state in states.values()}


async def test_variables_stand_for_values(project: Project, states: dict[str, Json]) -> None:
    """`:name` in the predicate, `var.name` beside it, repeated for a list."""
    keys = [states[name]["key"] for name in ("open", "payment")]
    where = "key in :keys and type = :type"
    found = await project.query("/states", where, **{"var.keys": keys, "var.type": "PaymentState"})
    assert named(states, found) == "payment"


@pytest.mark.parametrize("sort", ["key desc", "createdAt desc", "lastModifiedAt desc", "id desc"])
async def test_states_are_sorted(project: Project, states: dict[str, Json], sort: str) -> None:
    """By any field, up or down."""
    name = sort.removesuffix(" desc")
    down = await project.query("/states", of(states), sort=[sort, "id asc"])
    up = await project.query("/states", of(states), sort=[f"{name} asc", "id asc"])
    expected = sorted(state[name] for state in states.values())
    assert [state[name] for state in up] == expected
    assert [state[name] for state in down] == expected[::-1]


async def test_pages_of_states_follow_each_other(project: Project, states: dict[str, Json]) -> None:
    """Limit and offset cut the sorted results; count is the page's, total that of all."""
    params: Json = {"where": of(states), "sort": SORT, "limit": 2}
    pages = [await project.read("/states", params | {"offset": offset}) for offset in (0, 2, 4, 6)]
    ordered = sorted(states, key=lambda name: states[name]["key"])
    expected = [" ".join(ordered[start : start + 2]) for start in (0, 2, 4, 6)]
    assert [named(states, page["results"]) for page in pages] == expected
    assert [(page["limit"], page["offset"], page["count"]) for page in pages] == [
        (2, 0, 2),
        (2, 2, 2),
        (2, 4, 1),
        (2, 6, 0),
    ]
    assert {page["total"] for page in pages} == {5}


@pytest.mark.parametrize(("with_total", "told"), [(None, True), ("true", True), ("false", False)])
async def test_the_total_is_told_unless_left_out(
    project: Project, states: dict[str, Json], with_total: str | None, told: bool
) -> None:
    """`withTotal` is true by default."""
    params = {"where": of(states)} | ({"withTotal": with_total} if with_total else {})
    page = await project.read("/states", params)
    assert page.get("total") == (5 if told else None)
    assert page["count"] == 5


async def test_head_tells_whether_any_state_is_found(project: Project, states: dict[str, Json]) -> None:
    """200 where the predicate finds one, 404 where it finds none; no body either way."""
    for where, status in ((of(states), 200), (f'{of(states)} and type = "QuoteState"', 404)):
        answer = await project.request("HEAD", "/states", params={"where": where})
        assert (answer.status_code, answer.content) == (status, b"")


MALFORMED: dict[str, Json] = {
    "a predicate without a value": {"where": "key ="},
    "a field that states do not have": {"where": 'aproved = "yes"'},
    "a variable that is not given": {"where": "key = :key"},
    "a sort in no direction": {"sort": "key upwards"},
    "a limit above 500": {"limit": 501},
    "an offset above 10,000": {"offset": 10_001},
}


@pytest.mark.parametrize("params", MALFORMED.values(), ids=MALFORMED.keys())
async def test_a_malformed_query_of_states_is_refused(project: Project, params: Json) -> None:
    """400 InvalidInput that names the parameter."""
    error = refused(await project.get("/states", params), 400, "InvalidInput")
    assert error["message"].startswith(f"Malformed parameter: {next(iter(params))}")
