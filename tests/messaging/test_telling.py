"""The whole way: from a command at the desk to a subscriber of a real broker."""

import asyncio

import aiomqtt

from kiosk.domain.commands import CallNext, OpenCounter
from kiosk.domain.ids import CounterId, StaffRef
from tests.messaging.conftest import (
    TestedBranch,
    kill,
    listening,
    running_task,
    sign_in,
    until,
)


async def test_a_subscriber_gets_every_fact_once_and_in_order(branch: TestedBranch) -> None:
    await branch.issue(3)
    telling = branch.telling()
    async with running_task(branch.run_embedded(telling), "embedded"):
        await until(lambda: telling.outbox.published == 4)
        async with listening(branch.broker, "crm", "event/#") as crm:
            await branch.issue(700)
            await until(lambda: len(crm.sequences) == 700)
            assert crm.sequences == list(range(5, 705))
            assert crm.payloads[0]["prev"] == 4
            assert crm.payloads[0]["source"] == "/branch/0755/controller"
            assert crm.payloads[0]["type"] == "kiosk.ticket.issued.v1"
            assert set(crm.topics) == {"kiosk/v1/0755/event/ticket/issued"}
            await until(lambda: telling.outbox.lag == 0)
