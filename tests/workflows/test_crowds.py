"""More people and rules than one search attribute can hold: Temporal terminates a workflow that gives it too much."""

from temporalio.testing import WorkflowEnvironment

from tests.workflows.office import office
from tests.workflows.scene import scene
from tests.workflows.test_outlook import shown

RITA = "rita@example.com"
PEOPLE = [f"p{n:04}".ljust(36, "x") for n in range(60)]
RULES = [f"rule-{n:03}".ljust(60, "x") for n in range(35)]


async def test_a_level_of_sixty_people_is_listed_as_far_as_it_fits(environment: WorkflowEnvironment) -> None:
    """The order waits for all of them; lists name many, and say that there are more."""
    step = f"{{ step: crowd, approvers: {{ people: [{', '.join(PEOPLE)}] }}, within: P2D }}"
    policy = f"rules:\n  - rule: a\n    why: b\n    steps: [{step}]\n"
    crowd = office({person: {} for person in PEOPLE}, policy=policy)
    async with scene(environment, configuration=crowd) as here:
        order = await here.place(150_000, customerEmail=RITA)
        status = await order.until_pending(*PEOPLE)
        listed = (await shown(order))["Pending"]
        assert isinstance(listed, list)
        assert listed[-1] == "more"
        assert listed[:-1] == [f"person:{p.approver}" for p in status.pending][: len(listed) - 1]
        assert len(listed) > 30
        assert (await order.decide(PEOPLE[-1])).receipt.value == "accepted"
        await here.end()


async def test_the_names_of_many_rules_are_cut_in_lists_alone(environment: WorkflowEnvironment) -> None:
    """The status has them all; the search attribute as many as a keyword holds."""
    step = "{ step: one, approvers: { people: [ana] }, within: P2D }"
    rules = "".join(f"  - {{ rule: {rule}, why: b, steps: [{step}] }}\n" for rule in RULES)
    async with scene(
        environment, configuration=office({"ana": {}}, policy=f"match: all\nrules:\n{rules}")
    ) as here:
        order = await here.place(150_000, customerEmail=RITA)
        status = await order.until_pending("ana")
        assert status.rule == ", ".join(RULES)
        assert (await shown(order))["Rule"] == f"{', '.join(RULES[:4])}, …"
        await here.end()
