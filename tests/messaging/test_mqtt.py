"""What goes with a message over MQTT 5 beside its payload, and when it is given up."""

import asyncio
import os
import signal
from datetime import UTC, datetime
from typing import Any

import pytest
import uvloop

from kiosk.domain.ids import BranchId
from kiosk.messaging.broker import EmbeddedBroker
from kiosk.messaging.mqtt import ACKNOWLEDGE_WITHIN, connect
from kiosk.messaging.presence import presence
from kiosk.messaging.topics import Topics
from kiosk.ports import BrokerLost, Message
from kiosk.shapes.cloudevents import CONTENT_TYPE
from kiosk.supervisor import running
from tests.messaging.mishaps import frozen
from tests.messaging.parts import ROOT, sign_in
from tests.support.slowmotion import slow_motion
from tests.support.waiting import until

TOPIC = f"{ROOT}/event/ticket/issued"
WILL = presence(Topics(BranchId("0755")), "controller", "offline", "s1", datetime.now(UTC))


@pytest.mark.parametrize(
    ("message", "content_type", "expiry"),
    [
        (Message(TOPIC, b"{}"), "application/json", None),
        (Message(TOPIC, b"{}", content_type=CONTENT_TYPE), CONTENT_TYPE, None),
        (Message(TOPIC, b"{}", expiry=900), "application/json", 900),
    ],
)
async def test_a_message_says_what_it_is_and_how_long_it_is_worth_anything(
    started: EmbeddedBroker, message: Message, content_type: str, expiry: int | None
) -> None:
    async with connect(started.address, WILL) as publisher, sign_in(started, "crm") as listener:
        await listener.subscribe(TOPIC, qos=1)
        await publisher.publish(message)
        told = await anext(aiter(listener.messages))
    properties: Any = told.properties
    assert (told.topic.value, told.qos) == (message.topic, 1)
    assert properties.ContentType == content_type
    # The broker counts down what is left of it.
    left = getattr(properties, "MessageExpiryInterval", None)
    assert (left is None) == (expiry is None)
    assert left is None or expiry is None or expiry - 5 <= left <= expiry


async def test_a_broker_that_says_nothing_is_given_up_for_all_that_wait(
    started: EmbeddedBroker,
) -> None:
    async with connect(started.address, WILL) as publisher:
        await publisher.publish(Message(TOPIC, b"{}"))
        with frozen(started), slow_motion() as motion:
            waiting = [publisher.publish(Message(TOPIC, b"{}")) for _ in range(3)]
            motion.skip(ACKNOWLEDGE_WITHIN)
            ends = await asyncio.gather(*waiting, return_exceptions=True)
        assert [str(end) for end in ends] == ["no acknowledgement"] * 3
        with pytest.raises(BrokerLost, match="has ended"):
            await publisher.publish(Message(TOPIC, b"{}"))


async def test_a_broker_that_answers_is_waited_for_again_and_again(
    started: EmbeddedBroker,
) -> None:
    """Patience with an earlier message that was confirmed ends nothing for one that waits."""
    async with connect(started.address, WILL) as publisher:
        with slow_motion() as motion:
            await publisher.publish(Message(TOPIC, b"{}"))
            motion.skip(0.6 * ACKNOWLEDGE_WITHIN)
            with frozen(started):
                later = publisher.publish(Message(TOPIC, b"{}"))
                motion.skip(0.6 * ACKNOWLEDGE_WITHIN)
                await asyncio.sleep(0.01)
                assert not later.done()
            await later


async def test_a_lost_connection_ends_all_waiting_at_once(started: EmbeddedBroker) -> None:
    async with connect(started.address, WILL) as publisher:
        process = running(started.child())
        assert process
        os.kill(process, signal.SIGSTOP)
        waiting = [publisher.publish(Message(TOPIC, b"{}")) for _ in range(3)]
        os.kill(process, signal.SIGKILL)
        with pytest.raises(BrokerLost):
            await publisher.lost()
        ends = await asyncio.gather(*waiting, return_exceptions=True)
    assert all(isinstance(end, BrokerLost) for end in ends)


async def test_a_line_that_breaks_while_much_waits_to_be_written_is_lost_and_no_more(
    started: EmbeddedBroker, caplog: pytest.LogCaptureFixture
) -> None:
    """In the loop that the controller runs in, which looks at its sockets first."""
    await asyncio.to_thread(uvloop.run, _break_a_full_line(started))
    assert [
        record for record in caplog.records if record.name == "asyncio" and record.exc_info
    ] == []


async def _break_a_full_line(broker: EmbeddedBroker) -> None:
    async with connect(broker.address, WILL) as publisher:
        process = running(broker.child())
        assert process
        os.kill(process, signal.SIGSTOP)
        waiting = [publisher.publish(Message(TOPIC, bytes(900_000))) for _ in range(6)]
        os.kill(process, signal.SIGKILL)
        until(lambda: running(broker.child()) != process, "end of the broker")
        with pytest.raises(BrokerLost):
            await publisher.lost()
        assert all(isinstance(one.exception(), BrokerLost) for one in waiting)
