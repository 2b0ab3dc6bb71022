"""From commercetools' notifications to workflows: a 2xx is given only once Temporal has it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from clients.errors import ClientError, is_passing
from clients.resources import Message
from domain.guard import Drift
from starter.bodies import read_json
from starter.edge import Edge, TheEdge
from starter.journal import note, warn
from starter.messages import Heed, Instruction, MessageError, classify, classify_message
from starter.orders_gateway import (
    ClosedWorkflowError,
    GatewayError,
    NoWorkflowError,
    Reached,
    UnansweredError,
)
from starter.problems import invalid
from starter.tokens import Grant, Right, needs
from workflows.memory import DriftedMove, OrderChanged

router = APIRouter()


@router.post("/subscriptions/commercetools")
async def take_notification(
    request: Request, _caller: Annotated[Grant, Depends(needs(Right.NOTIFY))], edge: TheEdge
) -> dict[str, str]:
    """Take in one notification of a commercetools subscription, in the Platform or the CloudEvents format."""
    try:
        instruction = classify(await read_json(request), edge.shop.project_key, edge.shop.client_id)
    except MessageError as error:
        raise invalid([{"field": error.field, "message": error.message}]) from None
    if instruction.heed is Heed.FETCH:
        instruction = await _fetched(edge, instruction)
    answer = await follow(edge, instruction)
    edge.metrics.notifications.labels(answer["result"]).inc()
    change = instruction.change
    note(
        "notification",
        orderId=instruction.order_id,
        type=change.type if change else None,
        messageId=change.message_id if change else None,
        result=answer["result"],
    )
    return answer


async def follow(edge: Edge, instruction: Instruction) -> dict[str, str]:
    """Do what a notification asks for: `{"result": started | told | closed | ignored | echo, "why", "orderId"?}`.

    Raises:
        UnansweredError: Temporal does not have it.
    """
    if instruction.order_id is None or instruction.change is None:
        return _answer("ignored", instruction.why, None)
    if instruction.heed in {Heed.ECHO, Heed.IGNORE}:
        return _answer(
            "echo" if instruction.heed is Heed.ECHO else "ignored", instruction.why, instruction.order_id
        )
    order_id, instruction = instruction.order_id, await _judged(edge, instruction)
    try:
        reached = await _reach(edge, order_id, instruction)
    except NoWorkflowError:
        # Its OrderCreated starts it and reads it as it then is; or it is older than Placet's adoption.
        return _answer("ignored", "no workflow runs for this order", order_id)
    except ClosedWorkflowError:
        reached = Reached.CLOSED
    change = instruction.change
    if reached is Reached.CLOSED and change is not None and change.drifted is not None:
        await _park(edge, order_id, change, change.drifted)
    return _answer(reached.value, instruction.why, order_id)


async def _park(edge: Edge, order_id: str, change: OrderChanged, drifted: DriftedMove) -> None:
    """Keep a move past the guard that comes after its order's end; not one that the workflow told before it ended."""
    try:
        trail = await edge.orders.audit(order_id)
    except GatewayError:
        trail = None
    if trail is None or not trail.has_told(change.message_id):
        await edge.orders.park_change(order_id, change, f"{drifted.words(change.by)}, after its end")


async def _judged(edge: Edge, instruction: Instruction) -> Instruction:
    """The instruction with what is wrong with the move that it tells of.

    Raises:
        UnansweredError: commercetools does not say which states they are, so that it cannot be judged yet.
    """
    move, change = instruction.move, instruction.change
    if move is None or change is None:
        return instruction
    try:
        drift, source, target = await edge.guard.drift(move, change.by)
    except ClientError as error:
        if is_passing(error):
            raise UnansweredError("commercetools does not say between which states an order moved") from error
        # It never will: what was forced is known all the same, and the workflow looks at the order in any case.
        drift, source, target = Drift.FORCED if move.forced else None, move.source_id, move.target_id
    if drift is None:
        return instruction
    edge.metrics.drifts.labels(drift.value).inc()
    warn(
        "drift",
        orderId=instruction.order_id,
        drift=drift.value,
        source=source,
        target=target,
        client=change.by,
    )
    drifted = DriftedMove(drift=drift, source=source, target=target)
    return instruction.model_copy(update={"change": change.model_copy(update={"drifted": drifted})})


async def _reach(edge: Edge, order_id: str, instruction: Instruction) -> Reached:
    if instruction.change is None:
        raise ValueError("an instruction to reach a workflow without what to tell it")
    if instruction.heed is Heed.START:
        return await edge.orders.start(order_id, instruction.hint)
    if instruction.heed is Heed.TELL:
        return await edge.orders.tell(order_id, instruction.change)
    return await edge.orders.tell_or_start(order_id, instruction.change, instruction.hint)


async def _fetched(edge: Edge, instruction: Instruction) -> Instruction:
    """The instruction of a message that came without its content.

    Where the message cannot be had (deleted by age, messages switched off, no right to it) nothing is lost: whatever
    it was, the workflow looks at the order, and is started if there is none.

    Raises:
        UnansweredError: commercetools does not answer at the moment.
    """
    unknown = instruction.model_copy(update={"heed": Heed.TELL_OR_START})
    if instruction.change is None:
        return unknown
    try:
        message = await edge.shop.message(instruction.change.message_id)
        if message is None:
            return unknown
        fetched = classify_message(_document(message), edge.shop.client_id)
    except ClientError as error:
        if is_passing(error):
            raise UnansweredError("commercetools does not say what the message is about") from error
        return unknown
    except MessageError:
        return unknown
    return unknown if fetched.order_id != instruction.order_id else fetched


def _document(message: Message) -> dict[str, Any]:
    """The message as a subscription would have sent it, as far as we read it."""
    return {
        **message.payload,
        "id": message.id,
        "type": message.type,
        "sequenceNumber": message.sequence_number,
        "resourceVersion": message.resource_version,
        "resource": {"typeId": message.resource.type_id, "id": message.resource.id},
        "lastModifiedBy": {"clientId": message.client_id},
    }


def _answer(result: str, why: str, order_id: str | None) -> dict[str, str]:
    return {"result": result, "why": why} | ({"orderId": order_id} if order_id is not None else {})
